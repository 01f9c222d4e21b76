//! Between intent and outcome the process may die at any moment. What is left must be told as unknown
//! and polled by reading.

use std::process::Stdio;

use serde_json::json;

use crate::support::{World, wait_for};

/// Starts an unlock of Ada and kills it once the server has received the request whole.
fn killed_in_the_window(world: &World) {
    world.fault(json!({"fault": "latency", "ms": 3_000, "method": "POST", "match": "/users/"}));
    let mut child =
        world.command(&["unlock", "ada", "--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for("the unlock request", || (world.unlocks().len() == 1).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    world.fault(json!({"fault": "clear"}));
}

#[test]
fn a_kill_in_the_window_leaves_an_unknown_that_resolve_settles() {
    let world = World::new();
    killed_in_the_window(&world);
    let shown = world.run(&["ledger", "show", "--open", "--json"]).json();
    assert_eq!(shown.as_array().unwrap().len(), 1);
    assert_eq!(shown[0]["outcome"], "unknown");
    assert_eq!(world.run(&["ledger", "verify"]).code, 0, "a crash is no tampering");

    let resolved = world.run(&["ledger", "resolve", "--json"]);
    assert_eq!(resolved.code, 0, "{resolved:?}");
    assert_eq!(resolved.json()[0]["outcome"], "unlocked", "the server had carried it out");
    assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).json(), json!([]));
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "unlocked");
    assert_eq!(world.unlocks().len(), 1, "nothing was sent again");
}

#[test]
fn an_unlock_that_is_never_carried_out_ends_as_still_locked() {
    let world = World::new();
    world.add_to_config("total_timeout = \"2s\"");
    world.fault(json!({"fault": "cut_before", "method": "POST", "match": "/users/"}));
    let ran = world.run(&["unlock", "ada", "--yes", "--json"]);
    assert_eq!(ran.json()[0]["outcome"], "still_locked", "{ran:?}");
    world.fault(json!({"fault": "clear"}));
    let lock = world.run(&["find", "ada", "--json"]).json()[0]["accounts"][0]["lock"]["state"].clone();
    assert_eq!(lock, "locked");
}

#[test]
fn a_running_process_is_in_flight_and_not_unknown() {
    let world = World::new();
    world.fault(json!({"fault": "latency", "ms": 4_000, "method": "POST", "match": "/users/"}));
    let mut child =
        world.command(&["unlock", "ada", "--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for("the unlock request", || (world.unlocks().len() == 1).then_some(()));
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "in_flight");
    assert!(world.run(&["ledger", "resolve"]).err.contains("no outcome is unknown"), "its own process is still at it");
    assert!(child.wait().unwrap().success());
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "unlocked");
}

#[test]
fn an_unreachable_system_leaves_the_outcome_unknown() {
    let world = World::new();
    killed_in_the_window(&world);
    world.fault(json!({"fault": "status", "status": 503}));
    let ran = world.run(&["ledger", "resolve"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).json().as_array().unwrap().len(), 1);
}

#[test]
fn resolve_waits_until_the_server_must_have_given_up() {
    let world = World::new();
    world.add_to_config("total_timeout = \"3s\"");
    world.fault(json!({"fault": "cut_before", "method": "POST", "match": "/users/"}));
    let mut child =
        world.command(&["unlock", "ada", "--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_for("the unlock request", || (world.unlocks().len() == 1).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    let started = std::time::Instant::now();
    let ran = world.run(&["ledger", "resolve", "--json"]);
    assert_eq!(ran.json()[0]["outcome"], "still_locked", "{ran:?}");
    assert!(
        started.elapsed() > std::time::Duration::from_secs(1),
        "it looked twice, the second time after the time-out"
    );
    assert_eq!(world.unlocks().len(), 1, "resolving sends nothing");
}
