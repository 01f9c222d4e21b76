//! The organisation's lockout policy, and what Directory Insights tells of a lock.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::domain::{Cause, Problem, Untrusted};
use crate::provider::api_client::below;
use crate::provider::http::Request;
use crate::provider::json::Object;

use super::JumpCloud;
use super::wire::{ORGANIZATION, ORGANIZATIONS};

/// How far back the events are asked for.
const WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);
/// An event of a lock and the lock's own date may differ by this much.
const SAME_LOCK: SignedDuration = SignedDuration::from_secs(120);

/// The part of the organisation's password policy that locks; what it doesn't tell is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct LockoutPolicy {
    /// Whether failed sign-ins lock.
    pub locks: Option<bool>,
    /// How many failed sign-ins lock.
    pub limit: Option<u32>,
    /// How long such a lock lasts, in seconds, where it ends by itself.
    pub lasts: Option<i64>,
}

/// The policy of that organisation, or else of the configured or the first one. Organisations are read without
/// `x-org-id`: the route answers 403 to it.
pub async fn policy(jump: &JumpCloud, organization: Option<Untrusted>) -> Result<LockoutPolicy, Problem> {
    let id = match organization.or_else(|| jump.org_id.clone()) {
        Some(id) => id,
        None => first_organization(jump).await?,
    };
    let url = jump.client.url(&format!("/api/organizations/{}", id.url()));
    let fetch = async {
        let organization = jump.client.get(url, &ORGANIZATION).await?;
        let settings = organization.object("settings").unwrap_or_default();
        let policy = settings.object("passwordPolicy").unwrap_or_default();
        let locks = policy.flag("enableMaxLoginAttempts");
        let ends = policy.flag("enableLockoutTimeInSeconds");
        Ok(LockoutPolicy {
            locks,
            limit: policy.count("maxLoginAttempts").filter(|_| locks == Some(true)),
            lasts: policy.integer("lockoutTimeInSeconds").filter(|_| ends == Some(true)),
        })
    };
    jump.policies.get(id, fetch).await
}

async fn first_organization(jump: &JumpCloud) -> Result<Untrusted, Problem> {
    let all = jump.client.get(jump.client.url("/api/organizations"), &ORGANIZATIONS).await?;
    Ok(all.objects("results").iter().find_map(|organization| organization.text("_id")).unwrap_or_default())
}

/// Why an account is locked. Attempts up to the limit speak for themselves; with fewer, an event has to say it: nothing
/// is concluded from an event that isn't there.
pub async fn cause(
    jump: &JumpCloud,
    id: &Untrusted,
    attempts: Option<u32>,
    limit: Option<u32>,
    since: Option<Timestamp>,
) -> (Cause, Option<Problem>) {
    if let (Some(attempts), Some(limit)) = (attempts, limit)
        && attempts >= limit
    {
        return (Cause::BadPasswords, None);
    }
    let recent = |since: &Timestamp| jump.client.http.server_now().duration_since(*since) < WINDOW;
    let Some(since) = since.filter(recent) else { return (Cause::Unknown, None) };
    let events = match events(jump, id).await {
        Ok(events) => events,
        Err(problem) => return (Cause::Unknown, Some(problem)),
    };
    let of_lock =
        |event: &&Object| event.moment("timestamp").is_some_and(|at| at.duration_since(since).abs() < SAME_LOCK);
    let kind = |event: &Object, word| event.text("event_type").is_some_and(|kind| kind.as_data() == word);
    let mut of_lock = events.iter().filter(of_lock);
    let cause = if of_lock.clone().any(|event| kind(event, "user_lockout")) {
        Cause::BadPasswords
    } else if of_lock.any(|event| kind(event, "user_update") && locks_on_purpose(event)) {
        Cause::Admin
    } else {
        Cause::Unknown
    };
    (cause, None)
}

/// An administrator's change that locked the user (Directory Insights: `changes`, `initiated_by`).
fn locks_on_purpose(event: &Object) -> bool {
    let by_admin = event.inner_text("initiated_by", "type").is_some_and(|kind| kind.same_name("admin"));
    let locks = |change: &Object| {
        change.text("field").is_some_and(|field| field.as_data() == "account_locked") && change.flag("to") == Some(true)
    };
    by_admin && event.objects("changes").iter().any(locks)
}

async fn events(jump: &JumpCloud, id: &Untrusted) -> Result<Vec<Object>, Problem> {
    let kinds = ["user_lockout", "user_unlocked", "user_update"];
    let search = json!({"and": [{"resource.id": id.as_data()}, {"event_type": kinds}]});
    let mut events = insights(jump, WINDOW, 50, Some(search)).await?;
    events.retain(|event| event.inner_text("resource", "id").as_ref() == Some(id));
    Ok(events)
}

/// Events of the last while, the newest first: a bare list.
pub async fn insights(
    jump: &JumpCloud,
    window: SignedDuration,
    limit: u32,
    search: Option<serde_json::Value>,
) -> Result<Vec<Object>, Problem> {
    let start = (jump.client.http.server_now() - window).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut body = json!({"service": ["directory", "systems"], "start_time": start, "sort": "DESC", "limit": limit});
    if let (Some(search), Some(body)) = (search, body.as_object_mut()) {
        body.insert("search_term".to_owned(), search);
    }
    let url = below(&jump.insights, "/insights/directory/v1/events");
    let response = jump.client.read(Request::post_json(url, &body)).await?;
    response.json().ok_or_else(|| jump.client.spec.not_understood(&response, "no list of events"))
}
