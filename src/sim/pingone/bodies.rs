//! The bodies: a user with all its links, as in the vendor's example, and a password state.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{ENVIRONMENT, POLICY, iso};
use crate::sim::world::{PingOneUser, SimPerson};

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
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("_links", links);
    put("id", json!(user.id));
    put("environment", json!({"id": ENVIRONMENT}));
    put("account", account(user, now));
    put("createdAt", json!(iso(user.created)));
    if let Some(email) = &person.email {
        put("email", json!(email));
    }
    if let Some(number) = &person.employee_id {
        put("externalId", json!(number));
    }
    if let Some(phone) = &person.phone {
        put("primaryPhone", json!(phone));
    }
    if let Some(title) = &person.title {
        put("title", json!(title));
    }
    put("enabled", json!(user.enabled));
    put("identityProvider", json!({"type": "PING_ONE"}));
    put("lifecycle", json!({"status": "ACCOUNT_OK"}));
    put("mfaEnabled", json!(user.mfa_enabled));
    put("name", json!({"given": person.given, "family": person.family}));
    put("population", json!({"id": POPULATION}));
    put("updatedAt", json!(iso(user.updated)));
    put("username", json!(person.username));
    put("verifyStatus", json!("NOT_INITIATED"));
    Value::Object(members)
}

/// The groups of a person, as one of the members that `include` names.
pub fn groups(person: &SimPerson, member: &str) -> Option<Value> {
    match member {
        "memberOfGroupNames" => Some(json!(person.groups)),
        "memberOfGroupIDs" => {
            Some(person.groups.iter().map(|group| crate::sim::world::steady_uuid("group", group)).collect())
        }
        _ => None,
    }
}

/// A disabled user can't authenticate, and its status is OK all the same.
fn account(user: &PingOneUser, now: Timestamp) -> Value {
    let Some(lock) = &user.account else { return json!({"canAuthenticate": user.enabled, "status": "OK"}) };
    let mut account = Map::new();
    account.insert("canAuthenticate".to_owned(), json!(false));
    account.insert("status".to_owned(), json!("LOCKED"));
    if lock.tells_since {
        account.insert("lockedAt".to_owned(), json!(iso(lock.since)));
    }
    if let Some(until) = lock.until {
        account.insert("unlockAt".to_owned(), json!(iso(until)));
        account.insert("secondsUntilUnlock".to_owned(), json!(until.duration_since(now).as_secs()));
    }
    Value::Object(account)
}

pub fn password(base: &str, user: &PingOneUser, now: Timestamp) -> Value {
    let own = format!("{base}/environments/{ENVIRONMENT}/users/{}", user.id);
    let mut state = Map::new();
    state.insert("_links".to_owned(), json!({"self": {"href": format!("{own}/password")}, "user": {"href": own}}));
    state.insert("environment".to_owned(), json!({"id": ENVIRONMENT}));
    state.insert("user".to_owned(), json!({"id": user.id}));
    state.insert("passwordPolicy".to_owned(), json!({"id": POLICY}));
    state.insert("lastChangedAt".to_owned(), json!(iso(user.password_changed)));
    match user.password_locked {
        Some(lock) => {
            state.insert("status".to_owned(), json!("PASSWORD_LOCKED_OUT"));
            if let Some(until) = lock.until {
                state.insert("secondsUntilUnlock".to_owned(), json!(until.duration_since(now).as_secs()));
            }
        }
        None => {
            state.insert("status".to_owned(), json!(user.password_status));
            let left = crate::sim::world::FAILURE_COUNT.saturating_sub(user.failures);
            if user.failures > 0 && left > 0 {
                // The object's real name isn't known; the number's is.
                state.insert("lockoutWarning".to_owned(), json!({"failuresRemaining": left}));
            }
        }
    }
    Value::Object(state)
}
