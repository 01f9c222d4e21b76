//! OpenLDAP with the overlay ppolicy (`man slapo-ppolicy`; servers/slapd/overlays/ppolicy.c).

use std::collections::HashSet;

use jiff::Timestamp;
use ldap3::Mod;
use uuid::Uuid;

use crate::domain::{Cause, Lock, MayUnlock, Untrusted};
use crate::provider::ids::guid;

use super::entry::LdapEntry;
use super::profile::{INET_ORG_NAMES, INET_ORG_PERSON, LockPolicy, ProfileSpec, ServerLockState, lock_since};

const LOCKED_TIME: &str = "pwdAccountLockedTime";
/// Locked by an administrator, for good.
const FOR_GOOD: &str = "000001010000Z";

/// OpenLDAP.
pub const SPEC: ProfileSpec = ProfileSpec {
    system: "OpenLDAP",
    users: "(objectClass=person)",
    attributes: &[
        &["entryUUID"],
        &INET_ORG_PERSON,
        &[LOCKED_TIME, "pwdFailureTime"],
        &["pwdChangedTime", "pwdReset", "pwdEndTime", "pwdPolicySubentry", "pwdLastSuccess"],
    ],
    names: INET_ORG_NAMES,
    username: "uid",
    employee_id: "employeeNumber",
    dn: "entryDN",
    id: |entry| entry.word("entryUUID").filter(|id| Uuid::try_parse(id).is_ok()).map(str::to_lowercase),
    by_id: |id| guid(id.trim()).map(|id| format!("(entryUUID={})", id.as_hyphenated())),
    direct: |_| None,
    enabled: |_| None,
    password_status: |entry| entry.is("pwdReset", "true").then_some("must be changed"),
    may_unlock: |_, _| MayUnlock::Unknown,
    lock,
    candidates: |_| format!("(&(objectClass=person)({LOCKED_TIME}=*))"),
    // Deleting it drops the failures too (ITS#8762), and with the value that was seen it opens no later lock; an empty
    // replacement would keep the failures.
    opens: |state| {
        let seen = state.and_then(|state| state.seen.as_ref());
        let delete = |seen: &Untrusted| Mod::Delete(LOCKED_TIME.to_owned(), HashSet::from([seen.as_data().to_owned()]));
        seen.map(delete).into_iter().collect()
    },
};

fn lock(entry: &LdapEntry, policy: Option<&LockPolicy>, now: Timestamp) -> ServerLockState {
    let failures: Vec<Timestamp> = entry
        .values("pwdFailureTime")
        .iter()
        .filter_map(|value| super::times::from_generalized(std::str::from_utf8(value).ok()?))
        .collect();
    // Older ones no longer count.
    let from = policy
        .and_then(|policy| policy.window)
        .filter(|window| !window.is_zero())
        .and_then(|window| now.checked_sub(window).ok());
    let counted = failures.iter().filter(|at| from.is_none_or(|from| **at >= from)).count();
    let lock = match (entry.word(LOCKED_TIME), entry.generalized(LOCKED_TIME)) {
        (None, _) => Lock::Open,
        (Some(FOR_GOOD), _) => Lock::Locked { since: None, until: None, cause: Cause::Admin },
        // It begins much later; a little later is this machine's clock.
        (Some(_), Some(since)) if since > now.checked_add(jiff::SignedDuration::from_hours(1)).unwrap_or(now) => {
            Lock::Open
        }
        (Some(_), Some(since)) => lock_since(since, policy, now),
        (Some(_), None) => super::profile::lock_not_told(LOCKED_TIME),
    };
    ServerLockState {
        count: u32::try_from(counted).ok(),
        last: failures.iter().max().copied(),
        password_set: entry.generalized("pwdChangedTime"),
        seen: entry.text(LOCKED_TIME),
        ..ServerLockState::of(lock)
    }
}

#[cfg(test)]
mod tests;
