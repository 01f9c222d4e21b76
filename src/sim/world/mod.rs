//! The people of the simulated world and what each system knows of them.

mod generate;
mod pingone;
mod story;

use std::collections::HashMap;
use std::io;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub use pingone::{Event, FAILURE_COUNT, LOCK_SECONDS, PingOneUser};

/// The stories of the demo.
const STORIES: &str = include_str!("../../../assets/demo.toml");

/// One human.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    pub given: String,
    pub family: String,
    pub username: String,
    pub email: Option<String>,
    pub employee_id: Option<String>,
    pub phone: Option<String>,
    pub title: Option<String>,
    pub story: Option<String>,
    pub pingone: Option<PingOneUser>,
}

/// Everybody.
#[derive(Default)]
pub struct World {
    pub people: Vec<Person>,
    pingone_at: HashMap<String, usize>,
}

impl World {
    /// The people with stories, and generated ones up to `people`.
    pub fn load(people: usize) -> io::Result<Self> {
        let now = Timestamp::now();
        let mut world = Self { people: story::people(STORIES, now)?, ..Self::default() };
        let missing = people.saturating_sub(world.people.len());
        world.people.extend(generate::people(missing, now));
        for (at, person) in world.people.iter().enumerate() {
            if let Some(user) = &person.pingone {
                world.pingone_at.insert(user.id.clone(), at);
            }
        }
        Ok(world)
    }

    /// Lets happen what is due.
    pub fn catch_up(&mut self, now: Timestamp) {
        for user in self.people.iter_mut().filter_map(|person| person.pingone.as_mut()) {
            user.catch_up(now);
        }
    }

    /// A `PingOne` user as of `now`, with the person.
    pub fn pingone(&mut self, id: &str, now: Timestamp) -> Option<&mut Person> {
        let person = self.people.get_mut(*self.pingone_at.get(id)?)?;
        person.pingone.as_mut()?.catch_up(now);
        Some(person)
    }
}

/// An id that is the same in every run: a UUID (version 8) of a name.
pub fn steady_uuid(system: &str, name: &str) -> String {
    let digest = Sha256::digest(format!("{system}/{name}").as_bytes());
    let mut bytes = [0u8; 16];
    bytes.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().as_hyphenated().to_string()
}

/// A fresh id.
pub fn fresh_uuid() -> String {
    Uuid::new_v4().to_string()
}
