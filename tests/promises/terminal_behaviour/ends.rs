//! Promises 8 to 10: however the program ends, the terminal is given back.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::terminal::Terminal;
use crate::support::{World, happens_within, wait_for};
use crate::{demo, on};

use super::*;

#[test]
fn p08_an_error_at_the_start_leaves_the_terminal_alone() {
    let world = World::new();
    world.add_to_config("no_such_setting = 1");
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (80, 24));
    assert_eq!(terminal.exit(), 2);
    wait_for("the reason", || terminal.raw().contains("no_such_setting").then_some(()));
    assert!(!terminal.raw().contains(TAKEN));
}

#[test]
fn p09_a_panic_in_a_background_task_becomes_a_message() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    terminal.keys(F11);
    terminal.wait_to_see("internal error");
    assert!(!terminal.raw().contains(GIVEN_BACK), "the screen is still there");
    // And it still works.
    terminal.keys("ada\r");
    terminal.wait_to_see("5/5");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn p10_an_unlock_in_flight_is_finished_or_recorded_when_the_session_drops() {
    let world = World::new();
    let mut terminal = on(&world, (80, 24));
    terminal.keys("ada\r");
    terminal.wait_to_see("5/5");
    world.fault(json!({"fault": "latency", "ms": 700, "method": "POST", "match": "/users/"}));
    terminal.keys("u");
    terminal.answer("Unlock this account?", "y");
    wait_for("the request", || (world.unlocks().len() == 1).then_some(()));
    terminal.closing.store(true, Ordering::SeqCst);
    drop(terminal.writer.take());
    drop(terminal.master.take());
    wait_for("the end", || terminal.child.try_wait().unwrap());
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown[0]["outcome"], "unlocked", "{shown}");
}

#[test]
fn p10_a_terminal_that_stops_reading_holds_up_no_end() {
    happens_within(Duration::from_secs(3), || {
        let world = World::with_people(2_000);
        let mut terminal = on(&world, (200, 60));
        terminal.keys("\x1b");
        terminal.wait_for_rest();
        terminal.hold();
        // More frames than a hung link takes: every one of them is new.
        for n in 0..40 {
            terminal.keys(if n % 2 == 0 { "\x1b[6~" } else { "\x0c" });
            std::thread::sleep(Duration::from_millis(20));
        }
        terminal.signal(rustix::process::Signal::TERM);
        let asked = Instant::now();
        wait_for("the end", || terminal.child.try_wait().unwrap());
        asked.elapsed()
    });
}

#[test]
fn p08_the_terminal_is_given_back_after_a_panic_and_the_reason_told() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    terminal.keys(F12);
    assert_eq!(terminal.exit(), 1);
    let raw = wait_for("the reason", || terminal.raw().contains("internal error").then(|| terminal.raw()));
    let (before, after) = raw.rsplit_once(GIVEN_BACK).unwrap();
    assert!(before.contains(TAKEN));
    assert!(after.contains("the panic key was pressed"), "told on the main screen: {after:?}");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn p08_the_terminal_is_given_back_after_each_signal() {
    use rustix::process::Signal;
    for signal in [Signal::HUP, Signal::TERM, Signal::INT, Signal::QUIT] {
        let place = tempfile::tempdir().unwrap();
        let mut terminal = demo(place.path());
        terminal.signal(signal);
        assert_eq!(terminal.exit(), 130, "{signal:?}");
        let raw = wait_for("the reason", || terminal.raw().contains("ended by a signal").then(|| terminal.raw()));
        assert!(raw.contains(GIVEN_BACK), "{signal:?}");
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "{signal:?}");
    }
}

#[test]
fn p10_a_dropped_session_ends_the_program_within_a_second() {
    happens_within(Duration::from_secs(1), || {
        let place = tempfile::tempdir().unwrap();
        let mut terminal = demo(place.path());
        // The reader holds the terminal too: it lets go with the next bytes.
        terminal.closing.store(true, Ordering::SeqCst);
        terminal.keys("x");
        drop(terminal.writer.take());
        drop(terminal.master.take());
        let ended = Instant::now();
        wait_for("the end", || terminal.child.try_wait().unwrap());
        let took = ended.elapsed();
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left behind");
        took
    });
}
