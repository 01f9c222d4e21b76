//! The lock on one server (`ipa_kdb_pwdpolicy.c`, `ipa_lockout.c`), by what `user_status` tells and that server's own clock.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::domain::{Cause, Lock, Untrusted};
use crate::provider::directory::times::from_generalized;

use super::rpc::first;

/// What the password policy says of locks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IpaPolicy {
    /// How many wrong passwords lock; 0 means that none do.
    pub limit: u32,
    /// How long a lock lasts, in seconds; 0 until somebody unlocks it.
    pub seconds: i64,
}

impl IpaPolicy {
    /// Reads the result of `pwpolicy_show`; none where it tells no limit.
    pub fn read(entry: &Value) -> Option<Self> {
        let number = |name: &str| first(entry, name).and_then(|text| text.parse::<i64>().ok());
        let limit = u32::try_from(number("krbpwdmaxfailure")?).ok()?;
        Some(Self { limit, seconds: number("krbpwdlockoutduration").unwrap_or(0) })
    }
}

/// A moment in any spelling of the API; none for `N/A`.
pub fn moment(entry: &Value, name: &str) -> Option<Timestamp> {
    let text = first(entry, name)?;
    from_generalized(&text).or_else(|| text.trim().parse().ok())
}

/// One server's row of `user_status`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRow {
    /// The server; with the reason where it couldn't be asked.
    pub server: Untrusted,
    /// Its state; none where it couldn't be asked.
    pub lock: Option<Lock>,
    /// Its count.
    pub count: Option<u32>,
    /// The last wrong password that it saw.
    pub last: Option<Timestamp>,
}

/// Reads a row. `unlocked` is when an administrator unlocked the account last.
pub fn row(entry: &Value, policy: Option<IpaPolicy>, unlocked: Option<Timestamp>) -> ServerRow {
    let server = first(entry, "server").unwrap_or_default();
    // `ipa2.example.test failed: Cannot connect…`: a server that is down has a row, and nothing else in it.
    if server.contains(" failed") || first(entry, "krbloginfailedcount").is_none() {
        return ServerRow { server: server.into(), lock: None, count: None, last: None };
    }
    let count = first(entry, "krbloginfailedcount").and_then(|text| text.parse().ok());
    let last = moment(entry, "krblastfailedauth");
    let now = moment(entry, "now");
    ServerRow { lock: Some(lock(count, last, (unlocked, now), policy)), server: server.into(), count, last }
}

fn lock(
    count: Option<u32>,
    last: Option<Timestamp>,
    (unlocked, now): (Option<Timestamp>, Option<Timestamp>),
    policy: Option<IpaPolicy>,
) -> Lock {
    if last.is_none() || unlocked.zip(last).is_some_and(|(unlocked, last)| last <= unlocked) || count == Some(0) {
        return Lock::Open;
    }
    let Some(policy) = policy else {
        let why = "its password policy can't be read: whether so many wrong passwords lock isn't known";
        return crate::provider::directory::profile::lock_not_told(why);
    };
    if policy.limit == 0 || count.is_none_or(|count| count < policy.limit) {
        return Lock::Open;
    }
    let length = SignedDuration::from_secs(policy.seconds);
    let until = last.filter(|_| policy.seconds > 0).and_then(|last| last.checked_add(length).ok());
    match until.zip(now) {
        Some((until, now)) if until <= now => Lock::Open,
        _ => Lock::Locked { since: last, until, cause: Cause::BadPasswords },
    }
}

#[cfg(test)]
mod tests;
