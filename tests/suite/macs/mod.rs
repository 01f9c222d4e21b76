//! Macs, by the real binary against the simulated MDM servers: followed to the Mac's own answer, or left waiting.

mod follow;
mod ownership;
mod receiver;
mod servers;
mod webhook_events;

use serde_json::Value;

use crate::support::{Ran, World};

use receiver::event;

pub use receiver::{ReceiverGuard, post, signature};

pub fn world() -> World {
    World::only("macs")
}

pub fn unlock(world: &World, who: &str, more: &[&str]) -> (Ran, Value) {
    let ran = world.run(&[&["unlock", who, "--provider", "macs", "--yes", "--json"], more].concat());
    let result = ran.json()[0].clone();
    (ran, result)
}

/// A second unlock, which needs the account's id while the first one waits.
pub fn unlock_beside(world: &World, who: &str, more: &[&str]) -> (Ran, Value) {
    let people = world.run(&["find", who, "--json"]).json();
    let accounts = people.as_array().unwrap().iter().flat_map(|person| person["accounts"].as_array().unwrap());
    let id =
        accounts.filter(|account| account["provider"] == "macs").find_map(|account| account["id"].as_str()).unwrap();
    unlock(world, who, &[&["--confirm", id], more].concat())
}

fn states(result: &Value) -> Vec<&str> {
    result["steps"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect()
}

pub fn open(world: &World) -> Vec<Value> {
    world.run(&["ledger", "show", "--open", "--json"]).json().as_array().unwrap().clone()
}
