//! The locks of a PingOne user: of the account, of the password.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{BadLogins, Cause, Lock, Untrusted};
use crate::provider::json::Object;
use crate::provider::pingone::audit::History;

use super::{RelatedReads, unknown};

pub(super) fn embedded_password_is_locked(user: &Object) -> bool {
    let password = user.object("_embedded").and_then(|embedded| embedded.object("password"));
    password.and_then(|password| password.text("status")).is_some_and(|own| own.as_data() == "PASSWORD_LOCKED_OUT")
}

/// Locked when `status` is LOCKED, and never by `canAuthenticate`: that is false for disabled users too.
/// `lockedAt` may be absent after an automatic lockout; without `unlockAt` and `secondsUntilUnlock` an administrator
/// has to open it (user accounts).
pub(super) fn account_lock(user: &Object, now: Timestamp) -> Lock {
    let Some(account) = user.object("account") else {
        return unknown("PingOne told no lock state", "the user has no `account`");
    };
    match account.text("status").as_ref().map(Untrusted::as_data) {
        Some("LOCKED") => Lock::Locked {
            since: account.moment("lockedAt"),
            until: account.moment("unlockAt").or_else(|| after(now, account.integer("secondsUntilUnlock"))),
            cause: Cause::Unknown,
        },
        Some("OK") => Lock::Open,
        Some(other) => unknown("PingOne reported a lock state that isn't known", other),
        None => unknown("PingOne told no lock state", "`account` has no `status`"),
    }
}

pub(super) fn password_lock(state: &Object, now: Timestamp) -> Lock {
    match state.text("status").as_ref().map(Untrusted::as_data) {
        Some("PASSWORD_LOCKED_OUT") => {
            let until = after(now, state.integer("secondsUntilUnlock"));
            Lock::Locked { since: None, until, cause: Cause::BadPasswords }
        }
        Some("OK" | "NO_PASSWORD" | "PASSWORD_EXPIRED" | "MUST_CHANGE_PASSWORD" | "EXTERNAL") => Lock::Open,
        Some(other) => unknown("PingOne reported a password state that isn't known", other),
        None => unknown("PingOne told no password state", "it has no `status`"),
    }
}

pub(super) fn after(now: Timestamp, seconds: Option<i64>) -> Option<Timestamp> {
    now.checked_add(SignedDuration::from_secs(seconds?)).ok()
}

/// The honest count, with the moments of the audit where it was read: in the contract's order: failures remaining, locked out, audit, not reported.
pub(super) fn bad_logins(parts: &RelatedReads) -> BadLogins {
    let times = parts.history.as_ref().and_then(|history| history.as_ref().ok()).map(History::failure_times);
    BadLogins { times: times.unwrap_or_default(), ..count(parts) }
}

pub(super) fn count(parts: &RelatedReads) -> BadLogins {
    if parts.password.is_err() {
        return BadLogins::not_reported("the password state can't be read");
    }
    if parts.is_status("EXTERNAL") {
        return BadLogins::not_reported("the password is kept outside PingOne");
    }
    let limit = parts.limit();
    match (parts.remaining, limit) {
        (Some(remaining), Some(limit)) => return BadLogins::exact(limit.saturating_sub(remaining), Some(limit)),
        (None, Some(limit)) if parts.is_status("PASSWORD_LOCKED_OUT") => return BadLogins::exact(limit, Some(limit)),
        _ => {}
    }
    match &parts.history {
        Some(Ok(history)) => {
            let (count, last, since) = history.failures();
            let scope = Some("PingOne's audit".into());
            BadLogins { last, since: Some(since), scope, ..BadLogins::at_least(count, limit) }
        }
        Some(Err(problem)) => BadLogins {
            limit,
            ..BadLogins::not_reported(&format!("PingOne's audit can't be read: {}", problem.why.line()))
        },
        None => BadLogins { limit, ..BadLogins::not_reported("PingOne reports no count for this password") },
    }
}
