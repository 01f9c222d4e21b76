//! 389 Directory Server (ldap/servers/slapd/pw.c, `slapi_check_account_lock`). Lock state isn't replicated unless
//! `passwordIsGlobalPolicy` is on: each server is read, and each that holds something is written to.

use std::collections::HashSet;

use jiff::Timestamp;
use ldap3::Mod;

use crate::domain::{Cause, Lock, MayUnlock};

use super::entry::LdapEntry;
use super::ids;
use super::profile::{CLOCK_MARGIN, INET_ORG_NAMES, INET_ORG_PERSON, LockPolicy, ProfileSpec, ServerLockState};

const UNLOCK_TIME: &str = "accountUnlockTime";
const RETRY_COUNT: &str = "passwordRetryCount";
/// Locked until somebody unlocks it.
const FOREVER: &str = "19700101000000Z";

/// 389 Directory Server.
pub const SPEC: ProfileSpec = ProfileSpec {
    system: "389 Directory Server",
    users: "(objectClass=person)",
    attributes: &[
        &["nsUniqueId"],
        &INET_ORG_PERSON,
        &[UNLOCK_TIME, RETRY_COUNT, "retryCountResetTime", "nsAccountLock"],
        &["passwordExpirationTime", "passwordExpWarned", "pwdpolicysubentry"],
    ],
    names: INET_ORG_NAMES,
    username: "uid",
    employee_id: "employeeNumber",
    dn: "entrydn",
    id: |entry| entry.word("nsUniqueId").filter(|id| ids::is_unique_id(id)).map(str::to_lowercase),
    by_id: |id| ids::is_unique_id(id).then(|| format!("(nsUniqueId={})", id.to_lowercase())),
    direct: |_| None,
    // Switched off by itself or by a role.
    enabled: |entry| Some(!entry.is("nsAccountLock", "true")),
    password_status: |_| None,
    may_unlock: |_, _| MayUnlock::Unknown,
    lock,
    candidates: |now| {
        let now = now.checked_sub(CLOCK_MARGIN).unwrap_or(now).strftime("%Y%m%d%H%M%SZ");
        format!("(&(objectClass=person)(|({UNLOCK_TIME}>={now})({UNLOCK_TIME}={FOREVER})))")
    },
    // Without the count one more wrong password would lock it again. Replacing by nothing is right whether there was a value
    // or not.
    opens: |_| [UNLOCK_TIME, RETRY_COUNT].map(|name| Mod::Replace(name.to_owned(), HashSet::new())).into(),
};

fn lock(entry: &LdapEntry, policy: Option<&LockPolicy>, now: Timestamp) -> ServerLockState {
    let count = entry.count(RETRY_COUNT);
    // A good login or a new password leaves the time of the unlock behind, and sets the count to 0.
    let limit = policy.and_then(|policy| policy.limit).unwrap_or_default().max(1);
    let reaches = count.is_some_and(|count| count >= limit);
    let lock = match (entry.word(UNLOCK_TIME), entry.generalized(UNLOCK_TIME)) {
        (Some(FOREVER), _) if reaches => Lock::Locked { since: None, until: None, cause: Cause::BadPasswords },
        (Some(_), Some(until)) if reaches && until.checked_add(CLOCK_MARGIN).unwrap_or(until) > now => {
            Lock::Locked { since: None, until: Some(until), cause: Cause::BadPasswords }
        }
        (Some(_), None) => super::profile::lock_not_told(UNLOCK_TIME),
        _ => Lock::Open,
    };
    ServerLockState { holds: lock.is_locked() || count.unwrap_or(0) > 0, count, ..ServerLockState::of(lock) }
}

#[cfg(test)]
mod tests;
