//! A run, by keys: paused, stopped, resumed.

use crate::support::terminal::Terminal;
use crate::support::{World, wait_for};

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
