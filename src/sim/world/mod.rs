//! The people of the simulated world and what each system knows of them.

mod adaxes;
mod directory;
mod fixtures;
mod generate;
mod jumpcloud;
mod mac;
mod pingone;

use std::collections::HashMap;
use std::io;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub use adaxes::AdaxesUser;
pub use directory::{CONTROLLERS, DirectoryUser};
pub use jumpcloud::{JumpCloudUser, LOCK_SECONDS as JUMPCLOUD_LOCK_SECONDS, MAX_ATTEMPTS};
pub use mac::{Mac, QueuedCommand, ReceivedCommand};
pub use pingone::{AuditActivity, FAILURE_COUNT, LOCK_SECONDS, PingOneUser};

/// The stories of the demo.
const STORIES: &str = include_str!("../../../assets/demo.toml");

/// One human.
#[derive(Clone, Debug, Serialize)]
pub struct SimPerson {
    pub given: String,
    pub family: String,
    pub username: String,
    pub email: Option<String>,
    pub employee_id: Option<String>,
    pub phone: Option<String>,
    pub title: Option<String>,
    pub groups: Vec<String>,
    pub story: Option<String>,
    pub pingone: Option<PingOneUser>,
    pub jumpcloud: Option<JumpCloudUser>,
    pub adaxes: Option<AdaxesUser>,
    pub directory: Option<DirectoryUser>,
    pub mac: Option<Mac>,
}

/// Everybody.
#[derive(Default)]
pub struct World {
    pub people: Vec<SimPerson>,
    pingone_at: HashMap<String, usize>,
    jumpcloud_at: HashMap<String, usize>,
    /// People by their JumpCloud id: the order of `sort=_id`.
    pub by_jumpcloud_id: Vec<usize>,
    /// By GUID, SID and DN, each in lower case.
    adaxes_at: HashMap<String, usize>,
    /// By what a person is exactly called (user name, address, employee id, `PingOne` id), in lower case.
    named: HashMap<String, Vec<usize>>,
    /// By DN, `<GUID=…>`, GUID, principal name and user name, each in lower case.
    directory_at: HashMap<String, usize>,
    /// By UDID and serial number, in lower case.
    mac_at: HashMap<String, usize>,
}

impl World {
    /// The people with stories, and generated ones up to `people`.
    pub fn load(people: usize) -> io::Result<Self> {
        let now = Timestamp::now();
        let mut world = Self { people: fixtures::people(STORIES, now)?, ..Self::default() };
        // Who is known at the plant alone counts beside them.
        let known = world.people.iter().filter(|person| person.pingone.is_some()).count();
        let missing = people.saturating_sub(known);
        world.people.extend(generate::people(missing, now));
        for (at, person) in world.people.iter().enumerate() {
            let id = person.pingone.as_ref().map(|user| &user.id);
            let names = [Some(&person.username), person.email.as_ref(), person.employee_id.as_ref(), id];
            for name in names.into_iter().flatten() {
                let places = world.named.entry(name.to_lowercase()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
            if let Some(user) = &person.pingone {
                world.pingone_at.insert(user.id.clone(), at);
            }
            if let Some(user) = &person.jumpcloud {
                world.jumpcloud_at.insert(user.id.clone(), at);
            }
            if let Some(user) = &person.adaxes {
                for id in [&user.guid, &user.sid, &user.dn] {
                    world.adaxes_at.insert(spelled(id), at);
                }
            }
        }
        for (at, person) in world.people.iter().enumerate() {
            if let Some(user) = &person.directory {
                let names = [format!("<guid={}>", user.guid), format!("{}@plant.test", person.username)];
                for id in names.iter().chain([&user.guid, &user.dn, &person.username]) {
                    world.directory_at.insert(id.to_lowercase(), at);
                }
            }
            if let Some(mac) = &person.mac {
                for id in [&mac.udid, &mac.serial, &mac.device_name] {
                    world.mac_at.insert(id.to_lowercase(), at);
                }
            }
        }
        let mut by_id: Vec<(String, usize)> = world.jumpcloud_at.iter().map(|(id, at)| (id.clone(), *at)).collect();
        by_id.sort();
        world.by_jumpcloud_id = by_id.into_iter().map(|(_, at)| at).collect();
        Ok(world)
    }

    /// Lets happen what is due.
    pub fn catch_up(&mut self, now: Timestamp) {
        for person in &mut self.people {
            if let Some(user) = &mut person.pingone {
                user.catch_up(now);
            }
            if let Some(user) = &mut person.jumpcloud {
                user.catch_up(now);
            }
            if let Some(user) = &mut person.directory {
                user.catch_up(now);
            }
        }
    }

    /// A `PingOne` user as of `now`, with the person.
    pub fn pingone(&mut self, id: &str, now: Timestamp) -> Option<&mut SimPerson> {
        let person = self.people.get_mut(*self.pingone_at.get(id)?)?;
        person.pingone.as_mut()?.catch_up(now);
        Some(person)
    }

    /// A JumpCloud user as of `now`, with the person.
    pub fn jumpcloud(&mut self, id: &str, now: Timestamp) -> Option<&mut SimPerson> {
        let person = self.people.get_mut(*self.jumpcloud_at.get(id)?)?;
        person.jumpcloud.as_mut()?.catch_up(now);
        Some(person)
    }

    /// Where the people stand who have exactly one of these names.
    pub fn named(&self, names: &[&str]) -> Vec<usize> {
        let mut places: Vec<usize> =
            names.iter().filter_map(|name| self.named.get(&name.to_lowercase())).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// A user of the domain by any of its names, with the person.
    pub fn directory_user(&mut self, id: &str) -> Option<&mut SimPerson> {
        self.people.get_mut(*self.directory_at.get(&id.to_lowercase())?)
    }

    /// The person whose Mac has that UDID, serial number or name.
    pub fn mac(&mut self, id: &str) -> Option<&mut SimPerson> {
        self.people.get_mut(*self.mac_at.get(&id.to_lowercase())?)
    }

    /// The Mac of exactly that UDID.
    pub fn mac_by_udid(&mut self, udid: &str) -> Option<&mut Mac> {
        self.mac(udid)?.mac.as_mut().filter(|mac| mac.udid == udid)
    }

    /// A directory user by DN, GUID or SID, with the person.
    pub fn adaxes(&mut self, id: &str) -> Option<&mut SimPerson> {
        self.people.get_mut(*self.adaxes_at.get(&spelled(id))?)
    }
}

/// How a directory compares ids: whatever the case, and without the spaces around a DN's separators.
fn spelled(id: &str) -> String {
    let id = id.to_lowercase();
    let parts: Vec<&str> = id.split(',').map(str::trim).collect();
    parts
        .iter()
        .map(|part| part.splitn(2, '=').map(str::trim).collect::<Vec<_>>().join("="))
        .collect::<Vec<_>>()
        .join(",")
}

/// A directory user with ids that are the same in every run.
pub fn directory_user(username: &str, name: &str, now: Timestamp) -> AdaxesUser {
    let guid = steady_uuid("adaxes", username);
    let number = guid.bytes().fold(1_000u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b)) % 1_000_000);
    // RFC 4514: a comma in a name is escaped, and two people of one name live in different places.
    let escaped: String = name
        .chars()
        .flat_map(|c| if matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=') { vec!['\\', c] } else { vec![c] })
        .collect();
    AdaxesUser::new(guid, format!("CN={escaped},OU={number},OU=Users,DC=acme,DC=test"), number, now)
}

/// A Mongo id that is the same in every run.
pub fn steady_hex(name: &str) -> String {
    steady_uuid("jumpcloud", name).replace('-', "").chars().take(24).collect()
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
