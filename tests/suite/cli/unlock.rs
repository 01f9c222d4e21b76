//! The command `unlock`.

use serde_json::json;

use crate::support::{World, wait_for};

#[test]
fn unlock_is_confirmed_by_the_systems_own_status_and_the_second_time_it_is_open() {
    let world = World::new();
    let first = world.run(&["unlock", "ada", "--provider", "pingone", "--yes", "--ticket", "INC-1", "--json"]);
    assert_eq!(first.code, 0, "{first:?}");
    let result = &first.json()[0];
    assert_eq!(result["outcome"], "unlocked");
    let states: Vec<&str> =
        result["steps"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["asked", "read", "recorded", "sent", "accepted", "verified", "ended"]);
    assert!(result["intent"].is_string());

    let second = world.run(&["unlock", "ada", "--provider", "pingone", "--yes", "--ticket", "INC-1", "--json"]);
    assert_eq!((second.code, second.json()[0]["outcome"].as_str()), (0, Some("already_open")));
    assert_eq!(world.unlocks().len(), 1, "what was read as open is never unlocked");

    let nobody = world.run(&["unlock", "nobody", "--provider", "pingone", "--yes"]);
    assert_eq!(nobody.code, 1);
    assert!(nobody.err.contains("no account is exactly `nobody`"), "{nobody:?}");
    assert_eq!(world.run(&["ledger", "verify"]).code, 0);
}

#[test]
fn the_intent_ticket_and_operator_travel_with_the_request() {
    let world = World::new();
    let result = world.run(&["unlock", "ada", "--yes", "--ticket", "INC 7", "--json"]).json();
    let unlock = &world.unlocks()[0];
    let header = |name: &str| {
        let headers = unlock["headers"].as_array().unwrap();
        let values: Vec<&str> =
            headers.iter().filter(|header| header[0] == name).map(|header| header[1].as_str().unwrap()).collect();
        assert_eq!(values.len(), 1, "{name} exactly once");
        values[0].to_owned()
    };
    assert_eq!(header("content-type"), "application/vnd.pingidentity.account.unlock+json");
    assert_eq!(header("content-length"), "0");
    assert_eq!(header("x-ping-external-transaction-id"), result[0]["intent"].as_str().unwrap());
    assert!(header("x-ping-external-session-id").starts_with("INC_7/"));
    assert_eq!(unlock["body"], "");
}

#[test]
fn each_layer_is_shown_and_opened_with_an_intent_of_its_own() {
    let world = World::new();
    let grace = world.run(&["unlock", "grace", "--yes", "--json"]);
    assert_eq!((grace.code, grace.json()[0]["outcome"].as_str()), (0, Some("unlocked")));
    let paths: Vec<String> = world
        .unlocks()
        .iter()
        .map(|one| one["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(paths, [world.id("grace"), "password".to_owned()], "account first, then the password");
    let linus = world.run(&["unlock", "linus", "--yes", "--json"]);
    assert_eq!(linus.json()[0]["outcome"], "unlocked");
    assert_eq!(world.unlocks().len(), 3, "an open account layer is not unlocked");
    let shown = world.run(&["ledger", "show", "--json"]).json();
    let layers: Vec<&str> = shown.as_array().unwrap().iter().map(|one| one["layer"].as_str().unwrap()).collect();
    assert_eq!(layers, ["account", "password", "password"]);
}

#[test]
fn a_deliberate_lock_needs_its_id_and_names_who_set_it() {
    let world = World::new();
    let id = world.id("mallory");
    let refused = world.run(&["unlock", "mallory", "--yes"]);
    assert_eq!(refused.code, 5, "{refused:?}");
    assert!(refused.err.contains("locked on purpose, by Sasha Petrov (security)"), "{refused:?}");
    assert!(refused.err.contains(&format!("--confirm {id}")));
    assert_eq!(world.run(&["unlock", "mallory", "--confirm", "wrong"]).code, 2);
    assert!(world.unlocks().is_empty(), "nothing was sent");
    let opened = world.run(&["unlock", "mallory", "--confirm", &id, "--json"]);
    assert_eq!((opened.code, opened.json()[0]["outcome"].as_str()), (0, Some("unlocked")));
}

#[test]
fn a_disabled_account_is_left_alone_and_said_so() {
    let world = World::new();
    let ran = world.run(&["unlock", "dorothy", "--yes", "--json"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("left_alone")), "nothing is locked there");
    assert!(ran.err.contains("disabled"), "{ran:?}");
    assert!(world.unlocks().is_empty());
    // Locked and left alone is not done.
    let world = World::only("adaxes");
    let ran = world.run(&["unlock", "dorothy", "--yes", "--json"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (1, Some("left_alone")), "{ran:?}");
}

#[test]
fn an_expired_password_is_unlocked_with_a_warning() {
    let world = World::new();
    let ran = world.run(&["unlock", "alan", "--yes", "--json"]);
    assert_eq!(ran.json()[0]["outcome"], "unlocked");
    assert!(ran.json()[0]["warning"].as_str().unwrap().contains("expired"));
    assert!(ran.err.contains("expired"));
}

#[test]
fn an_mfa_lockout_is_named_and_its_counter_reset() {
    let world = World::new();
    let found = world.run(&["find", "katherine", "--json"]).json();
    assert_eq!(found[0]["accounts"][0]["lock"]["cause"], "mfa");
    assert_eq!(world.person("katherine")["pingone"]["mfa_failures"], 5);
    assert_eq!(world.run(&["unlock", "katherine", "--yes"]).code, 0);
    let after = world.person("katherine");
    assert_eq!(after["pingone"]["mfa_failures"], 0);
    let kinds: Vec<&str> =
        after["pingone"]["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"USER.UNLOCKED"), "{kinds:?}");
}

#[test]
fn without_a_yes_nothing_is_sent() {
    let world = World::new();
    let ran = world.run(&["unlock", "ada"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--yes"), "{ran:?}");
    assert!(world.unlocks().is_empty());
    assert_eq!(world.run(&["unlock", "ada", "--provider", "nope", "--yes"]).code, 2);
}

#[test]
fn a_ticket_of_several_lines_is_refused() {
    let world = World::new();
    let ran = world.run(&["unlock", "ada", "--yes", "--ticket", "a\nb"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(world.unlocks().is_empty());
}

#[test]
fn another_tenant_under_the_same_name_is_never_taken_for_the_one_that_was_asked() {
    let world = World::new();
    world.fault(json!({"fault": "cut", "method": "POST", "match": "/users/"}));
    world.fault(json!({"fault": "status", "status": 503, "match": "/password", "method": "GET"}));
    world.add_to_config("total_timeout = \"5s\"");
    let other = World::new();
    let mut child = world
        .command(&["unlock", "mallory", "--confirm", &world.id("mallory")])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    wait_for("the unlock request", || (world.unlocks().len() == 1).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    // The same ledger, read with a configuration that means another system by `pingone`.
    let ran =
        other.command(&["ledger", "resolve"]).env("XDG_STATE_HOME", world.place.path().join("state")).output().unwrap();
    let ran = crate::support::Ran::from(ran);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.err.contains("doesn't name the system"), "{ran:?}");
}

#[test]
fn without_a_ledger_nothing_is_sent() {
    let world = World::new();
    // A place where not even root can make a directory.
    let ran =
        world.command(&["unlock", "ada", "--yes", "--json"]).env("XDG_STATE_HOME", "/proc/self").output().unwrap();
    let ran = crate::support::Ran::from(ran);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (5, Some("refused")), "{ran:?}");
    assert_eq!(ran.json()[0]["problem"]["code"], "ledger");
    assert!(world.unlocks().is_empty());
}
