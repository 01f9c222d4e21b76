//! NanoMDM, `NanoHUB` and MicroMDM, as they were recorded.

use serde_json::Value;

use super::*;

#[test]
fn nanomdm_says_what_became_of_it_in_the_body_and_not_in_the_status() {
    let cases: [(&str, i32, &str, &[&str], &str); 9] = [
        ("nanomdm-02-enqueue-unlock-ok", 6, "accepted", &["queued", "pushed"], "910FC93E"),
        ("nanomdm-03-enqueue-duplicate-uuid", 6, "accepted", &["queued"], "an earlier try had arrived"),
        ("nanomdm-04-wrong-password", 1, "failed", &["sent", "ended"], "refused the login"),
        ("nanomdm-09-unknown-enrollment", 1, "failed", &["sent"], "knows no such Mac"),
        ("nanomdm-10-push-unregistered-410", 6, "accepted", &["queued", "push_failed"], "Unregistered"),
        ("nanomdm-12-nopush", 6, "accepted", &["queued", "push_failed"], "told not to wake"),
        ("nanomdm-14-malformed-plist", 1, "failed", &["sent", "ended"], "decoding command"),
        ("nanomdm-17-empty-body-is-push-only", 1, "failed", &["sent", "ended"], "queued nothing"),
        ("nanomdm-25-no-such-path", 1, "failed", &["sent", "ended"], "404 page not found"),
    ];
    for (name, code, outcome, wanted, words) in cases {
        let server = server_of(vec![("GET", "/version", "nanomdm-01-version-noauth"), ("PUT", "/v1/enqueue/", name)]);
        let ran = unlock(&server, "nanomdm", "");
        let result = ran.json()[0].clone();
        assert_eq!((ran.code, result["outcome"].as_str()), (code, Some(outcome)), "{name}: {ran:?}");
        let states = states(&result);
        assert!(wanted.iter().all(|state| states.contains(state)), "{name}: {states:?}");
        assert!(result.to_string().contains(words), "{name}: {result}");
        let sent = server.heads("PUT /");
        assert_eq!(sent.len(), 1, "{name}: sent once");
        // nanomdm:planted-key
        assert!(sent[0].contains("Basic bmFub21kbTpwbGFudGVkLWtleQ=="), "{}", sent[0]);
    }
}

#[test]
fn nanohub_is_the_same_queue_elsewhere() {
    let cases = [
        ("nanohub-02-enqueue-unlock", 6, "accepted", "pushed"),
        ("nanohub-03-wrong-user-nanomdm", 1, "failed", "refused the login"),
        ("nanohub-04-v1-enqueue-not-here", 1, "failed", "404 page not found"),
    ];
    for (name, code, outcome, words) in cases {
        let server = server_of(vec![
            ("GET", "/api/v1/nanocmd/inventory", "nanohub-07-nanocmd-inventory-2"),
            ("PUT", "/api/v1/nanomdm/enqueue/", name),
        ]);
        let ran = unlock(&server, "nanohub", "");
        assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (code, Some(outcome)), "{name}: {ran:?}");
        assert!(ran.out.contains(words), "{name}: {ran:?}");
    }
}

#[test]
fn micromdm_takes_anything_so_that_its_echo_is_checked() {
    let cases: [(&str, &str, &str, i32, &str, &str); 6] = [
        ("micromdm-02-devices", "micromdm-06-unlock-json", "", 6, "accepted", "queued"),
        ("micromdm-02-devices", "micromdm-19-raw-plist", "format = \"plist\"\n", 6, "accepted", "queued"),
        // It took an empty user name with 201, as it does for a wrong key.
        ("micromdm-02-devices", "micromdm-08-unlock-json-wrong-key-user_name", "", 4, "unknown", "took something else"),
        (
            "micromdm-04-devices-filter-nomatch",
            "micromdm-06-unlock-json",
            "",
            5,
            "refused",
            "correct the UDID in the map",
        ),
        ("micromdm-02-devices", "micromdm-12-unknown-request-type", "", 1, "failed", "unknown RequestType"),
        ("micromdm-02-devices", "micromdm-17-wrong-password", "", 1, "failed", "refused the login"),
    ];
    for (devices, commands, more, code, outcome, words) in cases {
        let server = server_of(vec![
            ("POST", "/v1/devices", devices),
            ("POST", "/v1/users", "micromdm-05-users"),
            ("POST", "/v1/commands", commands),
            ("GET", "/v1/commands", "micromdm-20-inspect-queue"),
        ]);
        let ran = unlock(&server, "micromdm", more);
        let got = ran.json()[0]["outcome"].as_str().unwrap_or_default().to_owned();
        assert_eq!((ran.code, got.as_str()), (code, outcome), "{commands}: {ran:?}");
        assert!(ran.out.contains(words) || ran.err.contains(words), "{commands}: {ran:?}");
        assert!(server.heads("POST /v1/commands").len() <= 1, "{commands}: never repeated");
    }
}

/// The recorded answer, with the recorded request's ids replaced by those of this one.
pub(super) fn echoed(name: &str, body: &str) -> (u16, String) {
    let (status, mut reply) = answer(name);
    if let Some(own) = command_uuid(body) {
        // The first id in the recorded answer under that name is the recorded command's.
        let known: Option<String> = serde_json::from_str::<Value>(&reply).ok().and_then(|value| {
            let at = ["/command_uuid", "/payload/command_uuid"].into_iter().find_map(|at| value.pointer(at).cloned());
            at.and_then(|uuid| uuid.as_str().map(str::to_owned))
        });
        if let Some(known) = known {
            reply = reply.replace(&known, &own);
        }
    }
    let server = name.split('-').next().unwrap();
    for other in [
        "00000000-DEAD-4000-8000-000000000000",
        "A0B1C2D3-0002-4000-8000-00000000AA02",
        "A0B1C2D3-0003-4000-8000-00000000AA03",
    ] {
        reply = reply.replace(other, udid(server));
    }
    (status, reply.replace("\"joan\"", "\"ada\""))
}

pub(super) fn command_uuid(body: &str) -> Option<String> {
    if let Ok(value) = serde_json::from_str::<Value>(body) {
        return value.get("command_uuid")?.as_str().map(str::to_owned);
    }
    let after = body.split_once("<key>CommandUUID</key>")?.1.split_once("<string>")?.1;
    Some(after.split_once("</string>")?.0.to_owned())
}
