//! The organisation's lockout policy, and what Directory Insights tells of a lock.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::time::Instant;

use crate::domain::{Cause, Problem, Untrusted};
use crate::provider::auth;
use crate::provider::http::Request;

use super::wire::{Event, Organization, Organizations, PasswordPolicy};
use super::{JumpCloud, below, errors};

/// How long a policy is taken as unchanged.
const POLICY_LIFE: Duration = Duration::from_secs(300);
/// How far back the events are asked for.
const WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A lockout event and the lock's own date may differ by this much.
const SAME_LOCK: SignedDuration = SignedDuration::from_secs(120);

pub struct Cached {
    policy: PasswordPolicy,
    read: Instant,
}

/// The policy. Organisations are read without `x-org-id`: the route answers 403 to it.
pub async fn policy(jump: &JumpCloud) -> Result<PasswordPolicy, Problem> {
    let held = || {
        let guard = jump.policy.lock().unwrap_or_else(PoisonError::into_inner);
        guard.as_ref().filter(|held| held.read.elapsed() < POLICY_LIFE).map(|held| held.policy.clone())
    };
    if let Some(policy) = held() {
        return Ok(policy);
    }
    let id = match &jump.settings.org_id {
        Some(id) => id.clone(),
        None => {
            let all: Organizations = get(jump, "/api/organizations").await?;
            all.results.into_iter().next().map(|organization| organization.id).unwrap_or_default()
        }
    };
    let path = format!("/api/organizations/{}", Untrusted::from(id).url());
    let organization: Organization = get(jump, &path).await?;
    let policy = organization.settings.and_then(|settings| settings.password_policy).unwrap_or(PasswordPolicy {
        enable_max_login_attempts: false,
        max_login_attempts: None,
        enable_lockout_time_in_seconds: false,
        lockout_time_in_seconds: None,
    });
    let fresh = Cached { policy: policy.clone(), read: Instant::now() };
    *jump.policy.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
    Ok(policy)
}

async fn get<T: serde::de::DeserializeOwned>(jump: &JumpCloud, path: &str) -> Result<T, Problem> {
    let answer = auth::read(jump, Request::get(jump.url(path))).await?;
    if answer.status != 200 {
        return Err(errors::problem(&answer));
    }
    serde_json::from_slice(&answer.body).map_err(|e| errors::not_understood(&answer, &e.to_string()))
}

/// Why an account is locked. Attempts up to the limit speak for themselves; with fewer, the events decide:
/// a lockout event means failed sign-ins, a readable trail without one an administrator's lock action.
pub async fn cause(
    jump: &JumpCloud,
    id: &Untrusted,
    attempts: Option<u32>,
    limit: Option<u32>,
    since: Option<Timestamp>,
) -> Cause {
    match (attempts, limit) {
        (Some(attempts), Some(limit)) if attempts >= limit => return Cause::BadPasswords,
        (None, _) | (_, None) => return Cause::Unknown,
        _ => {}
    }
    let Ok(events) = events(jump, id).await else { return Cause::Unknown };
    let Some(since) = since.filter(|since| jump.http.server_now().duration_since(*since) < WINDOW) else {
        return Cause::Unknown;
    };
    let lockout = events.iter().any(|(at, kind)| kind == "user_lockout" && at.duration_since(since).abs() < SAME_LOCK);
    if lockout { Cause::BadPasswords } else { Cause::Admin }
}

async fn events(jump: &JumpCloud, id: &Untrusted) -> Result<Vec<(Timestamp, String)>, Problem> {
    let start = (jump.http.server_now() - WINDOW).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let body = json!({
        "service": ["directory"], "start_time": start, "sort": "DESC", "limit": 50,
        "search_term": {"and": [{"resource.id": id.as_data()}, {"event_type": ["user_lockout", "user_unlocked"]}]},
    });
    let answer = errors::read_json(jump, below(&jump.insights, "/insights/directory/v1/events"), &body).await?;
    if answer.status != 200 {
        return Err(errors::problem(&answer));
    }
    let events: Vec<Event> =
        serde_json::from_slice(&answer.body).map_err(|e| errors::not_understood(&answer, &e.to_string()))?;
    Ok(events
        .into_iter()
        .filter(|event| event.resource.as_ref().and_then(|resource| resource.id.as_ref()) == Some(id))
        .filter_map(|event| Some((event.timestamp?.as_data().parse().ok()?, event.kind?.as_data().to_owned())))
        .collect())
}
