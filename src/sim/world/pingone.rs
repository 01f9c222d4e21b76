//! A user as `PingOne` keeps one: two locks, failures, an audit trail.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// The failures that lock a password under the one policy of this environment.
pub const FAILURE_COUNT: u32 = 5;
/// How long that lock lasts.
pub const LOCK_SECONDS: i64 = 900;

/// Somebody's user in `PingOne`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PingOneUser {
    pub id: String,
    pub enabled: bool,
    /// The account layer's lock.
    pub account: Option<AccountLock>,
    /// The password layer's lock.
    pub password_locked: Option<PasswordLock>,
    pub password_status: String,
    pub failures: u32,
    pub mfa_failures: u32,
    pub mfa_enabled: bool,
    /// Whether an account unlock opens the password layer as well: not documented, so both exist.
    pub account_unlock_clears_password: bool,
    /// A device with an old password locks it again this long after an unlock.
    pub relocks_after_s: Option<i64>,
    pub relock_at: Option<Timestamp>,
    pub password_changed: Timestamp,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub events: Vec<AuditActivity>,
}

/// A lock of the account layer.
#[derive(Clone, Debug, Serialize)]
pub struct AccountLock {
    pub since: Timestamp,
    /// `lockedAt` may be absent after an automatic lockout.
    pub tells_since: bool,
    pub until: Option<Timestamp>,
}

/// A lock of the password layer.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PasswordLock {
    /// None means that an administrator has to open it.
    pub until: Option<Timestamp>,
}

/// One audit activity.
#[derive(Clone, Debug, Serialize)]
pub struct AuditActivity {
    pub at: Timestamp,
    pub kind: &'static str,
    /// An administrator, by id and name.
    pub actor: Option<(String, String)>,
    pub transaction: Option<String>,
    pub session: Option<String>,
}

impl AuditActivity {
    pub fn new(at: Timestamp, kind: &'static str) -> Self {
        Self { at, kind, actor: None, transaction: None, session: None }
    }
}

impl PingOneUser {
    pub fn new(id: String, now: Timestamp) -> Self {
        let days = |n: i64| now - SignedDuration::from_hours(24 * n);
        Self {
            id,
            enabled: true,
            password_status: "OK".to_owned(),
            account_unlock_clears_password: true,
            password_changed: days(40),
            created: days(400),
            updated: days(2),
            ..Self::default()
        }
    }

    /// Locks that ran out open by themselves and emit nothing (account lock page); a phone locks again.
    pub fn catch_up(&mut self, now: Timestamp) {
        if self.account.as_ref().is_some_and(|lock| lock.until.is_some_and(|until| until <= now)) {
            self.account = None;
        }
        if self.password_locked.is_some_and(|lock| lock.until.is_some_and(|until| until <= now)) {
            self.password_locked = None;
            self.failures = 0;
        }
        if let Some(at) = self.relock_at.filter(|at| *at <= now) {
            self.relock_at = None;
            self.lock_by_passwords(at);
        }
    }

    /// Wrong passwords up to the limit, at `at`.
    pub fn lock_by_passwords(&mut self, at: Timestamp) {
        for n in 0..FAILURE_COUNT {
            let before = SignedDuration::from_secs(i64::from(FAILURE_COUNT - n));
            self.events.push(AuditActivity::new(at - before, "PASSWORD.CHECK_FAILED"));
        }
        let until = at + SignedDuration::from_secs(LOCK_SECONDS);
        self.failures = FAILURE_COUNT;
        self.account = Some(AccountLock { since: at, tells_since: true, until: Some(until) });
        self.password_locked = Some(PasswordLock { until: Some(until) });
    }

    /// An administrator's lock, until a moment or for good.
    pub fn lock_on_purpose(&mut self, at: Timestamp, until: Option<Timestamp>) {
        let actor = Some((super::steady_uuid("pingone", "root"), "root".to_owned()));
        self.account = Some(AccountLock { since: at, tells_since: true, until });
        self.events.push(AuditActivity { actor, ..AuditActivity::new(at, "USER.LOCKED") });
    }

    /// The account's unlock: resets the MFA counter if the account was locked, and emits `USER.UNLOCKED`.
    pub fn unlock_account(&mut self, now: Timestamp, transaction: Option<String>, session: Option<String>) {
        if self.account.take().is_some() {
            self.mfa_failures = 0;
            self.updated = now;
            self.schedule_relock(now);
        }
        if self.account_unlock_clears_password && self.password_locked.take().is_some() {
            self.failures = 0;
        }
        self.events.push(AuditActivity { transaction, session, ..AuditActivity::new(now, "USER.UNLOCKED") });
    }

    /// The password's unlock; where it was the only reason, the account opens too.
    pub fn unlock_password(&mut self, now: Timestamp, transaction: Option<String>, session: Option<String>) {
        self.password_locked = None;
        self.failures = 0;
        self.schedule_relock(now);
        self.events.push(AuditActivity { transaction, session, ..AuditActivity::new(now, "PASSWORD.UNLOCKED") });
    }

    fn schedule_relock(&mut self, now: Timestamp) {
        self.relock_at = self.relocks_after_s.map(|seconds| now + SignedDuration::from_secs(seconds));
    }
}
