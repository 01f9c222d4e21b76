//! The real binary in a real pseudo-terminal.

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

#[test]
fn a_list_is_pasted_edited_frozen_and_run_by_keys_alone() {
    let world = World::with_people(120);
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (80, 24));
    terminal.wait_to_see("Ada Lovelace");
    // Several pasted lines are a list, wherever they come; nothing is submitted by them.
    terminal.keys("\x1b[200~ada\nnobody\nfrontdesk@acme.test\nlinus\nada\n\x1b[201~");
    terminal.wait_to_see("1 ambiguous");
    terminal.wait_to_see("5 of 5");
    // The odd one stands on top: choose who is meant.
    terminal.keys("=");
    terminal.wait_to_see("Which account is meant?");
    terminal.wait_for_rest();
    terminal.keys("\x1b[B");
    terminal.wait_for_rest();
    terminal.answer("Which account is meant?", "\r");
    terminal.wait_to_see("Bulk list · 2 unlock · 1 not found · 1 duplicate");
    // Take out the one that doesn't exist, and one that does; put that back.
    terminal.keys("/");
    terminal.keys("nobody");
    terminal.wait_to_see("1 of 5");
    terminal.keys("\r");
    terminal.keys("x");
    terminal.wait_to_see("1 dropped");
    terminal.keys("/\x15");
    terminal.wait_to_see("5 of 5");
    terminal.keys("linus");
    terminal.wait_to_see("1 of 5");
    terminal.keys("\r");
    terminal.keys("x");
    terminal.wait_to_see("2 dropped");
    terminal.keys("x");
    terminal.wait_to_see("1 dropped");
    terminal.keys("/\x15\r");
    terminal.wait_to_see("5 of 5");
    // One more from the desk.
    terminal.keys("1/grace");
    terminal.wait_to_see("Grace Hopper");
    terminal.keys("\r");
    terminal.wait_to_see("grace@acme.test");
    terminal.keys("\x1b");
    terminal.wait_for_rest();
    terminal.keys(" ");
    terminal.wait_to_see("1 marked");
    terminal.keys("B");
    terminal.wait_to_see("6 of 6");
    terminal.wait_to_see("grace");
    // Saved as a list that can be opened again.
    let saved = world.place.path().join("saved.csv");
    terminal.keys("s");
    terminal.fill("Save the list", saved.to_str().unwrap());
    terminal.keys("\r");
    terminal.wait_to_see("saved to");
    let text = std::fs::read_to_string(&saved).unwrap();
    assert!(text.lines().count() == 6 && !text.contains("nobody"), "{text}");
    assert!(world.unlocks().is_empty());
    terminal.keys("\r");
    terminal.answer("3 accounts will be unlocked", "y");
    terminal.wait_to_see("3 of 3");
    terminal.wait_to_see("3 unlocked");
    terminal.keys("R");
    terminal.wait_to_see("no row has failed");
    // What is run can't be edited any more; a new list can be begun.
    terminal.keys("x");
    terminal.wait_to_see("^N begins a new one");
    terminal.keys("\x0e");
    terminal.wait_to_see("Runs");
    terminal.wait_to_see("3 of 3");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert!(
        world
            .run(&["ledger", "show", "--json"])
            .json()
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["outcome"] == "unlocked")
    );
}

#[test]
fn a_run_is_paused_stopped_and_gone_on_with_by_keys() {
    use serde_json::json;
    let world = World::with_people(200);
    let mut names = Vec::new();
    for person in world.get("/world")["people"].as_array().unwrap() {
        if person["story"].is_null() && person["pingone"]["enabled"] == true && names.len() < 40 {
            world.post("/lock", json!({"provider": "pingone", "id": person["pingone"]["id"]}));
            names.push(person["username"].as_str().unwrap().to_owned());
        }
    }
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, names.join("\n")).unwrap();
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (80, 24));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("\x1b");
    terminal.wait_for_rest();
    terminal.keys("3");
    terminal.wait_to_see("f opens a file");
    terminal.keys("f");
    terminal.fill("Open a list", list.with_file_name("lis").to_str().unwrap());
    // What was typed is completed from what is on the disk.
    terminal.keys("\t");
    terminal.wait_to_see("list.txt");
    terminal.keys("\r");
    terminal.wait_to_see("─ 1–12 of 40");
    world.fault(json!({"fault": "latency", "ms": 150}));
    terminal.keys("\r");
    terminal.wait_to_see("Type the number of accounts to begin: 40");
    terminal.wait_to_see("ALARM: 40 of these accounts were locked within ten minutes");
    terminal.fill("Type the number", "4");
    terminal.keys("\r");
    terminal.wait_to_see("that is not the number");
    terminal.keys("0");
    terminal.enter();
    terminal.wait_to_see("1 unlocked");
    terminal.keys("p");
    terminal.wait_to_see("paused");
    terminal.wait_to_see("p resume");
    let before = world.unlocks().len();
    terminal.keys("p");
    wait_for("more unlocks", || (world.unlocks().len() > before).then_some(()));
    terminal.keys("X");
    terminal.wait_to_see("stopped, ");
    let stopped = world.unlocks().len();
    // What wasn't begun is no failure.
    terminal.keys("R");
    terminal.wait_to_see("Enter goes on with them first");
    assert!(stopped < 40, "{stopped}");
    world.fault(json!({"fault": "clear"}));
    terminal.keys("p");
    terminal.wait_to_see("Enter goes on with it");
    terminal.keys("\r");
    // It asks as the first go did: whose, how many, and their number typed.
    terminal.wait_to_see("Go on with this run?");
    terminal.wait_to_see(&format!("{} more accounts will be unlocked: {} in pingone", 40 - stopped, 40 - stopped));
    // A letter is no part of a number, and another number is not this one.
    terminal.keys("y");
    terminal.wait_to_see("the number of accounts is typed here");
    terminal.fill("Go on with this run?", "7");
    terminal.keys("\r");
    terminal.wait_to_see("that is not the number");
    terminal.keys(&format!("\x7f{}", 40 - stopped));
    terminal.enter();
    terminal.wait_to_see("finished");
    terminal.wait_to_see("40 of 40");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(world.unlocks().len(), 40, "each once");
}

#[test]
fn what_failed_is_done_again_after_a_question_and_a_list_is_not_lost_by_leaving() {
    use serde_json::json;
    let world = World::new();
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (100, 30));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("\x1b[200~ada\nasmith2\n\x1b[201~");
    terminal.wait_to_see("2 of 2");
    // Neither run nor saved: leaving asks first.
    terminal.keys("q");
    terminal.answer("The list is neither run nor saved", "n");
    world.fault(json!({"fault": "status", "status": 403, "method": "POST", "match": "/users/", "times": 1}));
    terminal.keys("\r");
    terminal.answer("2 accounts will be unlocked", "y");
    terminal.wait_to_see("1 failed");
    terminal.keys("R");
    terminal.wait_to_see("Enter goes on with them first");
    terminal.keys("\r");
    terminal.answer("Go on with this run?", "y");
    terminal.wait_to_see("1 unlocked");
    let before = world.unlocks().len();
    terminal.keys("R");
    terminal.wait_to_see("1 account that failed will be tried again: 1 in pingone");
    assert_eq!(world.unlocks().len(), before, "nothing before the answer");
    terminal.answer("Retry the failed rows?", "y");
    terminal.wait_to_see("2 unlocked");
    // A row is found by how it ended, too.
    terminal.keys("/unlocked");
    terminal.wait_to_see("2 of 2");
    terminal.keys("\r");
    terminal.wait_for_rest();
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    assert_eq!(world.unlocks().len(), 3);
}
