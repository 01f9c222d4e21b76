//! Directories by the real binary, against the simulated domain of three controllers.

mod bad_days;
mod doors;
mod read;
mod unlock;

use serde_json::Value;

use crate::support::World;

fn world() -> World {
    World::only("ad")
}

fn account(world: &World, who: &str) -> Value {
    world.run(&["find", who, "--json"]).json()[0]["accounts"][0].clone()
}

/// Name, count and state of each controller's row.
fn rows(account: &Value) -> Vec<(String, Option<u64>, String)> {
    let rows = account["bad_logins"]["replicas"].as_array().unwrap().iter();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.map(|row| (text(row, "name"), row["count"].as_u64(), text(row, "state"))).collect()
}

fn unlock(world: &World, arguments: &[&str]) -> (i32, Value) {
    let ran = world.run(&[&["unlock"], arguments, &["--json", "--wait", "10"]].concat());
    (ran.code, ran.json()[0].clone())
}

/// The changes that the controllers received, as `DC2 <GUID=…>`.
fn changes(world: &World) -> Vec<String> {
    let requests = world.get("/requests");
    let all = requests.as_array().unwrap().iter().filter(|one| one["method"] == "MODIFY");
    all.map(|one| one["path"].as_str().unwrap().to_owned()).collect()
}
