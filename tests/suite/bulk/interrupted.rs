//! Runs that are held by somebody else, detached, hung up on or killed.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::support::processes::has_taken_signals;
use crate::support::terminal::Terminal;
use crate::support::{World, happens_within, random, wait_for};

use super::*;

#[test]
fn one_process_holds_a_run_and_a_second_names_it() {
    let world = World::with_people(100);
    let names = lock_many(&world, 8);
    let file = plan(&world, &list(&world, names.values()));
    world.fault(json!({"fault": "latency", "ms": 300}));
    let mut first = world
        .command(&["bulk", "run", &file, "--yes", "--pause", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for("the first unlock", || (!world.unlocks().is_empty()).then_some(()));
    let second = world.resume(&["bulk", "resume", &id_of(&file)]);
    assert_eq!(second.code, 5, "{second:?}");
    assert!(second.err.contains(&format!("process {}", first.id())), "{second:?}");
    world.fault(json!({"fault": "clear"}));
    assert!(first.wait().unwrap().success());
}

#[test]
fn a_hang_up_finishes_what_is_in_flight_and_stops() {
    let world = World::with_people(300);
    let names = lock_many(&world, 40);
    let file = plan(&world, &list(&world, names.values()));
    let count = names.len().to_string();
    world.fault(json!({"fault": "latency", "ms": 150}));
    let mut child = world
        .command(&["bulk", "run", &file, "--count", &count, "--pause", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for("some unlocks", || (world.unlocks().len() > 8).then_some(()));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::HUP).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).out.trim(), "[]", "nothing was left half-way");
    let done = unlocked(&world).len();
    assert!(done < names.len(), "it stopped");
    world.fault(json!({"fault": "clear"}));
    assert_eq!(
        world.resume(&["bulk", "resume", &id_of(&file), "--pause", "0", "--json"]).json()["totals"],
        json!({"unlocked": names.len()})
    );
    assert!(unlocked(&world).values().all(|times| *times == 1));
}

#[test]
fn a_detached_run_goes_on_without_its_starter() {
    let world = World::new();
    let file = plan(&world, &list(&world, ["ada", "asmith2"]));
    // A value that begins like an option reaches that process as it is.
    let ran = world.run(&["bulk", "run", &file, "--yes", "--pause", "0", "--ticket=-5", "--detach"]);
    assert!(ran.code == 0 && ran.out.contains("goes on in process"), "{ran:?}");
    let id = id_of(&file);
    wait_for("the detached run", || {
        let report = world.run(&["bulk", "report", &id, "--json"]);
        (report.code == 0 && report.json()["totals"] == json!({"unlocked": 2})).then_some(())
    });
}

#[test]
fn a_detached_process_that_does_not_go_on_is_told() {
    let world = World::new();
    let file = plan(&world, &list(&world, ["ada", "asmith2"]));
    world.fault(json!({"fault": "status", "status": 403, "method": "POST"}));
    let ran = world.run(&["bulk", "run", &file, "--yes", "--pause", "0"]);
    assert_ne!(ran.code, 0, "{ran:?}");
    // The program is replaced while its question stands: what is started then fails at once.
    let program = world.place.path().join("unbolt");
    std::fs::copy(env!("CARGO_BIN_EXE_unbolt"), &program).unwrap();
    let mut command = portable_pty::CommandBuilder::new(&program);
    let config = world.config_path().display().to_string();
    command.args(["--config", &config, "bulk", "resume", &id_of(&file), "--retry-failed", "--detach"]);
    let mut terminal = Terminal::run(world.place.path(), command, &[], (100, 24));
    terminal.wait_to_see("[y/N]");
    std::fs::remove_file(&program).unwrap();
    let other = world.place.path().join("unbolt (deleted)");
    std::fs::write(&other, "#!/bin/sh\nexit 7\n").unwrap();
    std::fs::set_permissions(&other, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    terminal.keys("y\r");
    assert_eq!(terminal.exit(), 1, "{}", terminal.screen());
    assert!(terminal.screen().contains("its process ended with 7"), "{}", terminal.screen());
}

/// A run is killed at a moment of its own and resumed, until it is over; nothing is lost, nothing is done twice.
pub(super) fn kill_and_resume(seed: u64, rows: usize) -> usize {
    let world = World::with_people(rows * 2);
    let names = lock_many(&world, rows);
    world.add_to_config("total_timeout = \"10s\"\nmax_parallel = 16");
    let file = plan(&world, &list(&world, names.values()));
    let count = names.len().to_string();
    world.fault(json!({"fault": "latency", "ms": 3}));
    let id = id_of(&file);
    let mut next = random(seed);
    let mut kills = 0;
    for attempt in 0..6 {
        let run = ["bulk", "run", &file, "--count", &count, "--max", "1000", "--pause", "0"];
        let resume = ["bulk", "resume", &id, "--pause", "0"];
        // The first time it may be killed before it has recorded that it began.
        let began = world.run(&["bulk", "report", &id]).code == 0;
        let confirmed = if began { world.confirmed(&resume) } else { run.map(str::to_owned).to_vec() };
        let arguments: Vec<&str> = confirmed.iter().map(String::as_str).collect();
        let mut child = world.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        if attempt < 3 {
            std::thread::sleep(Duration::from_micros(20_000 + next() % 330_000));
            if child.try_wait().unwrap().is_none() {
                child.kill().unwrap();
                kills += 1;
            }
            child.wait().unwrap();
            continue;
        }
        assert!(child.wait().unwrap().code().is_some());
        break;
    }
    let report = world.run(&["bulk", "report", &id, "--json"]).json();
    assert_eq!(report["totals"], json!({"unlocked": names.len()}), "seed {seed}: {report}");
    let times = unlocked(&world);
    assert!(locked(&world).is_empty(), "seed {seed}: somebody is still locked");
    for id in names.keys() {
        assert_eq!(times.get(id), Some(&1), "seed {seed}: {id} was unlocked {:?} times", times.get(id));
    }
    assert_eq!(world.run(&["ledger", "verify"]).code, 0, "seed {seed}");
    kills
}

/// A seeded sample; `TEST_KILLS` says how many kills there are to be in all (`.ci/run` asks for fifty).
#[test]
fn a_run_killed_at_any_point_loses_nothing_and_does_nothing_twice() {
    let wanted: usize = std::env::var("TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    let (mut kills, mut seed) = (0, 1);
    while kills < wanted {
        kills += kill_and_resume(seed, 200);
        seed += 1;
        assert!(seed < 200, "the runs end before they can be killed");
    }
}

#[test]
fn a_second_word_ends_a_run_at_once() {
    // The first one alone would wait for the request for ten seconds.
    happens_within(Duration::from_secs(8), || {
        let world = World::new();
        let file = plan(&world, &list(&world, ["ada"]));
        world.fault(json!({"fault": "latency", "ms": 20_000, "match": "/users/", "method": "POST"}));
        let mut child = world
            .command(&["bulk", "run", &file, "--yes", "--pause", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for("the unlock", || (world.unlocks().len() == 1).then_some(()));
        let pid = rustix::process::Pid::from_child(&child);
        let started = std::time::Instant::now();
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        wait_for("the first word to be heard", || has_taken_signals(child.id()).then_some(()));
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let took = started.elapsed();
        assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "unknown");
        took
    });
}
