//! Reading one account in full: the user, the password state, the policy, and the audit where it is needed.

use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::{Account, Problem, Untrusted};
use crate::provider::auth;
use crate::provider::http::Request;

use super::mapping::{Parts, PasswordPart};
use super::wire::{PasswordState, Policy, User};
use super::{PingOne, audit, call, mapping};

/// How long a policy is taken as unchanged.
const POLICY_LIFE: Duration = Duration::from_secs(300);

/// A policy's limit and when it was read.
#[derive(Clone)]
pub struct CachedPolicy {
    limit: Option<u32>,
    read: Instant,
}

/// The account; none when there is no such user.
pub async fn account(ping: &PingOne, id: &Untrusted) -> Result<Option<Account>, Problem> {
    // As of the question: what changes while the answers are on their way may not be in them.
    let as_of = jiff::Timestamp::now();
    let url = ping.user_url(id)?;
    let mut password_url = url.clone();
    password_url.set_path(&format!("{}/password", url.path()));
    let mut url = url;
    // Rules of a policy may go by groups, which are told only when asked for.
    url.set_query(Some("include=memberOfGroupNames,memberOfGroupIDs"));
    let (user, password) = tokio::join!(call::get_json::<User>(ping, url), password(ping, password_url));
    let Some(user) = user? else { return Ok(None) };
    let limit = match &password {
        Ok(password) => limit(ping, &password.state).await,
        Err(_) => Ok(None),
    };
    let history = if mapping::needs_history(&user, password.as_ref().ok(), limit.as_ref().ok().copied().flatten()) {
        Some(audit::history(ping, &user.id).await)
    } else {
        None
    };
    Ok(Some(mapping::read(ping, &user, &Parts { password, limit, history }, as_of)))
}

async fn password(ping: &PingOne, url: reqwest::Url) -> Result<PasswordPart, Problem> {
    let answer = auth::read(ping, Request::get(url)).await?;
    if answer.status != 200 {
        return Err(super::errors::problem(&answer));
    }
    Ok(PasswordPart {
        state: call::parsed::<PasswordState>(&answer)?,
        failures_remaining: failures_remaining(&answer.body),
    })
}

/// Any integer called `failuresRemaining` inside the password state: the page that names the object
/// around it can't be read, the number's own name is known from the check-password error.
fn failures_remaining(body: &[u8]) -> Option<u32> {
    fn find(value: &serde_json::Value, depth: u8) -> Option<u32> {
        let depth = depth.checked_sub(1)?;
        match value {
            serde_json::Value::Object(members) => members
                .get("failuresRemaining")
                .and_then(serde_json::Value::as_u64)
                .and_then(|n| u32::try_from(n).ok())
                .or_else(|| members.values().find_map(|inner| find(inner, depth))),
            serde_json::Value::Array(items) => items.iter().find_map(|inner| find(inner, depth)),
            _ => None,
        }
    }
    find(&serde_json::from_slice(body).ok()?, 6)
}

/// How many wrong passwords lock under the password's policy; none when it never locks.
async fn limit(ping: &PingOne, password: &PasswordState) -> Result<Option<u32>, Problem> {
    let Some(id) = password.password_policy.as_ref().and_then(|policy| policy.id.clone()) else { return Ok(None) };
    let held = ping.policies.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
    if let Some(held) = held.filter(|held| held.read.elapsed() < POLICY_LIFE) {
        return Ok(held.limit);
    }
    let url = ping.url(&[&"passwordPolicies".into(), &id]);
    let answer = auth::read(ping, Request::get(url)).await?;
    if answer.status != 200 {
        return Err(super::errors::problem(&answer));
    }
    let limit = call::parsed::<Policy>(&answer)?.lockout.and_then(|lockout| lockout.failure_count);
    let fresh = CachedPolicy { limit, read: Instant::now() };
    ping.policies.lock().unwrap_or_else(PoisonError::into_inner).insert(id, fresh);
    Ok(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remaining_failures_are_found_wherever_they_stand() {
        let cases: [(&str, Option<u32>); 5] = [
            (r#"{"status":"OK","warnings":{"lockout":{"failuresRemaining":2}}}"#, Some(2)),
            (r#"{"status":"OK","lockoutWarning":{"failuresRemaining":4}}"#, Some(4)),
            (r#"{"warnings":[{"type":"x"},{"failuresRemaining":0}]}"#, Some(0)),
            (r#"{"status":"OK","failuresRemaining":"3"}"#, None),
            (r#"{"status":"OK"}"#, None),
        ];
        for (body, expected) in cases {
            assert_eq!(failures_remaining(body.as_bytes()), expected, "{body}");
        }
    }
}
