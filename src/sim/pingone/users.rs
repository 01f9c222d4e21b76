//! Users: list with filter and cursor, read, password state, policy; the unlocks of account and password, and the lock
//! that an administrator sets.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::sim::context::{Answer, present};
use crate::sim::world::{FAILURE_COUNT, LOCK_SECONDS, PingOneUser, SimPerson};

use super::{ENVIRONMENT, POLICY, PingOneSim, Sim, bodies, check, error_body, external, scim};

/// The largest page (paging-ordering-collections).
const LARGEST_PAGE: usize = 200;
/// The page where none is asked for.
const USUAL_PAGE: usize = 100;

const UNLOCK: &str = "application/vnd.pingidentity.account.unlock+json";
const LOCK: &str = "application/vnd.pingidentity.account.lock+json";
const PASSWORD: &str = "application/vnd.pingidentity.password.unlock+json";

/// The variable parts of an address, or its query.
type Params = HashMap<String, String>;

pub async fn list(State(ping): Sim, Query(params): Query<Params>) -> Answer {
    let filter = params.get("filter").map(|text| scim::parse(text)).transpose();
    let attributes = scim::ATTRIBUTES.map(|row| row.0);
    let filter = filter.map_err(|why| error_body::invalid_filter(&why, &attributes, scim::OPERATORS))?;
    let size = |text: &String| text.parse().ok().filter(|limit| (1..=1000).contains(limit));
    let limit = params.get("limit").map_or(Some(USUAL_PAGE), size).ok_or_else(error_body::bad_id)?.min(LARGEST_PAGE);
    let place = |cursor: &String| position(cursor);
    let from = params.get("cursor").map_or(Some(0), place).ok_or_else(error_body::bad_id)?;
    let now = ping.shared.now();
    let mut world = ping.shared.world();
    let names = filter.as_ref().and_then(scim::ScimFilter::names);
    let fits = |(person, user): &(&SimPerson, &PingOneUser)| filter.as_ref().is_none_or(|it| it.fits(person, user));
    let found: Vec<_> = world.pingone_users(names.as_deref(), now).filter(fits).collect();
    let row = |(person, user): &(&SimPerson, &PingOneUser)| bodies::user(&ping.base, person, user, now);
    let rows: Vec<Value> = found.iter().skip(from).take(limit).map(row).collect();
    let own = format!("{}/environments/{ENVIRONMENT}/users", ping.base);
    let page = |cursor: Option<usize>| {
        let mut query: Vec<(&str, String)> = Vec::new();
        if let Some(filter) = params.get("filter") {
            query.push(("filter", filter.clone()));
        }
        query.push(("limit", limit.to_string()));
        if let Some(at) = cursor {
            query.push(("cursor", URL_SAFE_NO_PAD.encode(format!("at:{at}"))));
        }
        json!({"href": format!("{own}?{}", serde_urlencoded::to_string(query).unwrap_or_default())})
    };
    let next = from + rows.len();
    let links = present(json!({
        "self": page((from > 0).then_some(from)),
        "next": (next < found.len()).then(|| page(Some(next))),
    }));
    Ok(Json(json!({"_links": links, "_embedded": {"users": rows}, "count": found.len(), "size": rows.len()})))
}

fn position(cursor: &str) -> Option<usize> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?.strip_prefix("at:")?.parse().ok()
}

/// What is answered about the user of a path; or the refusal.
fn answer(ping: &PingOneSim, path: &Params, act: impl FnOnce(&mut SimPerson) -> Option<Value>) -> Answer {
    let id = path.get("id").map(String::as_str).unwrap_or_default();
    if uuid::Uuid::try_parse(id).is_err() {
        return Err(error_body::bad_id());
    }
    let mut world = ping.shared.world();
    world.pingone(id, ping.shared.now()).and_then(act).map(Json).ok_or_else(error_body::not_found)
}

pub async fn one(State(ping): Sim, Path(path): Path<Params>, Query(params): Query<Params>) -> Answer {
    let now = ping.shared.now();
    // One value, of the two there are.
    let include = params.get("include");
    if include.is_some_and(|include| !["memberOfGroupNames", "memberOfGroupIDs"].contains(&include.as_str())) {
        return Err(error_body::bad_id());
    }
    answer(&ping, &path, |person| {
        let mut painted = bodies::user(&ping.base, person, person.pingone.as_ref()?, now);
        if let (Some(asked), Some(members)) = (include, painted.as_object_mut()) {
            members.insert(asked.clone(), bodies::groups(person, asked));
        }
        Some(painted)
    })
}

pub async fn password(State(ping): Sim, Path(path): Path<Params>) -> Answer {
    let now = ping.shared.now();
    answer(&ping, &path, |person| Some(bodies::password(&ping.base, person.pingone.as_ref()?, now)))
}

pub async fn policy(Path(path): Path<Params>) -> Answer {
    if path.get("id").map(String::as_str) != Some(POLICY) {
        return Err(error_body::not_found());
    }
    Ok(Json(json!({
        "id": POLICY,
        "name": "Standard",
        "environment": {"id": ENVIRONMENT},
        "default": true,
        "lockout": {"failureCount": FAILURE_COUNT, "durationSeconds": LOCK_SECONDS},
    })))
}

pub async fn unlock_account(State(ping): Sim, Path(path): Path<Params>, headers: HeaderMap, body: Bytes) -> Answer {
    let locks = headers.get("content-type").is_some_and(|kind| kind == LOCK);
    act(&ping, &path, &headers, &body, if locks { LOCK } else { UNLOCK })
}

pub async fn unlock_password(State(ping): Sim, Path(path): Path<Params>, headers: HeaderMap, body: Bytes) -> Answer {
    act(&ping, &path, &headers, &body, PASSWORD)
}

fn act(ping: &PingOneSim, path: &Params, headers: &HeaderMap, body: &Bytes, media_type: &str) -> Answer {
    check(headers, body, media_type)?;
    let now = ping.shared.now();
    let transaction = external(headers, "x-ping-external-transaction-id");
    let session = external(headers, "x-ping-external-session-id");
    answer(ping, path, |person| {
        let user = person.pingone.as_mut()?;
        match media_type {
            PASSWORD => {
                user.unlock_password(now, transaction, session);
                return Some(bodies::password(&ping.base, user, now));
            }
            LOCK => {
                let until = serde_json::from_slice::<Value>(body).ok();
                user.lock_on_purpose(now, until.and_then(|body| body.get("unlockAt")?.as_str()?.parse().ok()));
            }
            _ => user.unlock_account(now, transaction, session),
        }
        Some(bodies::user(&ping.base, person, person.pingone.as_ref()?, now))
    })
}
