//! OpenLDAP with the overlay ppolicy (`man slapo-ppolicy`; servers/slapd/overlays/ppolicy.c).

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{Cause, Lock};

use super::entry::LdapEntry;
use super::profile::{INET_ORG_NAMES, INET_ORG_PERSON, LockPolicy, LockState, ProfileSpec, lock_since};
use super::server::Change;

const LOCKED_TIME: &str = "pwdAccountLockedTime";
/// Locked by an administrator, for good.
const FOR_GOOD: &str = "000001010000Z";

/// OpenLDAP.
pub const SPEC: ProfileSpec = ProfileSpec {
    word: "openldap",
    system: "OpenLDAP",
    users: "(objectClass=person)",
    attributes: &[
        "entryUUID",
        "uid",
        "mail",
        "cn",
        "displayName",
        "title",
        "departmentNumber",
        "employeeNumber",
        "telephoneNumber",
        "mobile",
        "memberOf",
        LOCKED_TIME,
        "pwdFailureTime",
        "pwdChangedTime",
        "pwdReset",
        "pwdEndTime",
        "pwdPolicySubentry",
        "pwdLastSuccess",
    ],
    names: INET_ORG_NAMES,
    person: INET_ORG_PERSON,
    dn: "entryDN",
    id: |entry| entry.word("entryUUID").filter(|id| Uuid::try_parse(id).is_ok()).map(str::to_lowercase),
    by_id: |id| super::ids::guid(id).map(|id| format!("(entryUUID={})", id.as_hyphenated())),
    direct: None,
    lock,
    candidates: |_| format!("(&(objectClass=person)({LOCKED_TIME}=*))"),
    // Deleting it drops the failures too (ITS#8762), and with the value that was seen it opens no later lock; an empty
    // replacement would keep the failures.
    opens: |state| {
        let seen = state.and_then(|state| state.seen.clone());
        seen.into_iter().map(|seen| Change::Delete(LOCKED_TIME, seen)).collect()
    },
};

fn lock(entry: &LdapEntry, policy: Option<&LockPolicy>, now: Timestamp) -> LockState {
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
    LockState {
        holds: lock.is_locked(),
        count: u32::try_from(counted).ok(),
        last: failures.iter().max().copied(),
        password_set: entry.generalized("pwdChangedTime"),
        seen: entry.text(LOCKED_TIME),
        ..LockState::of(lock)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::provider::directory::times::LockDuration;

    use super::*;

    #[test]
    fn a_lock_runs_out_is_for_good_or_is_until_unlocked() {
        let now: Timestamp = "2026-11-21T23:38:14Z".parse().unwrap();
        let state = |values: &[(&str, &str)], policy: Option<LockPolicy>| {
            let values: Vec<(&str, &[u8])> = values.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
            lock(&LdapEntry::of("uid=a,dc=x", &values), policy.as_ref(), now)
        };
        let lasts = |seconds| {
            let duration = Some(LockDuration::Lasts(Duration::from_secs(seconds)));
            Some(LockPolicy { duration, window: Some(Duration::from_secs(300)), limit: Some(3) })
        };
        let locked = (LOCKED_TIME, "20261121232814Z");
        assert!(state(&[locked], lasts(1_800)).lock.is_locked());
        assert_eq!(state(&[locked], lasts(60)).lock, Lock::Open);
        assert!(state(&[locked], None).lock.is_locked());
        assert_eq!(state(&[(LOCKED_TIME, FOR_GOOD)], lasts(60)).lock.cause(), Some(Cause::Admin));
        assert_eq!(state(&[], lasts(60)).lock, Lock::Open);
        let failures = [("pwdFailureTime", "20261121232814.682380Z"), ("pwdFailureTime", "20261121233744.1Z")];
        assert_eq!(state(&failures, lasts(60)).count, Some(1));
        assert_eq!(state(&failures, None).count, Some(2));
        let seen = state(&[locked], lasts(1_800));
        assert_eq!((SPEC.opens)(Some(&seen)), vec![Change::Delete(LOCKED_TIME, "20261121232814Z".into())]);
    }
}
