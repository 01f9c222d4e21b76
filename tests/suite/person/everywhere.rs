//! Every locked account of a person at once.

use std::io::{BufRead as _, BufReader};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::headless_app::Desk;
use crate::support::{World, happens_within};

#[test]
fn without_a_choice_nothing_is_sent() {
    let world = World::whole();
    let ran = world.run(&["unlock", "ada", "--yes"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("--everywhere") && ran.err.contains("pingone") && ran.err.contains("adaxes"), "{ran:?}");
    assert!(world.unlocks().is_empty());
}

#[test]
fn everywhere_opens_exactly_the_locked_ones_once_each() {
    let world = World::whole();
    let ran = world.run(&["unlock", "ada", "--everywhere", "--yes", "--ticket", "INC-2", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let outcomes: Vec<(String, String)> = ran
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["provider"].as_str().unwrap().to_owned(), one["outcome"].as_str().unwrap().to_owned()))
        .collect();
    let left_alone = ("macs".into(), "left_alone".into());
    assert_eq!(outcomes, [("pingone".into(), "unlocked".into()), ("adaxes".into(), "unlocked".into()), left_alone]);
    let asked: Vec<Value> = world.unlocks().iter().map(|one| one["provider"].clone()).collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked.contains(&json!("pingone")) && asked.contains(&json!("adaxes")));
}

#[test]
fn everywhere_leaves_deliberate_locks_and_disabled_accounts_alone() {
    let world = World::whole();
    let ran = world.run(&["unlock", "mallory", "--everywhere", "--yes", "--json"]);
    let document = ran.json();
    for one in document.as_array().unwrap() {
        assert_eq!(one["outcome"], "left_alone", "{one}");
    }
    assert_eq!(document.as_array().unwrap().len(), 3);
    assert_eq!(ran.code, 3, "locked and left alone is not done");
    assert!(world.unlocks().is_empty());
}

#[test]
fn a_stalled_server_keeps_none_of_the_others() {
    // How long it takes until the two others have ended.
    let others = |world: &World| {
        let mut child = world
            .command(&["unlock", "ada", "--everywhere", "--yes"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let started = Instant::now();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let is_others = |line: &String| line.contains("\tended\t") && !line.starts_with("jumpcloud");
        let ended: Vec<String> = lines.filter(is_others).take(2).collect();
        let took = started.elapsed();
        assert!(ended.len() == 2 && ended.iter().all(|line| line.contains("unlocked")), "{ended:?}");
        child.kill().unwrap();
        child.wait().unwrap();
        took
    };
    happens_within(Duration::from_secs(1), || {
        let usual = others(&World::whole());
        let world = World::whole();
        world.fault_of("jumpcloud", json!({"fault": "latency", "ms": 10_000}));
        others(&world).saturating_sub(usual)
    });
}

#[test]
fn everywhere_by_keys_asks_once_and_shows_each() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 120, 44);
    desk.look_at("ada");
    desk.sees("2 locked");
    desk.press("U");
    desk.sees("joined by email ada@acme.test");
    desk.sees("Unlock all of these accounts?");
    desk.sees("Ada Lovelace: 2 accounts");
    for provider in ["pingone", "adaxes"] {
        let id = world.person("ada")[provider].clone();
        let id = id["id"].as_str().or(id["guid"].as_str()).unwrap().to_owned();
        desk.sees(&format!("{provider} {id}"));
    }
    assert!(world.unlocks().is_empty());
    desk.press("y");
    desk.verify();
    assert_eq!(world.unlocks().len(), 2);
    desk.sees("unlocked");
    assert!(desk.state.desk.accounts().iter().all(|account| !account.lock.is_locked()));
}

#[test]
fn several_unlocks_show_their_progress_side_by_side() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 120, 40);
    desk.look_at("ada");
    desk.press("Uy");
    desk.verify();
    desk.sees("Unlock · Ada Lovelace · 2 of 2 finished");
    desk.sees("pingone    accepted");
    desk.sees("adaxes     accepted");
}
