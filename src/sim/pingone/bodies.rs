//! The bodies: a user with all its links, as in the vendor's example, and a password state.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{ENVIRONMENT, POLICY};
use crate::sim::context::{millis, present};
use crate::sim::world::{FAILURE_COUNT, PingOneUser, SimPerson, steady_uuid};

pub const POPULATION: &str = "3c096844-4336-4fb2-8555-ce8cfe2c1acd";

pub fn user(base: &str, person: &SimPerson, user: &PingOneUser, now: Timestamp) -> Value {
    let environment = format!("{base}/environments/{ENVIRONMENT}");
    let own = format!("{environment}/users/{}", user.id);
    let href = |to: &str| json!({"href": to});
    let links = json!({
        "self": href(&own),
        "environment": href(&environment),
        "population": href(&format!("{environment}/populations/{POPULATION}")),
        "devices": href(&format!("{own}/devices")),
        "roleAssignments": href(&format!("{own}/roleAssignments")),
        "password": href(&format!("{own}/password")),
        "password.reset": href(&format!("{own}/password")),
        "password.set": href(&format!("{own}/password")),
        "password.check": href(&format!("{own}/password")),
        "password.recover": href(&format!("{own}/password")),
        "linkedAccounts": href(&format!("{own}/linkedAccounts")),
        "account.sendVerificationCode": href(&own),
        "memberOfGroups": href(&format!("{own}/memberOfGroups")),
    });
    present(json!({
        "_links": links,
        "id": user.id,
        "environment": {"id": ENVIRONMENT},
        "account": account(user, now),
        "createdAt": millis(user.created),
        "email": person.email,
        "externalId": person.employee_id,
        "primaryPhone": person.phone,
        "title": person.title,
        "enabled": user.enabled,
        "identityProvider": {"type": "PING_ONE"},
        "lifecycle": {"status": "ACCOUNT_OK"},
        "mfaEnabled": user.mfa_enabled,
        "name": {"given": person.given, "family": person.family},
        "population": {"id": POPULATION},
        "updatedAt": millis(user.updated),
        "username": person.username,
        "verifyStatus": "NOT_INITIATED",
    }))
}

/// The groups of a person, as one of the members that `include` names.
pub fn groups(person: &SimPerson, member: &str) -> Value {
    match member {
        "memberOfGroupIDs" => person.groups.iter().map(|group| steady_uuid("group", group)).collect(),
        _ => json!(person.groups),
    }
}

/// A disabled user can't authenticate, and its status is OK all the same.
fn account(user: &PingOneUser, now: Timestamp) -> Value {
    let Some(lock) = &user.account else { return json!({"canAuthenticate": user.enabled, "status": "OK"}) };
    present(json!({
        "canAuthenticate": false,
        "status": "LOCKED",
        "lockedAt": lock.tells_since.then(|| millis(lock.since)),
        "unlockAt": lock.until.map(millis),
        "secondsUntilUnlock": lock.until.map(|until| until.duration_since(now).as_secs()),
    }))
}

pub fn password(base: &str, user: &PingOneUser, now: Timestamp) -> Value {
    let own = format!("{base}/environments/{ENVIRONMENT}/users/{}", user.id);
    let status = if user.password_locked.is_some() { "PASSWORD_LOCKED_OUT" } else { &user.password_status };
    let until = user.password_locked.and_then(|lock| lock.until);
    let left = FAILURE_COUNT.saturating_sub(user.failures);
    let warns = user.password_locked.is_none() && user.failures > 0 && left > 0;
    present(json!({
        "_links": {"self": {"href": format!("{own}/password")}, "user": {"href": own}},
        "environment": {"id": ENVIRONMENT},
        "user": {"id": user.id},
        "passwordPolicy": {"id": POLICY},
        "lastChangedAt": millis(user.password_changed),
        "status": status,
        "secondsUntilUnlock": until.map(|until| until.duration_since(now).as_secs()),
        // The object's real name isn't known; the number's is.
        "lockoutWarning": warns.then(|| json!({"failuresRemaining": left})),
    }))
}
