//! The real binary in a real pseudo-terminal.

mod lists;
mod run_keys;

use std::path::Path;

use crate::support::terminal::Terminal;
use crate::support::{World, wait_for};

const GIVEN_BACK: &str = "\x1b[?1049l";

fn demo(place: &Path) -> Terminal {
    let terminal = Terminal::start(place, &["demo"], (80, 24));
    terminal.wait_to_see("Ada Lovelace");
    terminal
}

#[test]
fn the_demo_does_the_main_job_and_leaves_nothing_behind() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    terminal.keys("ada");
    terminal.wait_to_see("> ada");
    terminal.keys("\r");
    terminal.wait_to_see("5/5");
    terminal.keys("\x1b[H");
    terminal.wait_to_see("locked: bad passwords (account and password)");
    terminal.keys("u");
    terminal.wait_to_see("Unlock this account?");
    // Who has seen the question answers once.
    terminal.wait_for_rest();
    terminal.keys("y");
    terminal.wait_to_see("account OK, password OK");
    terminal.wait_to_see("Ada Lovelace in pingone: unlocked");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert!(terminal.raw().contains(GIVEN_BACK));
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn what_an_earlier_process_left_open_is_looked_at_when_the_program_starts() {
    use serde_json::json;
    let world = World::new();
    world.fault(json!({"fault": "latency", "ms": 2_000, "method": "POST", "match": "/users/"}));
    let mut child = world.command(&["unlock", "ada", "--yes"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    wait_for("the unlock request", || (world.unlocks().len() == 1).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    world.fault(json!({"fault": "clear"}));
    let path = world.config_path();
    let terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (80, 24));
    terminal.wait_to_see("left open earlier: ada in pingone: unlocked");
    assert_eq!(world.unlocks().len(), 1, "looked at, not sent again");
}

#[test]
fn in_the_demo_adas_mac_is_followed_to_its_own_answer() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(place.path(), &["demo"], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("ada");
    terminal.wait_to_see("> ada");
    terminal.keys("\r");
    terminal.wait_for_answers();
    terminal.wait_to_see("– not reported");
    // From the first account to the last one, which is the Mac.
    terminal.keys("\x1b[F");
    terminal.wait_to_see("id A0B1C2D3");
    terminal.keys("u");
    terminal.answer("only proof", "y");
    terminal.wait_to_see("Ada Lovelace in macs: acknowledged");
    let screen = terminal.screen();
    let places: Vec<usize> = ["recorded  ", "queued  ", "pushed  ", "not_now  ", "acknowledged the Mac"]
        .iter()
        .map(|state| screen.find(state).unwrap_or_else(|| panic!("no {state}: {screen}")))
        .collect();
    assert!(places.is_sorted(), "{screen}");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn a_waiting_mac_holds_nobody_up_and_is_listed_at_the_next_start() {
    use serde_json::json;
    let world = World::only("macs");
    let path = world.config_path();
    let arguments = ["--config", path.to_str().unwrap()];
    let mut terminal = Terminal::start(world.place.path(), &arguments, (100, 30));
    terminal.wait_to_see("Grace Hopper");
    terminal.keys("grace");
    terminal.wait_to_see("> grace");
    terminal.keys("\r");
    terminal.wait_for_answers();
    terminal.wait_to_see("– not reported");
    terminal.keys("u");
    terminal.answer("Unlock this account?", "y");
    terminal.wait_to_see("pushed");
    // It waits; the operator leaves at once, and its state is in the ledger.
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).json()[0]["outcome"], "accepted");
    let mut terminal = Terminal::start(world.place.path(), &arguments, (100, 30));
    terminal.wait_to_see("left open earlier: ghopper in macs: accepted");
    // A second one is named for what it is, and needs more than a yes.
    terminal.keys("grace");
    terminal.wait_to_see("> grace");
    terminal.keys("\r");
    terminal.wait_for_answers();
    terminal.wait_to_see("– not reported");
    terminal.keys("u");
    terminal.wait_to_see("Still open: the unlock that root asked for at");
    terminal.wait_to_see("type its id");
    terminal.keys("\x1b");
    // The screen receives what the Mac answers now, and closes it.
    world.mac("grace", json!({"asleep": false, "comes": true}));
    terminal.wait_to_see("ghopper in macs: the Mac answers Acknowledged: acknowledged");
    terminal.keys("\x03");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).out.trim(), "[]");
}
