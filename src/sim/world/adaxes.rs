//! A user as Active Directory behind Adaxes keeps one.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::steady_uuid;

/// The domain's lockout threshold.
pub const THRESHOLD: u32 = 3;

/// Somebody's user in Adaxes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AdaxesUser {
    pub guid: String,
    pub sid: String,
    pub dn: String,
    pub disabled: bool,
    pub locked_at: Option<Timestamp>,
    pub bad_count: u32,
    pub bad_time: Option<Timestamp>,
    pub password_expired: bool,
    /// What the business rules do with an unlock: `warns`, `fails`, `approval`, `slow`.
    pub rule: Option<String>,
    pub changed: Timestamp,
}

impl AdaxesUser {
    pub fn new(username: &str, name: &str, now: Timestamp) -> Self {
        let guid = steady_uuid("adaxes", username);
        let number = guid.bytes().fold(1_000u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b)) % 1_000_000);
        // RFC 4514: a comma in a name is escaped, and two people of one name live in different places.
        let escape =
            |c| if matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=') { vec!['\\', c] } else { vec![c] };
        let escaped: String = name.chars().flat_map(escape).collect();
        Self {
            guid,
            sid: format!("S-1-5-21-3635565734-1729062999-1822655016-{number}"),
            dn: format!("CN={escaped},OU={number},OU=Users,DC=acme,DC=test"),
            changed: now - SignedDuration::from_hours(24 * 30),
            ..Self::default()
        }
    }

    pub fn lock_by_passwords(&mut self, at: Timestamp) {
        self.locked_at = Some(at);
        self.bad_count = THRESHOLD;
        self.bad_time = Some(at);
    }

    /// True when there was something to unlock.
    pub fn unlock(&mut self) -> bool {
        self.bad_count = 0;
        self.locked_at.take().is_some()
    }
}
