//! Runs of every kind, killed and resumed until they are over.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{World, random, side_by_side};

use super::*;

/// Runs of that system are killed at moments of their own and resumed until they are over; gives how many kills there
/// were.
pub(super) fn killed_and_resumed(provider: &str, path: &str, seed: u64) -> usize {
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

pub(super) fn provider_key(provider: &str) -> &str {
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
