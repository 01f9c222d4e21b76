//! What a bad day costs: a wrong password is tried once, a dead login endpoint is waited for once, a run that can't read
//! stops, and whoever waits is told for whom.

mod busy;
mod logins;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::support::bent::{Bend, between};
use crate::support::stub_server::Canned;
use crate::support::{World, side_by_side};

fn list_of(world: &World, count: usize, provider: &str) -> String {
    let people = world.get("/world")["people"].as_array().unwrap().clone();
    let has = |person: &&Value| !person[provider].is_null() && person["story"].is_null();
    let names: Vec<String> =
        people.iter().filter(has).take(count).map(|one| one["username"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), count);
    let path = world.place.path().join("list.txt");
    std::fs::write(&path, names.join("\n")).unwrap();
    path.display().to_string()
}

/// A list of people whom it locks first.
fn locked_list(world: &World, count: usize) -> std::path::PathBuf {
    let people = world.get("/world")["people"].as_array().unwrap().clone();
    let ours = people.iter().filter(|one| one["story"].is_null() && one["pingone"]["enabled"] == true).take(count);
    let mut names = Vec::new();
    for person in ours {
        world.post("/lock", json!({"provider": "pingone", "id": person["pingone"]["id"]}));
        names.push(person["username"].as_str().unwrap().to_owned());
    }
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, names.join("\n")).unwrap();
    list
}

/// Counts requests to a part of an address, and answers them so.
fn counted(world: &World, provider: &str, path: &'static str, bend: fn() -> Bend) -> (Canned, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let own = Arc::clone(&count);
    let server = between(world, provider, move |heard| {
        if !heard.line().1.contains(path) {
            return Bend::Pass;
        }
        own.fetch_add(1, Ordering::SeqCst);
        bend()
    });
    (server, count)
}

#[test]
fn a_run_whose_reads_fail_stops_and_says_what_was_not_done() {
    let faults = [
        json!({"fault": "status", "status": 401}),
        json!({"fault": "status", "status": 500}),
        json!({"fault": "cut"}),
        json!({"fault": "body", "body": "<html>maintenance</html>", "status": 200, "content_type": "text/html"}),
        json!({"fault": "status", "status": 429, "retry_after": "120"}),
    ];
    side_by_side(faults, |fault| {
        let world = World::with_people(120);
        let list = locked_list(&world, 10);
        let plan = world.place.path().join("p.plan").display().to_string();
        let planned = world.run(&["bulk", "plan", list.to_str().unwrap(), "--provider", "pingone", "-o", &plan]);
        assert_eq!(planned.code, 0, "{planned:?}");
        let mut order = fault.clone();
        order["match"] = json!("/users/");
        world.fault(order);
        let ran = world.run(&["bulk", "run", &plan, "--count", "10", "--pause", "0"]);
        assert!(ran.err.contains("the run stopped:") && ran.err.contains("not done"), "{fault}: {ran:?}");
        let failed = ran.out.matches("\tfailed\t").count();
        assert!((1..=3).contains(&failed), "{fault}: {failed} rows were tried: {ran:?}");
        assert_eq!(ran.code, 1, "{fault}: {ran:?}");
    });
}

#[test]
fn a_detached_run_needs_no_terminal_for_its_secret() {
    let world = World::new();
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "ada\n").unwrap();
    let plan = world.place.path().join("p.plan").display().to_string();
    assert_eq!(world.run(&["bulk", "plan", list.to_str().unwrap(), "-o", &plan]).code, 0);
    let text = world.config_text();
    let line = text.lines().find(|line| line.starts_with("client_secret = ")).unwrap();
    std::fs::write(world.config_path(), text.replace(line, "client_secret = { prompt = \"the secret\" }")).unwrap();
    let ran = world.run(&["bulk", "run", &plan, "--yes", "--detach"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("asks for its secret at the terminal") && !ran.out.contains("goes on"), "{ran:?}");
}

#[test]
fn a_list_over_the_limit_is_refused_before_anybody_is_asked() {
    let world = World::new();
    let list = world.place.path().join("list.txt");
    let names: Vec<String> = (0..5_002).map(|n| format!("nobody{n}")).collect();
    std::fs::write(&list, names.join("\n")).unwrap();
    let before = world.get("/requests").as_array().unwrap().len();
    let ran = world.run(&["bulk", "plan", list.to_str().unwrap()]);
    assert!(ran.code == 2 && ran.err.contains("more than 5000 rows"), "{ran:?}");
    assert_eq!(world.get("/requests").as_array().unwrap().len(), before);
}

#[test]
fn an_audit_that_cant_be_read_refuses_nothing() {
    let world = World::new();
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "ada\n").unwrap();
    let plan = world.place.path().join("p.plan").display().to_string();
    assert_eq!(world.run(&["bulk", "plan", list.to_str().unwrap(), "-o", &plan]).code, 0);
    world.fault(json!({"fault": "status", "status": 500, "match": "/activities"}));
    let ran = world.run(&["bulk", "run", &plan, "--yes", "--json", "--pause", "0"]);
    assert_eq!((ran.code, &ran.json()["rows"][0]["outcome"]), (0, &json!("unlocked")), "{ran:?}");
}

#[test]
fn while_a_system_cannot_be_asked_nobody_is_called_unknown_and_nothing_is_asked_about_nothing() {
    use crate::support::terminal::Terminal;
    let world = World::whole();
    for system in ["pingone", "jumpcloud", "adaxes", "macs"] {
        world.fault_of(system, json!({"fault": "status", "status": 500}));
    }
    let path = world.config_path().display().to_string();
    let arguments = ["--config", &path, "unlock", "ada", "--everywhere"];
    let mut terminal = Terminal::start(world.place.path(), &arguments, (120, 30));
    // The map of Macs knows her: part of the answer is there.
    assert_eq!(terminal.exit(), 3);
    terminal.wait_to_see("not every provider could be asked");
    assert!(!terminal.screen().contains("[y/N]"), "{}", terminal.screen());
    for system in ["jumpcloud", "adaxes", "macs"] {
        world.fault_of(system, json!({"fault": "clear"}));
    }
    // She is in PingOne alone, which can't be asked: that isn't "nobody".
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "asmith2\n").unwrap();
    let ran = world.run(&["bulk", "plan", list.to_str().unwrap()]);
    assert!(!ran.out.contains("not_found") && ran.out.contains("whether this is anybody isn't known"), "{ran:?}");
    assert!(!ran.err.contains("to run it"), "{ran:?}");
}
