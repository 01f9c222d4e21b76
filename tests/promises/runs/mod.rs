//! A run is a thing: it is listed, opened again on the screen, gone on with, and told in whole sentences.

mod left_and_named;

use std::collections::HashSet;

use serde_json::json;

use crate::support::terminal::Terminal;
use crate::support::{World, wait_for};

/// So many accounts that are locked in PingOne, as a list.
fn locked(world: &World, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    for person in world.get("/world")["people"].as_array().unwrap() {
        if person["story"].is_null() && person["pingone"]["enabled"] == true && names.len() < count {
            world.post("/lock", json!({"provider": "pingone", "id": person["pingone"]["id"]}));
            names.push(person["username"].as_str().unwrap().to_owned());
        }
    }
    names
}

fn desk(world: &World, size: (u16, u16)) -> Terminal {
    let path = world.config_path();
    let terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], size);
    terminal.wait_to_see("Ada Lovelace");
    terminal
}

/// Begins a run of 14 and waits until a few of them are done.
fn begun(world: &World, size: (u16, u16)) -> Terminal {
    let names = locked(world, 14);
    let mut terminal = desk(world, size);
    terminal.keys(&format!("\x1b[200~{}\n\x1b[201~", names.join("\n")));
    terminal.wait_to_see(if size.1 > 24 { "─ 14 of 14" } else { "─ 1–12 of 14" });
    world.fault(json!({"fault": "latency", "ms": 150}));
    terminal.keys("\r");
    terminal.fill("Type the number", "14");
    terminal.enter();
    terminal.wait_to_see("1 unlocked");
    terminal
}

fn each_once(world: &World) {
    let unlocks = world.unlocks();
    let accounts: HashSet<&str> = unlocks.iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!((unlocks.len(), accounts.len()), (14, 14), "{unlocks:?}");
}

#[test]
fn p47_a_killed_run_is_named_at_the_start_opened_and_finished_by_keys() {
    let world = World::with_people(120);
    let terminal = begun(&world, (80, 24));
    terminal.signal(rustix::process::Signal::KILL);
    drop(terminal);
    let done = world.unlocks().len();
    assert!((1..14).contains(&done), "{done}");
    world.fault(json!({"fault": "clear"}));
    let mut terminal = desk(&world, (80, 24));
    terminal.wait_to_see("left: F4, then Enter opens it");
    terminal.keys("\x1b");
    terminal.wait_for_rest();
    terminal.keys("3");
    terminal.wait_to_see("1 with rows left");
    let before = world.unlocks().len();
    terminal.keys("\r");
    terminal.wait_to_see("Bulk run");
    terminal.wait_to_see("not done: it was left before it was finished");
    assert_eq!(world.unlocks().len(), before, "nothing is sent by looking");
    // Leaving now asks nothing and leaves everything as it was.
    terminal.keys("\r");
    terminal.wait_to_see("Go on with this run?");
    let screen = terminal.screen();
    let left = screen.split(" more account").next().unwrap().rsplit([' ', '│']).next().unwrap().to_owned();
    if left.parse::<usize>().unwrap() > 10 {
        terminal.fill("Type the number", &left);
        terminal.enter();
    } else {
        terminal.answer("Go on with this run?", "y");
    }
    terminal.wait_to_see("14 of 14");
    terminal.wait_to_see("finished");
    // The note could be pasted into a ticket.
    terminal.keys("y");
    terminal.wait_to_see("the note on the run was sent");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
    each_once(&world);
    let listed = world.run(&["bulk", "runs"]);
    assert!(listed.out.contains("14 of 14") && listed.out.contains("finished"), "{listed:?}");
    let document: serde_json::Value = serde_json::from_str(&world.run(&["bulk", "runs", "--json"]).out).unwrap();
    assert_eq!(
        (&document[0]["state"], &document[0]["done"], &document[0]["meant"]),
        (&json!("finished"), &json!(14), &json!(14))
    );
    let id = document[0]["run"].as_str().unwrap().to_owned();
    for name in ["last", &id[..10], &id] {
        let report = world.run(&["bulk", "report", name]);
        assert!(report.code == 0 && report.err.contains("14 unlocked"), "{name}: {report:?}");
        assert!(report.err.contains(&format!("run {id}")) && report.err.contains("no ticket"), "{report:?}");
    }
    for (name, words) in [("zz", "no run of this ledger begins with"), ("", "no run of this ledger begins with")] {
        let refused = world.run(&["bulk", "report", name]);
        assert!(refused.code == 2 && refused.err.contains(words), "{name}: {refused:?}");
    }
}

#[test]
fn p41_a_run_in_trouble_says_so_above_its_rows() {
    let world = World::with_people(120);
    let mut terminal = begun(&world, (100, 30));
    world.fault(json!({"fault": "status", "status": 500, "method": "POST", "match": "/users/"}));
    wait_for("the trouble", || terminal.screen().contains("pauses").then_some(()));
    let screen = terminal.screen();
    let line = screen.lines().find(|line| line.contains("pauses")).unwrap();
    assert!(line.contains("pingone: server error") && line.contains("wait"), "{line}");
    terminal.keys("X");
    terminal.wait_to_see("not done: stopped by the operator");
}

#[test]
fn p41_a_run_its_report_the_ledger_and_the_systems_name_all_that_failed() {
    let world = World::whole();
    let mut terminal = desk(&world, (100, 30));
    terminal.keys("\x1b[200~provider,username\npingone,ada\njumpcloud,grace\nadaxes,phoebe\n\x1b[201~");
    terminal.wait_to_see("3 unlock");
    terminal.wait_to_see("─ 3 of 3");
    // Each fails in its own way; a run that goes wrong stops, and is gone on with.
    world.fault_of("pingone", json!({"fault": "status", "status": 403, "method": "POST", "match": "/users/"}));
    world.fault_of("jumpcloud", json!({"fault": "status", "status": 404, "method": "POST", "match": "/unlock"}));
    world.fault_of("adaxes", json!({"fault": "status", "status": 400, "method": "POST", "match": "/unlock"}));
    terminal.keys("\r");
    terminal.answer("3 accounts will be unlocked", "y");
    terminal.wait_to_see("1 failed");
    terminal.wait_to_see("not done: ");
    terminal.keys("\r");
    terminal.answer("Go on with this run?", "y");
    terminal.wait_to_see("3 failed");
    let screen = terminal.screen();
    for system in ["pingone", "jumpcloud", "adaxes"] {
        let row = screen.lines().find(|line| line.contains(system)).unwrap_or_default();
        assert!(row.contains("failed"), "{system}: {screen}");
    }
    let report = world.run(&["bulk", "report", "last"]);
    for system in ["pingone", "jumpcloud", "adaxes"] {
        assert!(report.out.lines().any(|line| line.contains(system) && line.contains("failed")), "{report:?}");
    }
    terminal.keys("4");
    terminal.wait_to_see("[4 Ledger]");
    terminal.wait_to_see("3 of 3");
    let screen = terminal.screen();
    for system in ["pingone", "jumpcloud", "adaxes"] {
        assert!(screen.lines().any(|line| line.contains(system) && line.contains("failed")), "{system}: {screen}");
    }
    for system in ["pingone", "jumpcloud", "adaxes"] {
        world.fault_of(system, json!({"fault": "status", "status": 401}));
    }
    terminal.keys("5");
    terminal.wait_to_see("[5 Systems]");
    terminal.wait_to_see("3 failed");
    let screen = terminal.screen();
    for system in ["pingone", "jumpcloud", "adaxes"] {
        assert!(screen.lines().any(|line| line.contains(system) && line.contains("FAIL")), "{system}: {screen}");
    }
}
