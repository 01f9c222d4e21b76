//! Lists and runs by keys alone.

use crate::support::World;
use crate::support::terminal::Terminal;

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
