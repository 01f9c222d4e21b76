//! Between processes, clocks and late deliveries: one request for one wish, and everybody learns its outcome.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::bent::{Bend, JSON, between};
use crate::support::stub_server::Canned;
use crate::support::{Ran, World, random, side_by_side, wait_for};

/// Each kind with a part of the address of its unlock request, somebody who is locked there, and how a second unlock ends.
const UNLOCKS: [(&str, &str, &str, &str); 4] = [
    ("pingone", "/users/", "ada", "already_open"),
    ("jumpcloud", "/unlock", "grace", "already_open"),
    ("adaxes", "/account/unlock", "ada", "already_open"),
    ("macs", "/v1/enqueue", "ada", "acknowledged"),
];

/// When unlock requests came to the one in between.
type Arrivals = Arc<Mutex<Vec<Instant>>>;

/// Stands between the program and the system, and delivers each unlock request that much later, whoever has gone.
fn late(world: &World, provider: &str, path: &'static str, by: Duration) -> (Canned, Arrivals) {
    let arrivals: Arrivals = Arc::default();
    let seen = Arc::clone(&arrivals);
    let server = between(world, provider, move |heard| {
        let (method, target) = heard.line();
        if method != "GET" && target.contains(path) && !target.contains("search") {
            seen.lock().unwrap().push(Instant::now());
            std::thread::sleep(by);
        }
        Bend::Pass
    });
    (server, arrivals)
}

fn count(arrivals: &Arrivals) -> usize {
    arrivals.lock().unwrap().len()
}

fn start(world: &World, arguments: &[&str]) -> Child {
    world.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn ended(child: Child) -> Ran {
    Ran::from(child.wait_with_output().unwrap())
}

/// Starts an unlock, and ends its process while the request is on its way.
fn left_on_the_way(world: &World, (provider, who): (&str, &str), arrivals: &Arrivals, signal: rustix::process::Signal) {
    let mut child = start(world, &["unlock", who, "--provider", provider, "--yes"]);
    wait_for("the unlock request", || (count(arrivals) == 1).then_some(()));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
    child.wait().unwrap();
}

#[test]
fn the_same_command_after_a_kill_or_an_interrupt_sends_nothing_blindly() {
    let signals = [rustix::process::Signal::KILL, rustix::process::Signal::INT];
    let cases = signals.into_iter().flat_map(|signal| UNLOCKS.map(|of| (signal, of)));
    side_by_side(cases, |(signal, (provider, path, who, outcome))| {
        {
            let world = World::only(provider);
            world.add_to_config("total_timeout = \"2s\"");
            let (_server, arrivals) = late(&world, provider, path, Duration::from_millis(800));
            left_on_the_way(&world, (provider, who), &arrivals, signal);
            let ran = world.run(&["unlock", who, "--provider", provider, "--yes", "--json", "--wait", "8"]);
            assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some(outcome)), "{provider}: {ran:?}");
            // A Mac's command may be sent once more by its own name, which the server takes once.
            let most = if provider == "macs" { 2 } else { 1 };
            assert!(count(&arrivals) <= most, "{provider}: {} requests", count(&arrivals));
            if provider == "macs" {
                assert_eq!(world.person("ada")["mac"]["commands"].as_array().unwrap().len(), 1, "{ran:?}");
            }
            assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).out.trim(), "[]", "{provider}: {ran:?}");
        }
    });
}

#[test]
fn twenty_operators_on_one_account_make_one_request_and_all_learn_its_outcome() {
    for (provider, path, who, _) in UNLOCKS {
        let world = World::only(provider);
        let (_server, arrivals) = late(&world, provider, path, Duration::from_millis(600));
        let all: Vec<Child> = (0..20)
            .map(|_| start(&world, &["unlock", who, "--provider", provider, "--yes", "--json", "--wait", "10"]))
            .collect();
        for child in all {
            let ran = ended(child);
            assert_eq!(ran.code, 0, "{provider}: {ran:?}");
        }
        assert_eq!(count(&arrivals), 1, "{provider}");
        assert_eq!(world.run(&["ledger", "verify"]).code, 0);
    }
}

#[test]
fn a_run_and_a_command_on_one_account_make_one_request() {
    let world = World::new();
    let (_server, arrivals) = late(&world, "pingone", "/users/", Duration::from_secs(1));
    let list = world.place.path().join("list.txt");
    std::fs::write(&list, "ada\n").unwrap();
    let plan = world.place.path().join("p.plan").display().to_string();
    assert_eq!(world.run(&["bulk", "plan", list.to_str().unwrap(), "-o", &plan]).code, 0);
    let one = start(&world, &["unlock", "ada", "--yes", "--json"]);
    wait_for("the unlock request", || (count(&arrivals) == 1).then_some(()));
    let run = world.run(&["bulk", "run", &plan, "--yes", "--json", "--pause", "0"]);
    assert_eq!(run.json()["rows"][0]["outcome"], "already_open", "{run:?}");
    assert_eq!((ended(one).code, count(&arrivals)), (0, 1));
}

#[test]
fn a_failure_is_learned_by_who_waited_and_nobody_sends_another() {
    let world = World::new();
    let arrivals: Arrivals = Arc::default();
    let seen = Arc::clone(&arrivals);
    let _server = between(&world, "pingone", move |heard| {
        let (method, target) = heard.line();
        if method == "GET" || !target.contains("/users/") {
            return Bend::Pass;
        }
        seen.lock().unwrap().push(Instant::now());
        std::thread::sleep(Duration::from_secs(1));
        let body = json!({"id": "1", "code": "INVALID_REQUEST", "message": "no"}).to_string();
        Bend::Instead((400, JSON, body))
    });
    let one = start(&world, &["unlock", "ada", "--yes", "--json"]);
    wait_for("the unlock request", || (count(&arrivals) == 1).then_some(()));
    let other = world.run(&["unlock", "ada", "--yes", "--json"]);
    assert_eq!((other.code, other.json()[0]["outcome"].as_str()), (1, Some("failed")), "{other:?}");
    assert!(other.err.contains("the unlock that root asked for at"), "{other:?}");
    assert_eq!((ended(one).code, count(&arrivals)), (1, 1));
}

#[test]
fn a_request_that_is_delivered_late_is_not_made_twice() {
    let world = World::new();
    world.add_to_config("total_timeout = \"2s\"");
    let (_server, arrivals) = late(&world, "pingone", "/users/", Duration::from_millis(2_700));
    let ran = world.run(&["unlock", "ada", "--yes", "--json", "--wait", "10"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{ran:?}");
    assert_eq!((count(&arrivals), world.unlocks().len()), (1, 1));
    // Whoever knows of a slower way says so.
    let world = World::new();
    world.add_to_config("total_timeout = \"1s\"\nlate_delivery = \"3s\"");
    let (_server, arrivals) = late(&world, "pingone", "/users/", Duration::from_millis(3_200));
    let ran = world.run(&["unlock", "ada", "--yes", "--json", "--wait", "10"]);
    assert_eq!((ran.code, count(&arrivals)), (0, 1), "{ran:?}");
}

#[test]
fn a_requests_age_counts_from_its_last_bytes_and_not_from_its_login() {
    let world = World::new();
    world.add_to_config("total_timeout = \"2s\"");
    let arrivals: Arrivals = Arc::default();
    let (seen, behind) = (Arc::clone(&arrivals), world.url("pingone"));
    let _server = between(&world, "pingone", move |heard| {
        let (method, target) = heard.line();
        let so_far = seen.lock().unwrap().len();
        if method == "POST" && target.contains("/as/token") && so_far == 1 {
            std::thread::sleep(Duration::from_millis(1_800));
        }
        if method == "GET" || !target.contains("/users/") {
            return Bend::Pass;
        }
        seen.lock().unwrap().push(Instant::now());
        if so_far == 0 {
            let detail = json!({"code": "INVALID_TOKEN", "message": "expired"});
            let body = json!({"id": "1", "code": "ACCESS_FAILED", "message": "no", "details": [detail]});
            return Bend::Instead((401, JSON, body.to_string()));
        }
        // A gateway gives up at once, and what it holds is delivered all the same.
        let (url, heard) = (format!("{behind}{target}"), heard.clone());
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(1_500));
            let head: String = heard
                .head
                .lines()
                .skip(1)
                .filter(|line| !line.to_lowercase().starts_with("host:"))
                .flat_map(|line| [line, "\r\n"])
                .collect();
            crate::support::raw_http("POST", &url, &head, &heard.body);
        });
        Bend::Instead((502, "Content-Type: text/html\r\n", "<html>bad gateway</html>".to_owned()))
    });
    let ran = world.run(&["unlock", "ada", "--yes", "--json", "--wait", "10"]);
    assert_eq!((ran.code, ran.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{ran:?}");
    assert_eq!(count(&arrivals), 2, "the refused one, and one that was carried out: {ran:?}");
}

/// The same command with a wall clock that somebody has set.
fn at_another_time(world: &World, offset: &str, arguments: &[&str]) -> Option<Ran> {
    let faketime = ["/usr/bin/faketime", "/bin/faketime"].into_iter().find(|path| Path::new(path).exists());
    let Some(faketime) = faketime else {
        assert!(std::env::var_os("TEST_ALL_TOOLS").is_none(), "this test needs faketime");
        return None;
    };
    let own = world.command(arguments);
    let mut command = Command::new(faketime);
    command.args(["-f", offset]).arg(own.get_program()).args(own.get_args()).env_clear();
    command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    Some(Ran::from(command.stdin(Stdio::null()).output().unwrap()))
}

#[test]
fn a_wall_clock_that_jumps_repeats_nothing_and_makes_nobody_wait_in_silence() {
    side_by_side(["+1h", "-1h", "+1d", "-1d"], |offset| {
        let world = World::new();
        world.add_to_config("total_timeout = \"2s\"");
        let (_server, arrivals) = late(&world, "pingone", "/users/", Duration::from_millis(1_500));
        left_on_the_way(&world, ("pingone", "ada"), &arrivals, rustix::process::Signal::KILL);
        let began = Instant::now();
        let Some(ran) = at_another_time(&world, offset, &["ledger", "resolve"]) else { return };
        assert!(ran.code == 0 && ran.out.contains("unlocked"), "{offset}: {ran:?}");
        assert!(ran.err.contains("may still be under way; looking again in"), "it says for what it waits: {ran:?}");
        assert!(began.elapsed() < Duration::from_secs(20), "{offset}: {:?}", began.elapsed());
        assert_eq!(count(&arrivals), 1, "{offset}");
    });
    // A run that was killed is ordered by who saw what, not by clocks.
    let world = World::new();
    world.add_to_config("total_timeout = \"1s\"");
    let list = world.place.path().join("names.txt");
    std::fs::write(&list, "ada\nasmith2\n").unwrap();
    let file = world.place.path().join("names.plan").display().to_string();
    at_another_time(&world, "+1h", &["bulk", "plan", list.to_str().unwrap(), "-o", &file]);
    world.fault(json!({"fault": "status", "status": 400, "match": "/users/", "method": "POST"}));
    let id = uuid_of(&file);
    let run = ["bulk", "run", &file, "--yes", "--pause", "0", "--json"];
    let Some(first) = at_another_time(&world, "+1h", &run) else { return };
    assert_ne!(first.code, 0, "{first:?}");
    world.fault(json!({"fault": "clear"}));
    let resumed = world.resume(&["bulk", "resume", &id, "--retry-failed", "--pause", "0", "--json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    let report = world.run(&["bulk", "report", &id, "--json"]).json();
    assert_eq!(report["totals"], json!({"unlocked": 2}), "what came last stands: {report}");
}

fn plan_of(world: &World, names: &[&str], more: &[&str]) -> String {
    let list = world.place.path().join("names.txt");
    std::fs::write(&list, names.join("\n")).unwrap();
    let file = world.place.path().join("names.plan").display().to_string();
    let ran = world.run(&[&["bulk", "plan", list.to_str().unwrap(), "-o", &file], more].concat());
    assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
    file
}

fn uuid_of(file: &str) -> String {
    let plan = std::fs::read_to_string(file).unwrap();
    let plan: Value = serde_json::from_str(&plan).unwrap();
    plan["id"].as_str().or_else(|| plan["plan"].as_str()).unwrap().to_owned()
}

#[test]
fn macs_that_a_kill_left_unknown_go_on_by_their_own_names() {
    let world = World::only("macs");
    world.add_to_config("total_timeout = \"2s\"");
    let (_server, arrivals) = late(&world, "macs", "/v1/enqueue", Duration::from_millis(700));
    let names = ["ada", "alan", "linus", "grace"];
    for name in names {
        world.mac(name, json!({"script": [], "asleep": false, "push": "ok"}));
    }
    let file = plan_of(&world, &names, &["--provider", "macs"]);
    let count_of_rows = names.len().to_string();
    let run = ["bulk", "run", &file, "--include", "not_reported", "--count", &count_of_rows, "--pause", "0"];
    let mut child = start(&world, &run);
    wait_for("the first command", || (count(&arrivals) == 1).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    let resumed = world.resume(&["bulk", "resume", &uuid_of(&file), "--pause", "0", "--wait", "20", "--json"]);
    assert_eq!(resumed.code, 0, "no Mac is left without a way on: {resumed:?}");
    assert_eq!(resumed.json()["totals"], json!({"acknowledged": names.len()}), "{resumed:?}");
    for name in &names {
        let commands = world.person(name)["mac"]["commands"].as_array().unwrap().len();
        assert_eq!(commands, 1, "{name}: {resumed:?}");
    }
}

#[test]
fn an_interrupted_resume_forgets_no_row_and_a_sick_system_holds_no_other_up() {
    let world = World::whole();
    world.add_to_config("total_timeout = \"2s\"");
    let file = plan_of(&world, &["ada", "grace"], &[]);
    let id = uuid_of(&file);
    // Both systems hold their requests back for ever; then the process dies.
    for provider in ["pingone", "jumpcloud"] {
        world.fault_of(provider, json!({"fault": "cut_before", "method": "POST", "match": "unlock"}));
    }
    world.fault(json!({"fault": "latency", "ms": 700, "method": "POST", "match": "/users/"}));
    let mut child = start(&world, &["bulk", "run", &file, "--yes", "--pause", "0"]);
    std::thread::sleep(Duration::from_millis(600));
    child.kill().unwrap();
    child.wait().unwrap();
    world.fault(json!({"fault": "clear"}));
    // One system is away: an operator gives up waiting for it.
    world.fault_of("jumpcloud", json!({"fault": "clear"}));
    world.fault_of("jumpcloud", json!({"fault": "latency", "ms": 60_000}));
    let mut child = start(&world, &["bulk", "resume", &id, "--pause", "0", "--yes"]);
    std::thread::sleep(Duration::from_millis(2_500));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::INT).unwrap();
    child.wait().unwrap();
    world.fault_of("jumpcloud", json!({"fault": "clear"}));
    let ran = world.resume(&["bulk", "resume", &id, "--pause", "0", "--json"]);
    let report = world.run(&["bulk", "report", &id, "--json"]).json();
    let of = |word: &str| report["totals"][word].as_u64().unwrap_or(0);
    assert!(of("unlocked") + of("already_open") >= 3, "a later plain resume does what is left: {report}\n{ran:?}");
    assert_eq!(
        (ran.code, of("failed") + of("unknown") + of("still_locked") + of("not_run")),
        (0, 0),
        "{report}\n{ran:?}"
    );
}

/// Runs of that system are killed at moments of their own and resumed until they are over; gives how many kills there
/// were.
fn killed_and_resumed(provider: &str, path: &str, seed: u64) -> usize {
    let world = World::only_with(provider, 60);
    world.add_to_config("total_timeout = \"800ms\"\nmax_parallel = 4");
    let people = world.get("/world")["people"].as_array().unwrap().clone();
    let ours = people.iter().filter(|one| one["story"].is_null() && !one[provider_key(provider)].is_null()).take(12);
    let ours: Vec<&Value> = ours.collect();
    let list = world.place.path().join("names.txt");
    let names: Vec<&str> = ours.iter().map(|one| one["username"].as_str().unwrap()).collect();
    std::fs::write(&list, names.join("\n")).unwrap();
    for person in &ours {
        let own = &person[provider_key(provider)];
        if let Some(id) = own["guid"].as_str().or(own["id"].as_str()) {
            world.post("/lock", json!({"provider": provider, "id": id}));
        } else {
            world.mac(person["username"].as_str().unwrap(), json!({"script": [], "asleep": false, "push": "ok"}));
        }
    }
    let file = world.place.path().join("names.plan").display().to_string();
    world.run(&["bulk", "plan", list.to_str().unwrap(), "--provider", provider, "-o", &file]);
    let plan: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let meant = plan["rows"].as_array().unwrap().iter();
    let meant = meant.filter(|row| ["unlock", "not_reported"].contains(&row["verdict"].as_str().unwrap())).count();
    assert!(meant >= 8, "{provider}: {meant} rows are meant");
    world.fault_of(provider, json!({"fault": "latency", "ms": 40}));
    let (id, count) = (uuid_of(&file), meant.to_string());
    let mut next = random(seed);
    let mut kills = 0;
    for attempt in 0..12 {
        let began = world.run(&["bulk", "report", &id]).code == 0;
        let run =
            ["bulk", "run", &file, "--include", "not_reported", "--count", &count, "--pause", "0", "--wait", "10"];
        let resume = ["bulk", "resume", &id, "--pause", "0", "--wait", "10"];
        let confirmed = if began { world.confirmed(&resume) } else { run.map(str::to_owned).to_vec() };
        let arguments: Vec<&str> = confirmed.iter().map(String::as_str).collect();
        let mut child = world.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        if attempt >= 4 {
            if child.wait().unwrap().code() == Some(0) {
                break;
            }
            continue;
        }
        std::thread::sleep(Duration::from_micros(120_000 + next() % 500_000));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
    }
    let report = world.run(&["bulk", "report", &id, "--json"]).json();
    let done: u64 =
        ["unlocked", "acknowledged", "already_open"].iter().filter_map(|word| report["totals"][word].as_u64()).sum();
    // A Mac that answered while nobody listened is settled by hand: no server can be asked what it said.
    let open = world.run(&["ledger", "show", "--open", "--json"]).json();
    let unheard =
        open.as_array().unwrap().iter().filter(|_| provider == "macs").map(|one| one["intent"].as_str().unwrap());
    let unheard: Vec<&str> = unheard.collect();
    assert_eq!(done + unheard.len() as u64, meant as u64, "{provider}, seed {seed}: none is lost: {report}");
    for intent in unheard {
        assert_eq!(world.run(&["ledger", "close", intent, "--reason", "seen at the Mac"]).code, 0);
    }
    // Each account was opened once: by one request that was carried out, or by one command that the Mac has.
    let requests = world.get("/requests").as_array().unwrap().clone();
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for one in &requests {
        let is_it =
            one["provider"] == provider && one["method"] != "GET" && one["path"].as_str().unwrap().contains(path);
        if is_it && one["carried_out"] == true && provider != "macs" {
            let key = format!(
                "{} {}",
                one["path"],
                if provider == "adaxes" { one["body"].to_string() } else { String::new() }
            );
            *times.entry(key).or_default() += 1;
        }
    }
    assert!(times.values().all(|times| *times == 1), "{provider}, seed {seed}: {times:?}");
    for person in ours.iter().filter(|_| provider == "macs") {
        let own = world.person(person["username"].as_str().unwrap());
        let commands = own["mac"]["commands"].as_array().unwrap().len();
        assert!(commands <= 1, "{provider}, seed {seed}: {commands} commands for {}", person["username"]);
    }
    assert_eq!(world.run(&["ledger", "verify"]).code, 0, "{provider}, seed {seed}");
    assert_eq!(world.run(&["ledger", "show", "--open", "--json"]).out.trim(), "[]", "{provider}, seed {seed}");
    kills
}

fn provider_key(provider: &str) -> &str {
    if provider == "macs" { "mac" } else { provider }
}

/// A seeded sample; `TEST_KILLS` says how many kills there are to be in all (`.ci/run` asks for a hundred).
#[test]
fn runs_of_every_kind_are_killed_and_resumed_until_they_are_over() {
    let wanted: usize = std::env::var("TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(8);
    let kills = std::sync::atomic::AtomicUsize::new(0);
    for seed in 1..200 {
        side_by_side(UNLOCKS, |(provider, path, ..)| {
            let more = killed_and_resumed(provider, path, seed);
            kills.fetch_add(more, std::sync::atomic::Ordering::Relaxed);
        });
        if kills.load(std::sync::atomic::Ordering::Relaxed) >= wanted {
            return;
        }
    }
    panic!("the runs end before they can be killed");
}
