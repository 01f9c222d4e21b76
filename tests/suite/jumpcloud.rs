//! JumpCloud, by the real binary against the simulated organisation.

use serde_json::json;

use crate::support::World;

fn world() -> World {
    World::only("jumpcloud")
}

#[test]
fn all_57_rows_of_the_vendors_table_are_shown_under_their_names() {
    let ran = world().run(&["find", "grace", "--json"]);
    let account = &ran.json()[0]["accounts"][0];
    let facts = account["facts"].as_object().unwrap();
    let table = include_str!("recorded/jumpcloud_unlock_output_rows.txt");
    let mut rows = 0;
    for label in table.lines().filter(|line| !line.is_empty()) {
        assert!(facts.contains_key(label), "{label} is missing: {facts:?}");
        rows += 1;
    }
    assert_eq!(rows, 57);
    assert_eq!(facts["Email"], "grace@acme.test");
    assert_eq!(facts["Account locked"], "yes");
    assert_eq!(facts["Bad login attempts"], "5");
    assert!(facts["Attributes"].as_str().unwrap().contains("b-77"));
}

#[test]
fn a_lockout_shows_its_limit_its_end_and_its_cause() {
    let account = &world().run(&["find", "grace", "--json"]).json()[0]["accounts"][0];
    assert_eq!(account["lock"]["state"], "locked");
    assert_eq!(account["lock"]["cause"], "bad_passwords");
    assert!(account["lock"]["until"].is_string(), "since the organisation's policy ends it: {account}");
    assert_eq!(account["bad_logins"]["count"], 5);
    assert_eq!(account["bad_logins"]["limit"], 5);
}

#[test]
fn an_administrators_lock_is_inferred_and_needs_its_id() {
    let world = world();
    let found = world.run(&["find", "mallory", "--json"]).json();
    assert_eq!(found[0]["accounts"][0]["lock"]["cause"], "admin");
    assert_eq!(found[0]["accounts"][0]["lock"]["until"], json!(null));
    assert_eq!(world.run(&["unlock", "mallory", "--yes"]).code, 5);
    assert!(world.unlocks().is_empty());
    world.fault_of("jumpcloud", json!({"fault": "status", "status": 403, "match": "/insights"}));
    let found = world.run(&["find", "mallory", "--json"]).json();
    assert_eq!(found[0]["accounts"][0]["lock"]["cause"], "unknown", "without the trail nothing is inferred");
}

#[test]
fn unlock_is_a_post_without_a_body_and_a_read_confirms() {
    let world = world();
    let ran = world.run(&["unlock", "grace", "--yes", "--json"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{ran:?}");
    let unlock = &world.unlocks()[0];
    assert_eq!(unlock["body"], "");
    let lengths = unlock["headers"].as_array().unwrap().iter().filter(|header| header[0] == "content-length").count();
    assert_eq!(lengths, 1);
    let again = world.run(&["unlock", "grace", "--yes", "--json"]);
    assert_eq!(again.json()[0]["outcome"], "already_open");
    assert_eq!(world.unlocks().len(), 1);
}

#[test]
fn put_is_a_fall_back_by_configuration() {
    let world = world();
    world.add_to_config("mode = \"put\"");
    let ran = world.run(&["unlock", "grace", "--yes", "--json"]);
    assert_eq!(ran.json()[0]["outcome"], "unlocked", "{ran:?}");
    assert!(world.unlocks().is_empty(), "no POST was sent");
}

#[test]
fn a_service_account_logs_in_with_its_token() {
    let world = world();
    let secret = world.place.path().join("client.secret");
    std::fs::write(&secret, "sim-jumpcloud-client-secret~K9").unwrap();
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let text =
        world.config_text().lines().filter(|line| !line.starts_with("api_key")).collect::<Vec<_>>().join("\n") + "\n";
    let login = format!(
        "client_id = \"sim-service-account\"\nclient_secret = {{ file = \"{}\" }}\norg_id = \"5f3c1a2b4d5e6f7a8b9c0d1e\"\n",
        secret.display()
    );
    std::fs::write(world.config_path(), text + &login).unwrap();
    let ran = world.run(&["find", "grace", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.json()[0]["accounts"][0]["bad_logins"]["limit"], 5, "x-org-id is not sent where it is refused");
}

#[test]
fn bad_answers_guess_nothing() {
    let grace = |world: &World, change: serde_json::Value| {
        let mut user = json!({"_id": world.person("grace")["jumpcloud"]["id"], "username": "grace", "account_locked": true, "badLoginAttempts": 5});
        user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        world.fault_of("jumpcloud", json!({"fault": "body", "body": user.to_string(), "content_type": "application/json", "match": "/api/systemusers/"}));
        world.run(&["find", "grace", "--json"]).json()[0]["accounts"][0].clone()
    };
    let account = grace(&world(), json!({"badLoginAttempts": "5"}));
    assert_eq!(
        (account["bad_logins"]["qualifier"].as_str(), account["lock"]["cause"].as_str()),
        (Some("exact"), Some("bad_passwords")),
        "a number as text is a number"
    );
    let account = grace(&world(), json!({"badLoginAttempts": "many"}));
    assert_eq!(
        (account["bad_logins"]["qualifier"].as_str(), account["lock"]["cause"].as_str()),
        (Some("not_reported"), Some("unknown"))
    );
    let account = grace(&world(), json!({"account_locked": "yes"}));
    assert_eq!(account["lock"]["state"], "unknown");
    let account = grace(&world(), json!({"account_locked": null}));
    assert_eq!(account["lock"]["state"], "unknown", "a system that reports locks and tells none: {account}");
    let world = world();
    world.fault_of("jumpcloud", json!({"fault": "body", "body": "<html>blocked</html>", "match": "/unlock"}));
    let ran = world.run(&["unlock", "grace", "--yes", "--json", "--wait", "5"]);
    assert_eq!(ran.json()[0]["outcome"], "unlocked", "an HTML page proves nothing; the read does: {ran:?}");
}

#[test]
fn a_suspended_user_is_unlocked_with_a_warning() {
    let world = world();
    let id = world.person("linus")["jumpcloud"]["id"].as_str().unwrap().to_owned();
    world.post("/lock", json!({"provider": "jumpcloud", "id": id}));
    let ran = world.run(&["unlock", "linus", "--yes", "--json"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{ran:?}");
    assert!(ran.json()[0]["warning"].as_str().unwrap().contains("suspended"));
    assert!(ran.err.contains("does not lift that"), "{ran:?}");
    let found = world.run(&["find", "linus", "--json"]).json();
    assert_eq!(found[0]["accounts"][0]["barred"], "suspended", "a fact apart from lock and switch");
}

#[test]
fn a_user_who_vanishes_between_search_and_unlock_is_not_unlocked() {
    let world = world();
    let gone = json!({"fault": "body", "status": 404, "body": "{\"message\":\"Not Found\"}", "content_type": "application/json", "match": "/api/systemusers/"});
    world.fault_of("jumpcloud", gone);
    let ran = world.run(&["unlock", "grace", "--yes"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(world.unlocks().is_empty());
}
