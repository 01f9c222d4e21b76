//! A user of a domain with several controllers, each with a state of its own.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use super::steady_uuid;

/// How many controllers the domain has.
pub const CONTROLLERS: usize = 3;
/// After so many seconds a change has reached every controller.
const REPLICATION: SignedDuration = SignedDuration::from_secs(5);
const DOMAIN: [u32; 4] = [21, 1_731_294_482, 1_022_455_337, 3_155_129_881];

/// `lockoutTime` as one controller has it, with who wrote it and when.
#[derive(Clone, Debug, Serialize)]
pub struct Lockout {
    pub value: Option<Timestamp>,
    pub version: u32,
    pub origin: usize,
    pub at: Timestamp,
}

/// What one controller keeps of a user.
#[derive(Clone, Debug, Serialize)]
pub struct ControllerState {
    /// None where the user never came by.
    pub bad_count: Option<u32>,
    pub bad_time: Option<Timestamp>,
    pub lockout: Lockout,
}

/// Somebody's user in the domain.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DirectoryUser {
    pub guid: String,
    pub dn: String,
    pub number: u32,
    pub disabled: bool,
    pub expired: bool,
    pub must_change: bool,
    /// A member of a group whose rights the domain resets: the helpdesk may not open it.
    pub is_protected: bool,
    pub controllers: Vec<ControllerState>,
    pub changed: Timestamp,
}

impl DirectoryUser {
    /// The domain's policy: wrong passwords, and the length of a lock and of the window in seconds.
    pub const THRESHOLD: u32 = 3;
    pub const LOCK_SECONDS: i64 = 1_800;

    pub fn new(username: &str, name: &str, now: Timestamp) -> Self {
        let guid = steady_uuid("directory", username);
        let number = guid.bytes().fold(1_000u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b)) % 1_000_000);
        let escaped = name.replace('\\', "\\\\").replace(',', "\\,");
        let changed = now - SignedDuration::from_hours(24 * 20);
        let lockout = Lockout { value: None, version: 0, origin: 0, at: changed };
        let state = ControllerState { bad_count: None, bad_time: None, lockout };
        Self {
            guid,
            dn: format!("CN={escaped},OU=Staff,DC=plant,DC=test"),
            number,
            controllers: vec![state; CONTROLLERS],
            changed,
            ..Self::default()
        }
    }

    pub fn is_locked(&self, controller: usize, now: Timestamp) -> bool {
        let value = self.controllers.get(controller).and_then(|state| state.lockout.value);
        value.is_some_and(|since| since + SignedDuration::from_secs(Self::LOCK_SECONDS) > now)
    }

    /// Changes of `lockoutTime` reach the other controllers; counts never do.
    pub fn catch_up(&mut self, now: Timestamp) {
        let newest =
            self.controllers.iter().filter(|state| state.lockout.version > 0 && state.lockout.at + REPLICATION <= now);
        let Some(newest) = newest.map(|state| state.lockout.clone()).max_by_key(|lockout| lockout.at) else { return };
        for state in &mut self.controllers {
            if state.lockout.at < newest.at {
                state.lockout = newest.clone();
            }
        }
    }

    pub fn wrong_password(&mut self, controller: usize, now: Timestamp) {
        let Some(state) = self.controllers.get_mut(controller) else { return };
        let is_within = state.bad_time.is_some_and(|last| last + SignedDuration::from_secs(Self::LOCK_SECONDS) > now);
        let count = if is_within { state.bad_count.unwrap_or(0) + 1 } else { 1 };
        (state.bad_count, state.bad_time) = (Some(count), Some(now));
        if count >= Self::THRESHOLD {
            let version = state.lockout.version + 1;
            state.lockout = Lockout { value: Some(now), version, origin: controller, at: now };
        }
    }

    pub fn good_password(&mut self, controller: usize) {
        if let Some(state) = self.controllers.get_mut(controller) {
            state.bad_count = Some(0);
        }
    }

    /// Writing 0 clears this controller's count, and no other's.
    pub fn unlock(&mut self, controller: usize, now: Timestamp) {
        let Some(state) = self.controllers.get_mut(controller) else { return };
        state.bad_count = Some(0);
        let version = state.lockout.version + 1;
        state.lockout = Lockout { value: None, version, origin: controller, at: now };
    }

    /// So many wrong passwords on one controller, a second apart.
    pub fn wrong_passwords(&mut self, controller: usize, count: u32, last: Timestamp) {
        for n in 0..count {
            self.wrong_password(controller, last - SignedDuration::from_secs(i64::from(count - n - 1)));
        }
    }

    pub fn guid_bytes(&self) -> Vec<u8> {
        Uuid::try_parse(&self.guid).map(|id| id.to_bytes_le().to_vec()).unwrap_or_default()
    }

    fn sid(last: u32) -> Vec<u8> {
        let mut bytes = vec![1, 5, 0, 0, 0, 0, 0, 5];
        bytes.extend(DOMAIN.iter().chain([&last]).flat_map(|number| number.to_le_bytes()));
        bytes
    }

    pub fn sid_bytes(&self) -> Vec<u8> {
        Self::sid(self.number)
    }

    /// The domain's groups, with their identifiers.
    pub fn groups() -> [(&'static str, Vec<u8>); 2] {
        [("Domain Admins", Self::sid(512)), ("Domain Users", Self::sid(513))]
    }

    /// Domain users; the protected are domain administrators too.
    pub fn group_sids(&self) -> Vec<Vec<u8>> {
        let groups: &[u32] = if self.is_protected { &[513, 512] } else { &[513] };
        groups.iter().map(|group| Self::sid(*group)).collect()
    }
}
