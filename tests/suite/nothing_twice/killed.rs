//! Whatever kills a process, nothing is sent twice.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{World, side_by_side, wait_for};

use super::*;

#[test]
fn the_same_command_after_a_kill_or_an_interrupt_sends_nothing_blindly() {
    let signals = [rustix::process::Signal::KILL, rustix::process::Signal::INT];
    let cases = signals.into_iter().flat_map(|signal| UNLOCKS.map(|of| (signal, of)));
    side_by_side(cases, |(signal, (provider, path, who, outcome))| {
        {
            let world = World::only(provider);
            world.add_to_config("total_timeout = \"2s\"");
            let (_server, arrivals) = late(&world, provider, path, Duration::from_millis(800));
            left_on_the_way(&world, (provider, who), &arrivals, signal);
            let ran = world.run(&["unlock", who, "--provider", provider, "--yes", "--json", "--wait", "8"]);
            assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some(outcome)), "{provider}: {ran:?}");
            // A Mac's command may be sent once more by its own name, which the server takes once.
            let most = if provider == "macs" { 2 } else { 1 };
            assert!(count(&arrivals) <= most, "{provider}: {} requests", count(&arrivals));
            if provider == "macs" {
                assert_eq!(world.person("ada")["mac"]["commands"].as_array().unwrap().len(), 1, "{ran:?}");
            }
            assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).out.trim(), "[]", "{provider}: {ran:?}");
        }
    });
}

#[test]
fn an_interrupted_resume_forgets_no_row_and_a_sick_system_holds_no_other_up() {
    let world = World::whole();
    world.add_to_config("total_timeout = \"2s\"");
    let file = plan_of(&world, &["ada", "grace"], &[]);
    let id = uuid_of(&file);
    // Both systems hold their requests back for ever; then the process dies.
    for provider in ["pingone", "jumpcloud"] {
        world.fault_of(provider, json!({"fault": "cut_before", "method": "POST", "match": "unlock"}));
    }
    world.fault(json!({"fault": "latency", "ms": 700, "method": "POST", "match": "/users/"}));
    let mut child = start(&world, &["bulk", "run", &file, "--yes", "--pause", "0"]);
    wait_for("a request", || (!world.unlocks().is_empty()).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    world.fault(json!({"fault": "clear"}));
    // One system is away: an operator gives up waiting for it.
    world.fault_of("jumpcloud", json!({"fault": "clear"}));
    world.fault_of("jumpcloud", json!({"fault": "latency", "ms": 60_000}));
    let mut child = start(&world, &["bulk", "resume", &id, "--pause", "0", "--yes"]);
    let ended = || world.run(&["bulk", "report", &id, "--json"]).json()["totals"].to_string();
    wait_for("the rows of the other system", || ended().contains("unlocked").then_some(()));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT).unwrap();
    child.wait().unwrap();
    world.fault_of("jumpcloud", json!({"fault": "clear"}));
    let ran = world.resume(&["bulk", "resume", &id, "--pause", "0", "--json"]);
    let report = world.run(&["bulk", "report", &id, "--json"]).json();
    let of = |word: &str| report["totals"][word].as_u64().unwrap_or(0);
    assert!(of("unlocked") + of("already_open") >= 3, "a later plain resume does what is left: {report}\n{ran:?}");
    assert_eq!(
        (ran.code, of("failed") + of("unknown") + of("still_locked") + of("not_run")),
        (0, 0),
        "{report}\n{ran:?}"
    );
}

#[test]
fn macs_that_a_kill_left_unknown_go_on_by_their_own_names() {
    let world = World::only("macs");
    world.add_to_config("total_timeout = \"2s\"");
    let (_server, arrivals) = late(&world, "macs", "/v1/enqueue", Duration::from_millis(700));
    let names = ["ada", "alan", "linus", "grace"];
    for name in names {
        world.mac(name, json!({"script": [], "asleep": false, "push": "ok"}));
    }
    let file = plan_of(&world, &names, &["--provider", "macs"]);
    let count_of_rows = names.len().to_string();
    let run = ["bulk", "run", &file, "--include", "not_reported", "--count", &count_of_rows, "--pause", "0"];
    let mut child = start(&world, &run);
    wait_for("the first command", || (count(&arrivals) == 1).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    let resumed = world.resume(&["bulk", "resume", &uuid_of(&file), "--pause", "0", "--wait", "20", "--json"]);
    assert_eq!(resumed.code, 0, "no Mac is left without a way on: {resumed:?}");
    assert_eq!(resumed.json()["totals"], json!({"acknowledged": names.len()}), "{resumed:?}");
    for name in &names {
        let commands = world.person(name)["mac"]["commands"].as_array().unwrap().len();
        assert_eq!(commands, 1, "{name}: {resumed:?}");
    }
}

pub(super) fn plan_of(world: &World, names: &[&str], more: &[&str]) -> String {
    let list = world.place.path().join("names.txt");
    std::fs::write(&list, names.join("\n")).unwrap();
    let file = world.place.path().join("names.plan").display().to_string();
    let ran = world.run(&[&["bulk", "plan", list.to_str().unwrap(), "-o", &file], more].concat());
    assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
    file
}

pub(super) fn uuid_of(file: &str) -> String {
    let plan = std::fs::read_to_string(file).unwrap();
    let plan: Value = serde_json::from_str(&plan).unwrap();
    plan["id"].as_str().or_else(|| plan["plan"].as_str()).unwrap().to_owned()
}
