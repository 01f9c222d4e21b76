//! The lock on one server (`ipa_kdb_pwdpolicy.c`, `ipa_lockout.c`), by what `user_status` tells and that server's own clock.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{Cause, Lock, Replica};
use crate::provider::directory::profile::{LockPolicy, lock_not_told};
use crate::provider::directory::times::{LockDuration, from_generalized};

use super::rpc::first;

/// Reads the result of `pwpolicy_show`; none where it tells no limit.
pub fn policy(entry: &Value) -> Option<LockPolicy> {
    let number = |name: &str| first(entry, name).and_then(|text| text.parse::<i64>().ok());
    let limit = u32::try_from(number("krbpwdmaxfailure")?).ok()?;
    let seconds = number("krbpwdlockoutduration").and_then(|seconds| u64::try_from(seconds).ok());
    let duration = LockDuration::of(seconds.map(Duration::from_secs));
    Some(LockPolicy { limit: Some(limit), duration: Some(duration), window: None })
}

/// A moment in any spelling of the API; none for `N/A`.
pub fn moment(entry: &Value, name: &str) -> Option<Timestamp> {
    let text = first(entry, name)?;
    from_generalized(&text).or_else(|| text.trim().parse().ok())
}

/// What one server's row of `user_status` says, and the lock on it; no lock where the server couldn't be asked. `unlocked`
/// is when an administrator unlocked the account last.
pub fn row(
    entry: &Value,
    policy: Option<LockPolicy>,
    unlocked: Option<Timestamp>,
    as_of: Timestamp,
) -> (Replica, Option<Lock>) {
    let name = first(entry, "server").unwrap_or_default();
    let count = first(entry, "krbloginfailedcount").filter(|_| !name.contains(" failed"));
    let replica = Replica { name: name.into(), state: "not read".into(), as_of: Some(as_of), ..Replica::default() };
    // `ipa2.example.test failed: Cannot connect…`: a server that is down has a row, and nothing else in it.
    let Some(count) = count else { return (replica, None) };
    let (count, last) = (count.parse().ok(), moment(entry, "krblastfailedauth"));
    let lock = lock(count, last, (unlocked, moment(entry, "now")), policy);
    let state = match lock {
        Lock::Locked { .. } => "locked",
        Lock::Open => "open",
        Lock::NotReported | Lock::Unknown { .. } => "not reported",
    };
    (Replica { state: state.into(), count, last, locked_at: lock.since(), ..replica }, Some(lock))
}

fn lock(
    count: Option<u32>,
    last: Option<Timestamp>,
    (unlocked, now): (Option<Timestamp>, Option<Timestamp>),
    policy: Option<LockPolicy>,
) -> Lock {
    if last.is_none() || unlocked.zip(last).is_some_and(|(unlocked, last)| last <= unlocked) || count == Some(0) {
        return Lock::Open;
    }
    let Some(LockPolicy { limit: Some(limit), .. }) = policy else {
        let why = "its password policy can't be read: whether so many wrong passwords lock isn't known";
        return lock_not_told(why);
    };
    if limit == 0 || count.is_none_or(|count| count < limit) {
        return Lock::Open;
    }
    let until = policy.zip(last).and_then(|(policy, last)| policy.end(last));
    match until.zip(now) {
        Some((until, now)) if until <= now => Lock::Open,
        _ => Lock::Locked { since: last, until, cause: Cause::BadPasswords },
    }
}

#[cfg(test)]
mod tests;
