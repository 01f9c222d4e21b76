//! Lists: planned, run, killed, resumed, reported, by the real binary.

mod interrupted;
mod plans;
mod runs;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Ran, World};

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
