//! Bad days of the simulated PingOne.

use serde_json::{Value, json};

use crate::support::World;

use super::*;

/// Each bad day, what comes of an unlock, and how many unlock requests were sent.
#[test]
fn every_bad_day_gives_one_clear_end_and_sends_nothing_twice() {
    let cases: [(&str, Value, i32, &str, usize, &str); 12] = [
        ("401 that a token mends", json!({"fault": "status", "status": 401, "times": 1}), 0, "unlocked", 2, ""),
        ("403", json!({"fault": "status", "status": 403}), 1, "failed", 1, "Help Desk Admin"),
        ("404", json!({"fault": "status", "status": 404}), 1, "failed", 1, "no such account"),
        ("415", json!({"fault": "status", "status": 415}), 1, "failed", 1, "Content-Type"),
        (
            "429 with seconds",
            json!({"fault": "status", "status": 429, "retry_after": "1", "times": 1}),
            0,
            "unlocked",
            2,
            "",
        ),
        (
            "503, then carried out by a second try",
            json!({"fault": "status", "status": 503, "times": 1}),
            0,
            "unlocked",
            2,
            "",
        ),
        ("cut after it was carried out", json!({"fault": "cut", "times": 1}), 0, "unlocked", 1, ""),
        ("cut before", json!({"fault": "cut_before", "times": 1}), 0, "unlocked", 2, ""),
        ("an answer that stops half-way", json!({"fault": "truncate", "times": 1}), 0, "unlocked", 1, ""),
        ("an answer that never ends", json!({"fault": "endless", "times": 1}), 0, "unlocked", 1, ""),
        (
            "HTML with status 200",
            json!({"fault": "body", "body": "<html>proxy</html>", "times": 1}),
            0,
            "unlocked",
            1,
            "",
        ),
        ("late", json!({"fault": "latency", "ms": 3_000, "times": 1}), 0, "unlocked", 1, ""),
    ];
    for (name, mut fault, code, outcome, sent, word) in cases {
        let world = World::new();
        world.add_to_config("total_timeout = \"2s\"");
        fault["method"] = json!("POST");
        fault["match"] = json!("/users/");
        world.fault(fault);
        let ran = world.run(&["unlock", "ada", "--yes", "--json", "--wait", "10"]);
        assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (code, Some(outcome)), "{name}: {ran:?}");
        assert_eq!(world.unlocks().len(), sent, "{name}");
        let carried_out = world.unlocks().iter().filter(|one| one["carried_out"] == true).count();
        assert!(carried_out <= 1, "{name}: carried out {carried_out} times");
        assert!(ran.err.contains(word), "{name}: {ran:?}");
        assert_eq!(world.run(&["ledger", "verify"]).code, 0, "{name}");
        let open = world.run(&["ledger", "show", "--open", "--json"]).json();
        assert_eq!(open, json!([]), "{name}: nothing is left open");
    }
}

/// Each bad day of a read: one problem that says what, why and what next; nothing is sent.
#[test]
fn every_bad_day_of_a_read_gives_one_clear_problem() {
    let cases: [(&str, Value, &[&str]); 7] = [
        ("503", json!({"fault": "status", "status": 503}), &["not available", "HTTP 503"]),
        ("429", json!({"fault": "status", "status": 429, "retry_after": "120"}), &["slow down", "120 s"]),
        ("HTML", json!({"fault": "body", "body": "<html>"}), &["can't be understood", "text/html", "base_url"]),
        (
            "truncated",
            json!({"fault": "body", "body": "{\"_embedded\":{\"use", "content_type": "application/json"}),
            &["can't be understood"],
        ),
        ("endless", json!({"fault": "endless"}), &["too large", "8 MiB"]),
        ("redirect", json!({"fault": "status", "status": 302}), &["redirect", "URL"]),
        ("500", json!({"fault": "status", "status": 500}), &["error of its own", "HTTP 500"]),
    ];
    for (name, mut fault, words) in cases {
        let world = World::new();
        fault["match"] = json!("/users");
        world.fault(fault);
        let ran = world.run(&["find", "ada"]);
        assert_eq!(ran.code, 1, "{name}: {ran:?}");
        for word in words {
            assert!(ran.err.contains(word), "{name} lacks `{word}`: {ran:?}");
        }
        assert!(ran.err.contains("Next: "), "{name}: {ran:?}");
    }
}

#[test]
fn a_wrong_login_names_everything_that_can_be_wrong() {
    let world = World::new();
    let wrong = world.config_text().replace("client_id = \"5c0e", "client_id = \"0000");
    std::fs::write(world.config_path(), wrong).unwrap();
    let ran = world.run(&["find", "ada"]);
    assert_eq!(ran.code, 1);
    for word in ["client_id", "secret", "token_auth", "region", "Unsupported authentication method"] {
        assert!(ran.err.contains(word), "lacks `{word}`: {ran:?}");
    }
}

#[test]
fn a_wrong_environment_and_an_unreachable_host_are_told_apart() {
    let world = World::new();
    let text = world.config_text();
    let other = "11111111-2222-3333-4444-555555555555";
    std::fs::write(
        world.config_path(),
        format!("{}\nauth_environment_id = \"{ENVIRONMENT}\"\n", text.replace(ENVIRONMENT, other)),
    )
    .unwrap();
    let ran = world.run(&["find", "ada"]);
    assert!(ran.err.contains("doesn't let this login do that") && ran.err.contains("correlation id"), "{ran:?}");
    std::fs::write(world.config_path(), text.replace(&world.url("pingone"), "http://127.0.0.1:9")).unwrap();
    let ran = world.run(&["find", "ada"]);
    assert!(ran.err.contains("can't be reached"), "{ran:?}");
    std::fs::write(world.config_path(), text.replace("http://127.0.0.1", "http://10.0.0.1")).unwrap();
    let ran = world.run(&["find", "ada"]);
    assert!(ran.err.contains("plain http is allowed to this machine only"), "{ran:?}");
}

#[test]
fn both_ways_of_logging_in_work() {
    let world = World::new();
    world.add_to_config("token_auth = \"post\"");
    assert_eq!(world.run(&["find", "ada"]).code, 0);
}

#[test]
fn a_proxy_in_the_environment_is_not_used() {
    let world = World::new();
    let ran = world
        .command(&["find", "ada"])
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("ALL_PROXY", "http://127.0.0.1:9")
        .output()
        .unwrap();
    assert!(ran.status.success());
}

#[test]
fn without_rights_to_password_and_audit_the_rest_still_shows() {
    let world = World::new();
    world.fault(json!({"fault": "status", "status": 403, "match": "/activities"}));
    let adaeze = world.run(&["find", "aobi", "--json"]).json();
    assert_eq!(adaeze[0]["accounts"][0]["lock"]["cause"], "unknown");
    assert_eq!(adaeze[0]["accounts"][0]["bad_logins"]["qualifier"], "not_reported");
    world.fault(json!({"fault": "status", "status": 403, "match": "/password"}));
    let ada = world.run(&["find", "ada", "--json"]).json();
    assert_eq!(ada[0]["accounts"][0]["lock"]["state"], "locked", "the account layer is known");
    assert!(ada[0]["accounts"][0]["problem"]["next"].as_str().unwrap().contains("Identity Data"));
    let linus = world.run(&["find", "linus", "--json"]).json();
    assert_eq!(linus[0]["accounts"][0]["lock"]["state"], "unknown", "never open when a layer can't be seen");
}

#[test]
fn pages_are_followed_by_the_screen_and_counted_by_the_command_line() {
    let world = World::with_people(450);
    let (status, first) = api(&world, "GET", "/users?limit=1000", "");
    assert_eq!((status, first["size"].as_u64(), first["count"].as_u64()), (200, Some(200), Some(450)), "200 at most");
    let next = first["_links"]["next"]["href"].as_str().unwrap();
    assert!(next.starts_with(&world.url("pingone")));
    let ran = world.run(&["find", "e"]);
    assert!(ran.err.is_empty() || ran.err.contains("more hits"), "{ran:?}");
}
