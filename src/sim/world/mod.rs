//! The people of the simulated world and what each system knows of them.

mod adaxes;
mod directory;
mod fixtures;
mod generate;
mod jumpcloud;
mod mac;
mod pingone;

use std::collections::{BTreeMap, HashMap};
use std::io;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub use adaxes::AdaxesUser;
pub use directory::{CONTROLLERS, DirectoryUser};
pub use jumpcloud::{JumpCloudUser, LOCK_SECONDS as JUMPCLOUD_LOCK_SECONDS, MAX_ATTEMPTS};
pub use mac::{Mac, MacCommand};
pub use pingone::{AuditActivity, FAILURE_COUNT, LOCK_SECONDS, PingOneUser};

/// The stories of the demo.
const STORIES: &str = include_str!("../../../assets/demo.toml");

/// One human.
#[derive(Clone, Debug, Default, Serialize)]
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

impl SimPerson {
    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

/// Everybody.
#[derive(Default)]
pub struct World {
    pub people: Vec<SimPerson>,
    pingone_at: HashMap<String, usize>,
    /// By JumpCloud id, in the order of `sort=_id`.
    jumpcloud_at: BTreeMap<String, usize>,
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
        world.people.extend((0..missing).map(|n| generate::person(n, now)));
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
        Ok(world)
    }

    /// Lets happen what is due.
    pub fn catch_up(&mut self, now: Timestamp) {
        for person in &mut self.people {
            person.pingone.iter_mut().for_each(|user| user.catch_up(now));
            person.jumpcloud.iter_mut().for_each(|user| user.catch_up(now));
            person.directory.iter_mut().for_each(|user| user.catch_up(now));
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

    /// The `PingOne` users as of `now`, with their people: those who have exactly one of these names, or everybody.
    pub fn pingone_users(
        &mut self,
        names: Option<&[&str]>,
        now: Timestamp,
    ) -> impl Iterator<Item = (&SimPerson, &PingOneUser)> {
        let places = names.map_or_else(|| (0..self.people.len()).collect(), |names| self.named(names));
        for at in &places {
            if let Some(user) = self.people.get_mut(*at).and_then(|person| person.pingone.as_mut()) {
                user.catch_up(now);
            }
        }
        places.into_iter().filter_map(|at| {
            let person = self.people.get(at)?;
            Some((person, person.pingone.as_ref()?))
        })
    }

    /// The JumpCloud users as of `now`, with their people, in the order of their ids.
    pub fn jumpcloud_users(&mut self, now: Timestamp) -> impl Iterator<Item = (&SimPerson, &JumpCloudUser)> {
        for user in self.people.iter_mut().filter_map(|person| person.jumpcloud.as_mut()) {
            user.catch_up(now);
        }
        self.jumpcloud_at.values().filter_map(|at| {
            let person = self.people.get(*at)?;
            Some((person, person.jumpcloud.as_ref()?))
        })
    }

    /// Where the people stand who have exactly one of these names.
    fn named(&self, names: &[&str]) -> Vec<usize> {
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

    /// Every Mac, with its person.
    pub fn macs(&self) -> impl Iterator<Item = (&SimPerson, &Mac)> {
        self.people.iter().filter_map(|person| Some((person, person.mac.as_ref()?)))
    }

    /// Every command that a Mac was given, with the Mac.
    pub fn commands(&self) -> impl Iterator<Item = (&Mac, &MacCommand)> {
        self.macs().flat_map(|(_, mac)| mac.commands.iter().map(move |command| (mac, command)))
    }

    /// The command of that id, with its Mac.
    pub fn command(&self, uuid: &str) -> Option<(&Mac, &MacCommand)> {
        self.commands().find(|(_, command)| command.uuid == uuid)
    }

    /// The first Mac that fits.
    pub fn find_mac(&mut self, is_it: impl Fn(&Mac) -> bool) -> Option<&mut Mac> {
        self.people.iter_mut().filter_map(|person| person.mac.as_mut()).find(|mac| is_it(mac))
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
    let part = |part: &str| part.splitn(2, '=').map(str::trim).collect::<Vec<_>>().join("=");
    id.split(',').map(part).collect::<Vec<_>>().join(",")
}

/// An id that is the same in every run: a UUID (version 8) of a name.
pub fn steady_uuid(system: &str, name: &str) -> String {
    let digest = Sha256::digest(format!("{system}/{name}").as_bytes());
    let bytes = digest.first_chunk().copied().unwrap_or_default();
    uuid::Builder::from_custom_bytes(bytes).into_uuid().as_hyphenated().to_string()
}

/// A fresh id.
pub fn fresh_uuid() -> String {
    Uuid::new_v4().to_string()
}
