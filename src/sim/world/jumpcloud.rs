//! A user as JumpCloud keeps one.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::steady_uuid;

/// The failures that lock under the organisation's policy.
pub const MAX_ATTEMPTS: u32 = 5;
/// How long such a lock lasts.
pub const LOCK_SECONDS: i64 = 1_800;

/// Somebody's user in JumpCloud.
#[derive(Clone, Debug, Default, Serialize)]
pub struct JumpCloudUser {
    pub id: String,
    pub locked_at: Option<Timestamp>,
    pub attempts: u32,
    pub suspended: bool,
    pub created: Timestamp,
    /// Directory Insights: when, which event.
    pub events: Vec<(Timestamp, &'static str)>,
    /// What the search index says until it catches up.
    pub indexed: (bool, Timestamp),
}

impl JumpCloudUser {
    pub fn new(username: &str, now: Timestamp) -> Self {
        Self {
            id: steady_uuid("jumpcloud", username).replace('-', "").chars().take(24).collect(),
            created: now - SignedDuration::from_hours(24 * 500),
            indexed: (false, now),
            ..Self::default()
        }
    }

    /// The lock runs out by the organisation's policy; an administrator's doesn't.
    pub fn catch_up(&mut self, now: Timestamp) {
        let by_attempts = self.attempts >= MAX_ATTEMPTS;
        let over = |at: Timestamp| at + SignedDuration::from_secs(LOCK_SECONDS) <= now;
        if by_attempts && self.locked_at.is_some_and(over) {
            self.locked_at = None;
            self.attempts = 0;
        }
    }

    pub fn lock_by_passwords(&mut self, at: Timestamp) {
        self.locked_at = Some(at);
        self.attempts = MAX_ATTEMPTS;
        self.indexed = (true, at);
        self.events.push((at, "user_lockout"));
    }

    /// An administrator's lock action: no failed attempt, no lockout event, a change of the user.
    pub fn lock_on_purpose(&mut self, at: Timestamp) {
        self.locked_at = Some(at);
        self.indexed = (true, at);
        self.events.push((at, "user_update"));
    }

    /// Clears the counter too. The search lags behind the read by two seconds.
    pub fn unlock(&mut self, now: Timestamp) {
        self.locked_at = None;
        self.attempts = 0;
        self.indexed = (false, now + SignedDuration::from_secs(2));
        self.events.push((now, "user_unlocked"));
    }

    /// The lock as the search tells it.
    pub fn indexed_lock(&self, now: Timestamp) -> bool {
        if now >= self.indexed.1 { self.locked_at.is_some() } else { !self.indexed.0 }
    }
}
