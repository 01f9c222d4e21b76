//! The people of the simulated directory.

use jiff::Timestamp;

use crate::sim::world::{DirectoryUser, SimPerson};

use super::{Attributes, invocation};

/// A user as one controller sees it.
pub fn user(person: &SimPerson, user: &DirectoryUser, controller: usize, now: Timestamp) -> Attributes {
    let mut entry = Attributes::default();
    let name = person.name();
    let Some(state) = user.controllers.get(controller) else { return entry };
    entry.set_all("objectClass", &["top", "person", "organizationalPerson", "user"]);
    entry.set("sAMAccountType", "805306368");
    entry.set("distinguishedName", &user.dn);
    entry.set("objectGUID", user.guid_bytes());
    entry.set("objectSid", user.sid_bytes());
    entry.set("sAMAccountName", &person.username);
    entry.set("userPrincipalName", format!("{}@plant.test", person.username));
    entry.set("cn", &name);
    entry.set("displayName", &name);
    entry.set("givenName", &person.given);
    entry.set("sn", &person.family);
    let told = [
        ("mail", &person.email),
        ("employeeID", &person.employee_id),
        ("telephoneNumber", &person.phone),
        ("title", &person.title),
    ];
    for (name, value) in told {
        if let Some(value) = value {
            entry.set(name, value);
        }
    }
    entry.set("userAccountControl", if user.disabled { "514" } else { "512" });
    entry.set("primaryGroupID", "513");
    entry.set("accountExpires", if user.expired { filetime(user.changed) } else { i64::MAX }.to_string());
    entry.set("pwdLastSet", if user.must_change { 0 } else { filetime(user.changed) }.to_string());
    if user.is_protected {
        entry.set("adminCount", "1");
    }
    // What this controller never saw isn't there at all.
    if let Some(count) = state.bad_count {
        entry.set("badPwdCount", count.to_string());
        entry.set("badPasswordTime", state.bad_time.map_or(0, filetime).to_string());
    }
    if state.lockout.version > 0 {
        entry.set("lockoutTime", state.lockout.value.map_or(0, filetime).to_string());
    }
    let locked = if user.is_locked(controller, now) { 0x10 } else { 0 };
    let expired = if user.must_change { 0x0080_0000 } else { 0 };
    entry.set("msDS-User-Account-Control-Computed", (locked | expired).to_string());
    if !user.is_protected {
        entry.set("allowedAttributesEffective", "lockoutTime");
    }
    entry.0.push(("tokenGroups".to_owned(), user.group_sids()));
    entry.set("replPropertyMetaData", metadata(user, controller));
    entry
}

/// The binary form that a controller keeps: here of the password and of the lock.
pub(super) fn metadata(user: &DirectoryUser, controller: usize) -> Vec<u8> {
    let mut rows = vec![(0x0009_005a_u32, 1, user.changed, 0)];
    if let Some(state) = user.controllers.get(controller)
        && state.lockout.version > 0
    {
        rows.push((0x0009_0296, state.lockout.version, state.lockout.at, state.lockout.origin));
    }
    let mut bytes = vec![1, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(u32::try_from(rows.len()).unwrap_or(0).to_le_bytes());
    bytes.extend([0; 4]);
    for (attribute, version, at, origin) in rows {
        bytes.extend(attribute.to_le_bytes());
        bytes.extend(version.to_le_bytes());
        bytes.extend((at.as_second() + 11_644_473_600).to_le_bytes());
        bytes.extend(invocation(origin));
        bytes.extend([0; 16]);
    }
    bytes
}

/// A moment as the directory keeps it: 100 ns since 1601.
pub fn filetime(at: Timestamp) -> i64 {
    (at.as_second() + 11_644_473_600) * 10_000_000 + i64::from(at.subsec_nanosecond()) / 100
}
