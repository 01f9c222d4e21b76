//! Signals while something is under way.

use serde_json::json;

use crate::support::{World, wait_for};

#[test]
fn whatever_ends_it_what_is_in_flight_is_recorded_as_unknown() {
    use rustix::process::{Pid, Signal, kill_process};
    for signal in [Signal::INT, Signal::HUP, Signal::TERM, Signal::QUIT] {
        let world = World::new();
        world.fault(json!({"fault": "latency", "ms": 2_000, "method": "POST", "match": "/users/"}));
        let mut child = world.command(&["unlock", "ada", "--yes"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        wait_for("the unlock request", || (world.unlocks().len() == 1).then_some(()));
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal:?}");
        let shown = world.run(&["ledger", "show", "--json"]).json();
        assert_eq!(shown[0]["outcome"], "unknown", "{signal:?}: {shown}");
        assert_eq!(world.run(&["ledger", "resolve", "--json"]).json()[0]["outcome"], "unlocked");
    }
}

/// Told to end while one system carries an unlock out and another is still searching: nothing more is sent anywhere.
#[test]
fn who_is_told_to_end_begins_nothing_more() {
    use rustix::process::{Pid, Signal, kill_process};
    let world = World::whole();
    world.fault(json!({"fault": "latency", "ms": 2_000, "method": "POST", "match": "/users/"}));
    world.fault_of("adaxes", json!({"fault": "latency", "ms": 3_000}));
    let mut child =
        world.command(&["unlock", "ada", "--everywhere", "--yes"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    wait_for("the unlock request", || (world.unlocks().len() == 1).then_some(()));
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown.as_array().unwrap().len(), 1, "{shown}");
    assert_eq!(shown[0]["outcome"], "unknown", "{shown}");
    assert_eq!(world.unlocks().len(), 1, "{:?}", world.unlocks());
}

/// A hang-up that the starter has it ignore is no end.
#[test]
fn nohup_is_kept() {
    use rustix::process::{Pid, Signal, kill_process};
    let world = World::new();
    world.fault(json!({"fault": "latency", "ms": 2_000, "method": "POST", "match": "/users/"}));
    let unlock = world.command(&["unlock", "ada", "--yes"]);
    let mut nohup = std::process::Command::new("/bin/sh");
    nohup.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(unlock.get_program()).args(unlock.get_args());
    nohup.envs(unlock.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut child = nohup.stdout(std::process::Stdio::null()).spawn().unwrap();
    wait_for("the unlock request", || (world.unlocks().len() == 1).then_some(()));
    kill_process(Pid::from_child(&child), Signal::HUP).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "unlocked");
}
