//! Whom an answer is about, what it proves, and what it has to hold: one story for every system.

mod locked;
mod odd_members;
mod operations;
mod wrong_account;

use serde_json::Value;

use crate::support::{Ran, World};

use operations::target_is_password;

/// A system, somebody who is locked there, where accounts are read, and where unlocks go.
struct System {
    name: &'static str,
    who: &'static str,
    read: &'static str,
    unlock: &'static str,
}

const SYSTEMS: [System; 3] = [
    System { name: "pingone", who: "ada", read: "/users/", unlock: "/users/" },
    System { name: "jumpcloud", who: "grace", read: "/api/systemusers/", unlock: "/unlock" },
    System { name: "adaxes", who: "ada", read: "/directoryObjects?", unlock: "/unlock" },
];

impl System {
    fn world(&self) -> World {
        let world = World::only(self.name);
        world.add_to_config("total_timeout = \"1s\"");
        world
    }

    fn id(&self, world: &World, who: &str) -> String {
        let person = world.person(who);
        let own = &person[self.name];
        own["guid"].as_str().or(own["id"].as_str()).unwrap().to_owned()
    }
}

fn unlock(world: &World, who: &str, more: &[&str]) -> (Ran, Value) {
    let ran = world.run(&[&["unlock", who, "--yes", "--json", "--wait", "3"], more].concat());
    let result = if ran.out.trim().is_empty() { Value::Null } else { ran.json()[0].clone() };
    (ran, result)
}

fn states(result: &Value) -> Vec<&str> {
    result["steps"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect()
}
