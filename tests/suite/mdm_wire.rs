//! MDM servers on the wire: what the real `NanoMDM`, `NanoHUB` and `MicroMDM` were seen to answer and to tell, and the bytes
//! that go out to each server.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};
use unbolt::domain::{DeviceStatus, Untrusted};
use unbolt::provider::apple_mdm::{WebhookEvent, read_event};

use crate::support::stub_server::{Canned, run_with};
use crate::support::{Ran, World};

fn recorded(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/recorded/mdm").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Status and body of a recorded answer.
fn answer(name: &str) -> (u16, String) {
    let text = recorded(&format!("{name}.http")).replace("\r\n", "\n");
    let (_, answer) = text.split_once("=== RESPONSE ===\n").unwrap();
    let (head, body) = answer.split_once("\n\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// The Mac of every recorded exchange with that server.
fn udid(server: &str) -> &'static str {
    match server {
        "nanomdm" => "A0B1C2D3-0001-4000-8000-00000000AA01",
        "nanohub" => "A0B1C2D3-0005-4000-8000-00000000AA05",
        _ => "A0B1C2D3-0004-4000-8000-00000000AA04",
    }
}

/// A server that answers as recorded, by method and the beginning of the path. What a real server echoes of the request
/// (the command's id, the Mac's id) it echoes of the request that it gets.
fn server_of(table: Vec<(&'static str, &'static str, &'static str)>) -> Canned {
    Canned::new(move |request| {
        let (method, path) = request.line();
        let found = table.iter().find(|(wanted, start, _)| *wanted == method && path.starts_with(start));
        let (status, body) = found.map_or((404, String::new()), |(.., name)| echoed(name, &request.body));
        (status, "", body)
    })
}

/// The unlock of Ada's Mac on that server.
fn unlock(canned: &Canned, server: &str, more: &str) -> Ran {
    let map = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
    std::fs::write(&map, format!("person,udid,short_name\nada,{},ada\n", udid(server))).unwrap();
    let config = format!(
        "[[provider]]\nname = \"macs\"\nkind = \"apple_mdm\"\nserver = \"{server}\"\napi_key = {{ env = \"SECRET\" }}\n\
         base_url = \"{}\"\nmap = \"{}\"\ntotal_timeout = \"5s\"\n{more}",
        canned.url,
        map.path().display()
    );
    run_with(&config, "planted-key", &["unlock", "ada", "--yes", "--json", "--wait", "1"])
}

/// The recorded answer, with the recorded request's ids replaced by those of this one.
fn echoed(name: &str, body: &str) -> (u16, String) {
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

fn command_uuid(body: &str) -> Option<String> {
    if let Ok(value) = serde_json::from_str::<Value>(body) {
        return value.get("command_uuid")?.as_str().map(str::to_owned);
    }
    let after = body.split_once("<key>CommandUUID</key>")?.1.split_once("<string>")?.1;
    Some(after.split_once("</string>")?.0.to_owned())
}

fn states(result: &Value) -> Vec<&str> {
    result["steps"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect()
}

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

#[test]
fn the_events_that_the_real_servers_sent_are_read() {
    let mut read = 0;
    for (name, wanted) in [
        ("unlock-ack-0", Some("Acknowledged")),
        ("unlock-error-0", Some("Error")),
        ("unlock-formaterror-0", Some("CommandFormatError")),
        ("unlock-notnow-0", Some("NotNow")),
        ("unlock-notnow-1", Some("Acknowledged")),
        ("queued-despite-500-0", Some("Acknowledged")),
        ("userlist-0", Some("Acknowledged")),
        ("micromdm-unlock-ack-0", Some("Acknowledged")),
        ("micromdm-wrongkey-0", Some("CommandFormatError")),
        ("micromdm-ghost-0", Some("Error")),
        ("micromdm-notnow-0", Some("NotNow")),
        ("idle-nanomdm", None),
        ("idle-nanohub", None),
        ("idle-micromdm", None),
        ("checkin-nanomdm-TokenUpdate-User", None),
        ("checkin-nanohub-TokenUpdate-Device", None),
        ("checkin-micromdm-TokenUpdate-x", None),
    ] {
        let text = recorded(&format!("{name}.json"));
        let value: Value = serde_json::from_str(&text).unwrap();
        // Some were kept with their headers around them.
        let body = value.get("body").cloned().unwrap_or(value);
        let event = read_event(body.to_string().as_bytes(), Timestamp::UNIX_EPOCH, "test").unwrap();
        match (event, wanted) {
            (WebhookEvent::Other, None) => {}
            (WebhookEvent::Answer(answer), Some(status)) => {
                assert_eq!(answer.status.word(), status, "{name}");
                assert_eq!(answer.command.as_data(), body["acknowledge_event"]["command_uuid"], "{name}");
                assert!(answer.at > Timestamp::UNIX_EPOCH && answer.detail.is_blank(), "{name}: {answer:?}");
                if name == "unlock-error-0" {
                    assert!(answer.chain_words().ends_with("(macsim.NoSuchUser 12099)"), "{}", answer.chain_words());
                }
                if name == "userlist-0" {
                    let users = answer.users.unwrap();
                    assert_eq!(users.iter().map(Untrusted::as_data).collect::<Vec<_>>(), ["ada", "itadmin"]);
                }
            }
            (event, wanted) => panic!("{name}: {event:?} is not {wanted:?}"),
        }
        read += 1;
    }
    assert_eq!(read, 17);
}

fn event(command: &str, status: &str, raw: &str) -> Vec<u8> {
    json!({"topic": "mdm.Connect", "event_id": "e", "created_at": "2026-11-21T23:28:07Z", "acknowledge_event": {
        "udid": "U-1", "status": status, "command_uuid": command, "raw_payload": STANDARD.encode(raw)}})
    .to_string()
    .into_bytes()
}

fn plist(inside: &str) -> String {
    format!("<?xml version=\"1.0\"?><plist version=\"1.0\">{inside}</plist>")
}

#[test]
fn answers_of_unknown_shape_are_kept_and_shown() {
    let read = |body: &[u8]| read_event(body, Timestamp::UNIX_EPOCH, "test");
    let answer = |body: &[u8]| match read(body).unwrap() {
        WebhookEvent::Answer(answer) => *answer,
        WebhookEvent::Other | WebhookEvent::Enrolled(..) => panic!("no answer"),
    };
    // Apple's own example of an id, which is no UUID.
    let apples = plist(
        "<dict><key>CommandUUID</key><string>0001_UnlockUserAccount</string><key>Status</key><string>Acknowledged</string><key>UDID</key><string>U-1</string></dict>",
    );
    let got = answer(&event("0001_UnlockUserAccount", "Acknowledged", &apples));
    assert_eq!((got.command.as_data(), got.status.word()), ("0001_UnlockUserAccount", "Acknowledged"));
    // A status that nobody has heard of.
    let strange = plist(
        "<dict><key>CommandUUID</key><string>C</string><key>Status</key><string>Postponed</string><key>UDID</key><string>U-1</string><key>Extra</key><array><dict/></array></dict>",
    );
    assert_eq!(answer(&event("C", "Postponed", &strange)).status, DeviceStatus::Other("Postponed".into()));
    // A chain with holes in it.
    let holes = plist(
        "<dict><key>CommandUUID</key><string>C</string><key>Status</key><string>Error</string><key>UDID</key><string>U-1</string><key>ErrorChain</key><array><dict><key>ErrorCode</key><integer>12021</integer><key>ErrorDomain</key><string>MCMDMErrorDomain</string></dict><string>odd</string><dict/></array></dict>",
    );
    let got = answer(&event("C", "Error", &holes));
    assert!(got.chain.len() == 2 && got.chain_words().contains("MCMDMErrorDomain 12021"), "{got:?}");
    // What can't be read of the Mac's own words: the server's word stands, and says so.
    let deep = plist(&"<array>".repeat(1_000));
    for raw in [
        deep.as_str(),
        "bplist00x",
        "<plist><dict><key>",
        "not a plist",
        "<!DOCTYPE plist [<!ENTITY a \"b\">]><plist/>",
    ] {
        let got = answer(&event("C", "Acknowledged", raw));
        assert!(got.detail.as_data().contains("can't be read"), "{raw}: {got:?}");
    }
    // An event that contradicts the answer inside it is believed in neither way.
    let other = plist(
        "<dict><key>CommandUUID</key><string>C</string><key>Status</key><string>Error</string><key>UDID</key><string>U-1</string></dict>",
    );
    for body in
        [event("C", "Acknowledged", &other), b"{".to_vec(), b"[]".to_vec(), b"{\"acknowledge_event\": 3}".to_vec()]
    {
        assert!(read(&body).is_err(), "{}", String::from_utf8_lossy(&body));
    }
}

/// The property list parses with an implementation of its own: Python's `plistlib`.
#[test]
fn every_server_gets_the_command_byte_for_byte() {
    let world = World::only("macs");
    let mut plists: Vec<(&str, Vec<u8>)> = Vec::new();
    for (server, more) in [("nanomdm", ""), ("nanohub", ""), ("micromdm", "format = \"plist\"\n"), ("fleet", "")] {
        world.use_mdm(server, more);
        let ran = world.run(&["unlock", "ada", "--yes", "--json", "--wait", "30"]);
        assert_eq!(ran.code, 0, "{server}: {ran:?}");
        let intent = ran.json()[0]["intent"].as_str().unwrap().to_uppercase();
        let requests = world.get("/requests");
        let requests: Vec<&Value> = requests.as_array().unwrap().iter().collect();
        let sent: Vec<&&Value> = requests
            .iter()
            .filter(|one| {
                let path = one["path"].as_str().unwrap();
                (path.contains("enqueue") || path.contains("commands")) && one["method"] != "GET"
            })
            .collect();
        let body = sent.last().unwrap()["body"].as_str().unwrap().to_owned();
        let bytes = match serde_json::from_str::<Value>(&body) {
            Ok(value) => STANDARD.decode(value["command"].as_str().unwrap()).unwrap(),
            Err(_) => body.into_bytes(),
        };
        let expected = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n\t<key>Command</key>\n\t<dict>\n\t\t<key>RequestType</key>\n\t\t<string>UnlockUserAccount</string>\n\t\t<key>UserName</key>\n\t\t<string>ada</string>\n\t</dict>\n\t<key>CommandUUID</key>\n\t<string>{intent}</string>\n</dict>\n</plist>\n"
        );
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected, "{server}");
        plists.push((server, bytes));
    }
    // A name with signs that XML has a meaning for.
    let odd = unbolt::provider::apple_mdm::unlock_plist("a&b<c>\"'é", "C-1");
    plists.push(("odd", odd));
    for (server, bytes) in plists {
        let parsed = plistlib(&bytes);
        let Some(parsed) = parsed else { return };
        assert_eq!(parsed["Command"]["RequestType"], "UnlockUserAccount", "{server}");
        let name = if server == "odd" { "a&b<c>\"'é" } else { "ada" };
        assert_eq!(parsed["Command"]["UserName"], name, "{server}");
        assert_eq!(parsed.as_object().unwrap().len(), 2, "{server}");
    }
}

/// None where there is no Python here; the check that runs everything sets a variable that makes this an error.
fn plistlib(bytes: &[u8]) -> Option<Value> {
    let script = "import sys,plistlib,json;print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
    let child =
        std::process::Command::new("python3").args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        assert!(std::env::var_os("TEST_ALL_TOOLS").is_none(), "python3 has to be there");
        // Without it their bytes were compared all the same.
        return None;
    };
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "plistlib refuses it");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn jamf_and_iru_get_what_their_documents_show() {
    let world = World::only("macs");
    let body_of = |path: &str| {
        let requests = world.get("/requests");
        let found = requests
            .as_array()
            .unwrap()
            .iter()
            .rev()
            .find(|one| one["method"] == "POST" && one["path"].as_str().unwrap().contains(path))
            .cloned();
        found.unwrap()["body"].as_str().unwrap().to_owned()
    };
    world.use_mdm("jamf", "");
    assert_eq!(world.run(&["unlock", "ada", "--yes", "--wait", "30"]).code, 0);
    let sent: Value = serde_json::from_str(&body_of("/api/v2/mdm/commands")).unwrap();
    let management_id = world.person("ada")["mac"]["management_id"].clone();
    assert_eq!(
        sent,
        json!({"clientData": [{"managementId": management_id}], "commandData": {"commandType": "UNLOCK_USER_ACCOUNT", "userName": "ada"}})
    );
    world.use_mdm("jamf", "api = \"classic\"\n");
    assert_eq!(world.run(&["unlock", "ada", "--yes", "--wait", "30"]).code, 0);
    let number = world.person("ada")["mac"]["number"].clone();
    assert_eq!(
        body_of("/JSSResource/computercommands/command/UnlockUserAccount"),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<computer_command><general><command>UnlockUserAccount</command><user_name>ada</user_name></general><computers><computer><id>{number}</id></computer></computers></computer_command>"
        )
    );
    world.use_mdm("iru", "");
    assert_eq!(world.run(&["unlock", "ada", "--yes", "--wait", "30"]).code, 0);
    assert_eq!(body_of("/action/unlockaccount"), "{\"UserName\":\"ada\"}");
}
