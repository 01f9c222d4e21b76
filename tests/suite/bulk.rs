//! Lists: planned, run, killed, resumed, reported, by the real binary.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Ran, World, happens_within, random, wait_for};

/// Everybody of the world who is locked in `PingOne` by bad passwords, by id.
fn locked(world: &World) -> BTreeMap<String, String> {
    let people = world.get("/world")["people"].clone();
    let is_locked = |person: &&Value| !person["pingone"]["account"].is_null() && person["story"].is_null();
    people
        .as_array()
        .unwrap()
        .iter()
        .filter(is_locked)
        .map(|person| {
            (person["pingone"]["id"].as_str().unwrap().to_owned(), person["username"].as_str().unwrap().to_owned())
        })
        .collect()
}

/// Locks that many generated people; gives their user names by id.
fn lock_many(world: &World, count: usize) -> BTreeMap<String, String> {
    let people = world.get("/world")["people"].clone();
    let enabled = people
        .as_array()
        .unwrap()
        .iter()
        .filter(|person| person["story"].is_null() && person["pingone"]["enabled"] == true);
    for person in enabled.take(count) {
        world.post("/lock", json!({"provider": "pingone", "id": person["pingone"]["id"]}));
    }
    locked(world)
}

fn list(world: &World, names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let path = world.place.path().join("list.txt");
    let text: Vec<String> = names.into_iter().map(|name| name.as_ref().to_owned()).collect();
    std::fs::write(&path, text.join("\n")).unwrap();
    path.display().to_string()
}

fn with_input(world: &World, arguments: &[&str], input: &[u8]) -> Ran {
    let mut command = world.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    Ran::from(child.wait_with_output().unwrap())
}

fn plan(world: &World, list: &str) -> String {
    let file = world.place.path().join(format!("{}.plan", uuid::Uuid::new_v4())).display().to_string();
    let ran = world.run(&["bulk", "plan", list, "-o", &file, "--json"]);
    assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
    file
}

fn id_of(plan: &str) -> String {
    let text = std::fs::read_to_string(plan).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["plan"].as_str().unwrap().to_owned()
}

/// How often each account was really unlocked: requests that were carried out on it.
fn unlocked(world: &World) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for one in world.unlocks() {
        if one["carried_out"] == true {
            let path = one["path"].as_str().unwrap();
            *times.entry(path.rsplit('/').next().unwrap().to_owned()).or_default() += 1;
        }
    }
    times
}

#[test]
fn a_plan_names_what_each_line_came_to() {
    let world = World::new();
    let ran = with_input(&world, &["bulk", "plan", "-", "--provider", "pingone", "--json"], b"ada\nnobody\nada\n");
    assert_eq!(ran.code, 3, "{ran:?}");
    let plan = ran.json();
    let rows: Vec<(u64, &str)> = plan["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["line"].as_u64().unwrap(), row["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(rows, [(1, "unlock"), (2, "not_found"), (3, "duplicate")]);
    assert_eq!(plan["totals"], json!({"unlock": 1, "not_found": 1, "duplicate": 1}));
    assert_eq!(plan["sha256"].as_str().unwrap().len(), 64);
    assert!(world.unlocks().is_empty(), "nothing is sent");
    let file = std::fs::metadata(plan["file"].as_str().unwrap()).unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&file) & 0o777, 0o600);
    let verified = world.run(&["ledger", "verify"]);
    assert_eq!(verified.code, 0, "its hash is in the ledger: {verified:?}");
}

#[test]
fn every_verdict_and_the_odd_ones_on_top() {
    let world = World::whole();
    world.add_to_config("[policy]\nprotected = [\"alan*\"]");
    let text = "user,ticket\nada,INC-1\nmallory,\ndorothy,\nAdam Smith,\nalan,\nada@acme.test,\nkatherine,INC-2,x\n";
    let ran = with_input(&world, &["bulk", "plan", "-", "--json"], text.as_bytes());
    let plan = ran.json();
    let verdicts: BTreeSet<(u64, String, &str)> = plan["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["line"].as_u64().unwrap(),
                row["provider"].as_str().unwrap_or("-").to_owned(),
                row["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    for expected in [
        (2, "pingone", "unlock"),
        (2, "jumpcloud", "open"),
        (2, "adaxes", "unlock"),
        (2, "macs", "not_reported"),
        (3, "pingone", "admin_locked"),
        (4, "pingone", "disabled"),
        (5, "-", "not_found"),
        (6, "pingone", "protected"),
        (7, "pingone", "duplicate"),
        (8, "-", "invalid"),
    ] {
        assert!(verdicts.contains(&(expected.0, expected.1.to_owned(), expected.2)), "{expected:?}: {verdicts:?}");
    }
    let shown = with_input(&world, &["bulk", "plan", "-"], text.as_bytes());
    let first = shown.out.find("invalid").unwrap();
    assert!(first < shown.out.find("unlock\t").unwrap() && shown.err.contains("a run takes about"), "{shown:?}");
}

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
fn an_edited_foreign_unknown_or_expired_plan_is_refused() {
    let world = World::new();
    let file = plan(&world, &list(&world, ["ada"]));
    let text = std::fs::read_to_string(&file).unwrap();
    let run = |path: &str| world.run(&["bulk", "run", path, "--yes", "--pause", "0"]);
    let other = world.place.path().join("other.json").display().to_string();
    let write = |text: &str| {
        let _ = std::fs::remove_file(&other);
        std::fs::write(&other, text).unwrap();
    };
    write(&text.replace("\"verdict\":\"unlock\"", "\"verdict\":\"open\""));
    assert!(run(&other).err.contains("edited"));
    write(&text[..text.len() - 20]);
    assert_eq!(run(&other).code, 5);
    write("{}");
    assert!(run(&other).err.contains("no frozen plan"));
    // A plan of another ledger, with a hash of its own that fits.
    let elsewhere = World::new();
    let foreign = plan(&elsewhere, &list(&elsewhere, ["ada"]));
    assert!(run(&foreign).err.contains("knows no plan with this hash"));
    world.add_to_config("\n[policy]\nbulk_max_rows = 7");
    assert!(run(&file).err.contains("another configuration"));
    let text = world.config_text().replace("\n[policy]\nbulk_max_rows = 7", "");
    std::fs::write(world.config_path(), text).unwrap();
    assert!(world.unlocks().is_empty());
    assert_eq!(run(&file).code, 0);
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
    let ran = world.run(&["bulk", "run", &file, "--yes", "--pause", "0", "--detach"]);
    assert!(ran.code == 0 && ran.out.contains("goes on in process"), "{ran:?}");
    let id = id_of(&file);
    wait_for("the detached run", || {
        let report = world.run(&["bulk", "report", &id, "--json"]);
        (report.code == 0 && report.json()["totals"] == json!({"unlocked": 2})).then_some(())
    });
}

/// A run is killed at a moment of its own and resumed, until it is over; nothing is lost, nothing is done twice.
fn kill_and_resume(seed: u64, rows: usize) -> usize {
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

#[test]
fn a_plan_older_than_half_an_hour_is_refused() {
    use jiff::{SignedDuration, Timestamp};
    use unbolt::engine::Core;
    use unbolt::engine::bulk::plan_store;
    let world = World::new();
    let config = unbolt::config::load(&world.config_path()).unwrap();
    let (log, _) = tokio::sync::mpsc::unbounded_channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _entered = runtime.enter();
    let core = Core::new(&config, world.ledger_dir(), &log);
    let (frozen, _, path) = runtime.block_on(plan_store::freeze(&core, Vec::new(), None)).unwrap();
    let may = |minutes: i64| {
        plan_store::may_begin(&core, &frozen, &path, Timestamp::now() + SignedDuration::from_mins(minutes))
    };
    assert!(may(29).is_ok());
    assert!(may(31).unwrap_err().line().contains("expired"));
}

/// A hundred thousand rows are filtered in slices: between any two of them a key is heard.
#[test]
fn the_filter_of_a_hundred_thousand_rows_never_holds_up_a_key() {
    use tui_input::InputRequest;
    use unbolt::bulk::plan::{Row, Verdict};
    use unbolt::domain::Stamp;
    use unbolt::screens::lists::state::ListsTab;
    let mut tab = ListsTab::default();
    let row = |n: u64| Row::without(n, format!("user{n:06}").into(), Verdict::NotFound, "nobody");
    tab.add((1..=100_000).map(row).collect());
    let mut slices = 0;
    while tab.is_scanning() {
        tab.tick(Stamp::default());
        slices += 1;
    }
    assert_eq!((tab.list.shown.len(), slices), (100_000, 25), "4,000 rows at a time");
    for letter in "user0999".chars() {
        tab.list.filter.handle(InputRequest::InsertChar(letter));
        tab.arrange();
        // The next key comes before the filter is through: the text is there, and it begins again.
        tab.tick(Stamp::default());
        assert!(tab.is_scanning());
    }
    assert_eq!(tab.list.filter.value(), "user0999");
    while tab.is_scanning() {
        tab.tick(Stamp::default());
    }
    assert_eq!(tab.list.shown.len(), 100);
    assert!(tab.current().is_some_and(|(_, one)| one.row.input.as_data().starts_with("user0999")));
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
        std::thread::sleep(Duration::from_millis(300));
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let took = started.elapsed();
        assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "unknown");
        took
    });
}
