//! Active Directory, and Samba as its controller. Each controller keeps its own count of wrong passwords, and an unlock
//! clears the count of the controller that receives it only (measured; MS-SAMR 3.1.1.8.3 and 3.1.5.14.6).

pub mod controllers;
pub mod groups;
pub mod replication;
pub mod srv;

use std::collections::HashSet;

use jiff::Timestamp;
use ldap3::Mod;

use crate::domain::{Cause, Lock, MayUnlock};
use crate::provider::ids::guid;

use super::entry::LdapEntry;
use super::ids;
use super::profile::{LockPolicy, NameAttributes, ProfileSpec, ServerLockState, lock_not_told, lock_since};

/// The attribute whose value 0 opens an account.
const LOCKOUT_TIME: &str = "lockoutTime";
/// Computed by the controller; its own bits are the only ones that are true at this moment.
const COMPUTED: &str = "msDS-User-Account-Control-Computed";
/// In it: locked now.
const LOCKED: i64 = 0x10;
/// In it: the password has expired.
const PASSWORD_EXPIRED: i64 = 0x0080_0000;
/// In `userAccountControl`: switched off.
const DISABLED: i64 = 0x2;
/// Names what this login may write of an entry.
const MAY_WRITE: &str = "allowedAttributesEffective";

/// Active Directory.
pub const SPEC: ProfileSpec = ProfileSpec {
    system: "Active Directory",
    users: "(sAMAccountType=805306368)",
    attributes: &[
        &["objectGUID", "objectSid", "sAMAccountName", "userPrincipalName", "mail", "displayName", "cn"],
        &["department", "title", "employeeID", "telephoneNumber", "mobile"],
        &["userAccountControl", COMPUTED, LOCKOUT_TIME, "badPwdCount", "badPasswordTime", "lastLogon"],
        &["pwdLastSet", "accountExpires", "msDS-UserPasswordExpiryTimeComputed", "msDS-ResultantPSO"],
        &["primaryGroupID", "adminCount", "replPropertyMetaData", MAY_WRITE],
    ],
    names: NameAttributes {
        exact: &["sAMAccountName", "userPrincipalName", "mail", "displayName", "employeeID"],
        prefix: &["mail", "userPrincipalName", "employeeID"],
        any: Some("anr"),
    },
    username: "sAMAccountName",
    employee_id: "employeeID",
    dn: "distinguishedName",
    id: |entry| entry.guid("objectGUID"),
    by_id: |id| match (guid(id.trim()), ids::sid_bytes(id)) {
        (Some(guid), _) => Some(format!("(objectGUID={})", ids::filter_bytes(&guid.to_bytes_le()))),
        (None, Some(sid)) => Some(format!("(objectSid={})", ids::filter_bytes(&sid))),
        (None, None) => None,
    },
    direct: |id| guid(id.trim()).map(|guid| format!("<GUID={}>", guid.as_hyphenated())),
    enabled: |entry| entry.number("userAccountControl").map(|flags| flags & DISABLED == 0),
    password_status,
    may_unlock,
    lock,
    // The computed flag can't stand in a filter: it is looked at in each candidate.
    candidates: |_| "(&(sAMAccountType=805306368)(lockoutTime>=1))".to_owned(),
    opens: |_| vec![Mod::Replace(LOCKOUT_TIME.to_owned(), HashSet::from(["0".to_owned()]))],
};

/// The flag that the controller computes decides: `lockoutTime` stays after a lock has run out.
fn lock(entry: &LdapEntry, policy: Option<&LockPolicy>, now: Timestamp) -> ServerLockState {
    let count = entry.count("badPwdCount");
    let lock = match entry.number(COMPUTED) {
        None => lock_not_told(COMPUTED),
        Some(flags) if flags & LOCKED == 0 => Lock::Open,
        Some(_) => match entry.filetime(LOCKOUT_TIME) {
            Some(since) => match lock_since(since, policy, now) {
                // It says so itself; our clock may be ahead of its own.
                Lock::Open => lock_since(since, None, now),
                locked => locked,
            },
            // Since when isn't told: a moment of ours would look like a new lock.
            None => Lock::Locked { since: None, until: None, cause: Cause::BadPasswords },
        },
    };
    ServerLockState {
        holds: lock.is_locked() || count.unwrap_or(0) > 0,
        count,
        last: entry.filetime("badPasswordTime"),
        password_set: entry.filetime("pwdLastSet"),
        ..ServerLockState::of(lock)
    }
}

/// Whether this login may open the account: the controller names each attribute that it may write.
fn may_unlock(entry: &LdapEntry, is_privileged: bool) -> MayUnlock {
    if entry.is(MAY_WRITE, LOCKOUT_TIME) {
        return MayUnlock::Yes;
    }
    let why = match (entry.number("adminCount") == Some(1), is_privileged) {
        (true, _) => "a protected group (adminCount 1): rights given on its unit don't reach it",
        (false, true) => "a member of a privileged group: rights given on its unit don't reach it",
        (false, false) => "the right isn't delegated on the account's unit",
    };
    MayUnlock::No(format!("this login may not write lockoutTime here: {why}").into())
}

fn password_status(entry: &LdapEntry) -> Option<&'static str> {
    if entry.number("pwdLastSet") == Some(0) {
        return Some("must be changed");
    }
    let expired = entry.number(COMPUTED).is_some_and(|flags| flags & PASSWORD_EXPIRED != 0);
    expired.then_some("expired")
}

#[cfg(test)]
mod tests;
