//! A run does what its plan says, and stops by itself.

use serde_json::{Value, json};

use crate::support::World;

use super::*;

#[test]
fn a_run_is_confirmed_by_its_number_and_does_what_the_plan_says() {
    let world = World::with_people(100);
    let names = lock_many(&world, 14);
    let list = list(&world, names.values());
    let file = plan(&world, &list);
    let cases: [(&[&str], i32, &str); 4] = [
        (&["--yes"], 2, "--count"),
        (&["--count", "3"], 5, "--count says 3"),
        (&["--max", "5", "--count", "14"], 5, "raise it with --max"),
        (&[], 2, "confirm with --count"),
    ];
    for (more, code, words) in cases {
        let ran = world.run(&[&["bulk", "run", &file], more].concat());
        assert!(ran.code == code && ran.err.contains(words), "{more:?}: {ran:?}");
    }
    assert!(world.unlocks().is_empty());
    let count = names.len().to_string();
    let ran = world.run(&["bulk", "run", &file, "--count", &count, "--pause", "0.1", "--ticket", "INC-9", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let run = ran.json();
    assert_eq!(run["totals"], json!({"unlocked": names.len()}));
    assert!(unlocked(&world).values().all(|times| *times == 1) && unlocked(&world).len() == names.len());
    assert!(locked(&world).is_empty());
    let id = run["run"].as_str().unwrap();
    let again = world.run(&["bulk", "run", &file, "--count", &count]);
    assert!(again.code == 5 && again.err.contains("was run already"), "{again:?}");
    let resumed = world.resume(&["bulk", "resume", id, "--json"]);
    assert_eq!((resumed.code, unlocked(&world).len()), (0, names.len()), "{resumed:?}");
    let tickets = world.run(&["ledger", "show", "--json"]).json();
    assert!(tickets.as_array().unwrap().iter().all(|one| one["ticket"] == "INC-9"), "{tickets}");
    let markdown = world.run(&["bulk", "report", id, "--markdown"]);
    let total = format!("{} unlocked", names.len());
    assert!(markdown.out.contains("| line | account |") && markdown.out.contains(&total), "{markdown:?}");
    let csv = world.run(&["bulk", "report", id, "--csv"]);
    assert_eq!(csv.out.lines().count(), names.len() + 1);
    let lines = world.run(&["bulk", "report", id, "--jsonl"]);
    assert!(lines.out.lines().all(|line| serde_json::from_str::<Value>(line).unwrap()["outcome"] == "unlocked"));
}

#[test]
fn a_deliberate_lock_runs_only_when_it_is_asked_for() {
    let world = World::new();
    let file = plan(&world, &list(&world, ["mallory", "ada"]));
    let ran = world.run(&["bulk", "run", &file, "--yes", "--pause", "0", "--json"]);
    assert_eq!(ran.json()["totals"], json!({"admin_locked": 1, "unlocked": 1}), "{ran:?}");
    let file = plan(&world, &list(&world, ["mallory"]));
    let include = ["bulk", "run", &file, "--include", "admin_locked", "--json"];
    let ran = world.run(&[&include[..], &["--count", "1"]].concat());
    assert!(ran.code == 2 && ran.err.contains("with the id of each typed"), "{ran:?}");
    let id = ran.err.split("--confirm ").nth(1).unwrap().trim().to_owned();
    let before = world.unlocks().len();
    let ran = world.run(&[&include[..], &["--yes", "--confirm", &id]].concat());
    assert!(ran.code == 2 && ran.err.contains("--count 1"), "a yes opens no deliberate lock: {ran:?}");
    let ran = world.run(&[&include[..], &["--count", "1", "--confirm", "another-id"]].concat());
    assert!(ran.code == 2 && world.unlocks().len() == before, "another's id opens nothing: {ran:?}");
    let ran = world.run(&[&include[..], &["--count", "1", "--confirm", &id]].concat());
    assert_eq!(ran.json()["totals"], json!({"unlocked": 1}), "{ran:?}");
}

#[test]
fn what_changed_since_the_plan_is_skipped_or_held_back() {
    let world = World::new();
    let ids = [world.id("ada"), world.id("grace"), world.id("asmith2")];
    let file = plan(&world, &list(&world, ["ada", "asmith2", "katherine"]));
    // Ada is opened by somebody else; the second is locked anew.
    assert_eq!(world.run(&["unlock", "ada", "--yes"]).code, 0);
    world.post("/clock", json!({"advance_s": 60}));
    world.post("/lock", json!({"provider": "pingone", "id": ids[2]}));
    let ran = world.run(&["bulk", "run", &file, "--yes", "--pause", "0", "--json"]);
    let rows = ran.json()["rows"].clone();
    let of = |line: usize| (rows[line]["outcome"].as_str().unwrap().to_owned(), rows[line]["problem"].to_string());
    assert_eq!(of(0).0, "already_open");
    assert!(of(1).0 == "left_alone" && of(1).1.contains("locked again after the plan"), "{rows}");
    assert_eq!(of(2).0, "unlocked");
    let id = id_of(&file);
    let report = world.run(&["bulk", "report", &id, "--json"]).json();
    assert_eq!(
        report["totals"],
        json!({"already_open": 1, "left_alone": 1, "unlocked": 1}),
        "rows without a request are remembered too"
    );
}

#[test]
fn a_run_stops_by_itself_and_goes_on_when_told() {
    let world = World::with_people(200);
    let names = lock_many(&world, 30);
    let file = plan(&world, &list(&world, names.values()));
    world.fault(json!({"fault": "status", "status": 403, "match": "/users/", "method": "POST"}));
    let count = names.len().to_string();
    let ran = world.run(&["bulk", "run", &file, "--count", &count, "--pause", "0", "--json"]);
    assert!(ran.err.contains("the run stopped: the login may not unlock"), "{ran:?}");
    assert_eq!(world.unlocks().len(), 1, "the canary alone met it");
    world.fault(json!({"fault": "clear"}));
    let id = id_of(&file);
    let ran = world.resume(&["bulk", "resume", &id, "--retry-failed", "--pause", "0", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.json()["totals"], json!({"unlocked": names.len()}));
}

#[test]
fn rows_that_were_open_are_no_canaries_and_a_failed_first_row_stops_the_run() {
    let world = World::with_people(200);
    let names = lock_many(&world, 26);
    let file = plan(&world, &list(&world, names.values()));
    // The first six of the plan are opened by somebody else.
    for name in std::fs::read_to_string(world.place.path().join("list.txt")).unwrap().lines().take(6) {
        assert_eq!(world.run(&["unlock", name, "--yes"]).code, 0);
    }
    let before = world.unlocks().len();
    world.fault(json!({"fault": "status", "status": 403, "match": "/users/", "method": "POST"}));
    let count = names.len().to_string();
    let ran = world.run(&["bulk", "run", &file, "--count", &count, "--pause", "0", "--json"]);
    assert_eq!(world.unlocks().len(), before + 1, "one real request met it: {ran:?}");
    // A single row that failed is done again when that is asked for, and doesn't stall.
    let world = World::new();
    let file = plan(&world, &list(&world, ["ada"]));
    world.fault(json!({"fault": "status", "status": 400, "match": "/users/", "method": "POST", "times": 1}));
    let ran = world.run(&["bulk", "run", &file, "--yes", "--pause", "0"]);
    assert!(ran.code == 1 && ran.err.contains("the first row failed"), "{ran:?}");
    let id = id_of(&file);
    assert_eq!(
        world.resume(&["bulk", "resume", &id, "--retry-failed", "--pause", "0", "--json"]).json()["totals"],
        json!({"unlocked": 1})
    );
    assert_eq!(world.run(&["bulk", "report", &id, "--json"]).json()["totals"], json!({"unlocked": 1}));
}

#[test]
fn a_resumed_run_keeps_its_rules_and_its_own_plan() {
    let world = World::new();
    let (first, second) = (plan(&world, &list(&world, ["ada", "asmith2"])), plan(&world, &list(&world, ["katherine"])));
    world.fault(json!({"fault": "status", "status": 400, "match": "/users/", "method": "POST", "times": 1}));
    assert_eq!(world.run(&["bulk", "run", &first, "--yes", "--pause", "0"]).code, 1);
    let id = id_of(&first);
    let text = world.config_text();
    std::fs::write(world.config_path(), format!("[policy]\nprotected = [\"*\"]\n{text}")).unwrap();
    let ran = world.resume(&["bulk", "resume", &id, "--retry-failed"]);
    assert!(ran.code == 5 && ran.err.contains("another configuration"), "{ran:?}");
    std::fs::write(world.config_path(), &text).unwrap();
    // The copy of another plan, whose hash the ledger knows as well.
    let runs = world.ledger_dir().join("runs");
    let own = runs.join(format!("{id}.plan.json"));
    let kept = std::fs::read(&own).unwrap();
    std::fs::copy(runs.join(format!("{}.plan.json", id_of(&second))), &own).unwrap();
    for command in [vec!["bulk", "resume", &id], vec!["bulk", "report", &id]] {
        assert!(world.run(&command).err.contains("the plan of another run"), "{command:?}");
    }
    std::fs::write(&own, kept).unwrap();
    // A number that is given is held to, in a resume as in a run, whatever else says yes.
    let ran = world.run(&["bulk", "resume", &id, "--retry-failed", "--yes", "--count", "7"]);
    assert!(ran.code == 5 && ran.err.contains("--count says 7, and the run goes on with 2 accounts"), "{ran:?}");
    assert_eq!(world.resume(&["bulk", "resume", &id, "--retry-failed", "--pause", "0"]).code, 0);
    assert_eq!(unlocked(&world).len(), 2);
}

#[test]
fn bad_days_lose_nothing_and_do_nothing_twice() {
    let world = World::with_people(400);
    let names = lock_many(&world, 200);
    world.add_to_config("total_timeout = \"10s\"\nmax_parallel = 16");
    let file = plan(&world, &list(&world, names.values()));
    for (fault, every) in [
        (json!({"fault": "status", "status": 429, "retry_after": "1"}), 20),
        (json!({"fault": "status", "status": 503}), 20),
        (json!({"fault": "cut"}), 100),
        (json!({"fault": "cut_before"}), 100),
    ] {
        let mut order = fault;
        order["every"] = json!(every);
        order["match"] = json!("/users/");
        world.fault(order);
    }
    let count = names.len().to_string();
    let id = id_of(&file);
    let mut ran = world.run(&["bulk", "run", &file, "--count", &count, "--max", "1000", "--pause", "0"]);
    // A bad moment may stop it by its own rules: then the operator goes on.
    for _ in 0..5 {
        if ran.code == 0 {
            break;
        }
        ran = world.resume(&["bulk", "resume", &id, "--retry-failed", "--pause", "0"]);
    }
    world.fault(json!({"fault": "clear"}));
    let report = world.run(&["bulk", "report", &id, "--json"]).json();
    assert_eq!(report["totals"], json!({"unlocked": names.len()}), "{ran:?}");
    let times = unlocked(&world);
    assert!(names.keys().all(|id| times.get(id) == Some(&1)), "{times:?}");
}
