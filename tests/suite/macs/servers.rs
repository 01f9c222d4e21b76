//! What differs between the MDM servers.

use serde_json::{Value, json};

use crate::support::{World, wait_for};

use super::*;

#[test]
fn an_unanswered_send_is_repeated_only_where_the_name_makes_it_safe() {
    let times = |world: &World, part: &str| {
        let requests = world.get("/requests");
        let is_it = |one: &&Value| one["path"].as_str().unwrap().contains(part) && one["method"] != "GET";
        requests.as_array().unwrap().iter().filter(is_it).count()
    };
    let world = world();
    world.fault_of("macs", json!({"fault": "cut", "match": "enqueue", "times": 1}));
    let (ran, result) = unlock(&world, "ada", &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(result.to_string().contains("an earlier try had arrived"), "{result}");
    assert_eq!((times(&world, "enqueue"), world.person("ada")["mac"]["commands"].as_array().unwrap().len()), (2, 1));
    for (server, path) in [("micromdm", "/v1/commands"), ("jamf", "/api/v2/mdm/commands"), ("iru", "unlockaccount")] {
        let world = crate::macs::world();
        world.use_mdm(server, "");
        world.fault_of("macs", json!({"fault": "cut", "match": path, "method": "POST", "times": 1}));
        let (ran, result) = unlock(&world, "ada", &["--wait", "30"]);
        assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("acknowledged")), "{server}: {ran:?}");
        assert!(states(&result).contains(&"in_doubt"), "{server}: {result}");
        assert_eq!(times(&world, path), 1, "{server}: sent once");
        let by_time = result.to_string().contains("matched by time");
        assert_eq!(by_time, server != "micromdm", "{server}: {result}");
    }
}

#[test]
fn fleet_is_asked_back_before_anything_else() {
    let world = world();
    world.use_mdm("fleet", "");
    world.mac("ada", json!({"push": "unregistered"}));
    let (ran, result) = unlock(&world, "ada", &["--wait", "1"]);
    assert_eq!((ran.code, result["outcome"].as_str()), (6, Some("accepted")), "{ran:?}");
    assert!(states(&result).contains(&"in_doubt") && result.to_string().contains("HTTP 502"), "{result}");
    assert_eq!(world.person("ada")["mac"]["commands"].as_array().unwrap().len(), 1);
    // Fleet can be asked: what waited is resolved when the Mac has come.
    world.mac("ada", json!({"comes": true, "script": []}));
    wait_for("the Mac", || (world.person("ada")["mac"]["locked"] == false).then_some(()));
    assert_eq!(world.run(&["ledger", "resolve", "--json"]).json()[0]["outcome"], "acknowledged");
}

#[test]
fn fleet_tells_the_macs_own_count_and_asks_again_afterwards() {
    let world = world();
    world.use_mdm("fleet", "");
    let account = world.run(&["find", "ada", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!(
        (account["bad_logins"]["count"].as_u64(), account["bad_logins"]["qualifier"].as_str()),
        (Some(11), Some("exact"))
    );
    assert!(account["bad_logins"]["last"].is_string() && account["lock"]["state"] == "not_reported");
    assert!(account["bad_logins"]["scope"].as_str().unwrap().contains("asked live at"));
    let (_, result) = unlock(&world, "ada", &[]);
    assert!(result.to_string().contains("the Mac now counts 0 failed logins"), "{result}");
    world.mac("ada", json!({"asleep": true}));
    let account = world.run(&["find", "ada", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!(account["bad_logins"]["count"], Value::Null, "a Mac that sleeps has no count");
    assert!(account["bad_logins"]["scope"].as_str().unwrap().contains("couldn't be asked"));
}

#[test]
fn jamf_without_the_newer_interface_or_the_filter_still_works() {
    let world = world();
    world.use_mdm("jamf", "");
    world.fault_of("macs", json!({"fault": "status", "status": 404, "match": "/api/v2/mdm/commands"}));
    let (ran, result) = unlock(&world, "ada", &["--wait", "30"]);
    assert_eq!((ran.code, result["outcome"].as_str()), (0, Some("acknowledged")), "{ran:?}");
    world.fault_of("macs", json!({"fault": "clear"}));
    world.fault_of("macs", json!({"fault": "status", "status": 400, "match": "filter=userAndLocation"}));
    let found = world.run(&["find", "grace@acme.test", "--json"]).json();
    assert_eq!(found[0]["accounts"][0]["username"], "ghopper", "{found}");
}

#[test]
fn a_queue_cleared_by_a_new_enrolment_is_told_where_the_server_can_be_asked() {
    let world = world();
    world.use_mdm("fleet", "total_timeout = \"2s\"\n");
    world.mac("ada", json!({"asleep": true}));
    unlock(&world, "ada", &["--wait", "1"]);
    world.mac("ada", json!({"enroll_again": true}));
    // While the request can still arrive, nothing is known.
    let resolved = wait_for("the end of the time-out", || {
        let resolved = world.run(&["ledger", "resolve", "--json"]).json();
        (resolved[0]["outcome"] == "failed").then_some(resolved)
    });
    assert!(resolved.to_string().contains("enrolled anew"), "{resolved}");
}

#[test]
fn a_gateways_own_answer_says_nothing_of_the_command() {
    let world = world();
    for (status, code, words) in [(504, 4, "in_doubt"), (403, 1, "failed"), (200, 4, "in_doubt")] {
        let body = "{\"message\": \"Endpoint request timed out\"}";
        world.fault_of("macs", json!({"fault": "clear"}));
        world.fault_of("macs", json!({"fault": "body", "body": body, "status": status, "content_type": "application/json", "match": "enqueue"}));
        world.mac("ada", json!({"asleep": true}));
        world.use_mdm("nanomdm", "total_timeout = \"2s\"\n");
        let (ran, result) = unlock_beside(&world, "ada", &["--wait", "1"]);
        assert!(ran.code == code && result.to_string().contains(words), "{status}: {ran:?}");
    }
}
