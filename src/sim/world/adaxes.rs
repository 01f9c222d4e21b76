//! A user as Active Directory behind Adaxes keeps one.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// The domain's lockout threshold.
pub const THRESHOLD: u32 = 3;

#[derive(Clone, Debug, Serialize)]
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
    pub fn new(guid: String, dn: String, number: u32, now: Timestamp) -> Self {
        Self {
            guid,
            sid: format!("S-1-5-21-3635565734-1729062999-1822655016-{number}"),
            dn,
            disabled: false,
            locked_at: None,
            bad_count: 0,
            bad_time: None,
            password_expired: false,
            rule: None,
            changed: now - SignedDuration::from_hours(24 * 30),
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
