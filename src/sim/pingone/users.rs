//! Users: list with filter and cursor, read, password state, policy.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::sim::context::present;
use crate::sim::world::{FAILURE_COUNT, LOCK_SECONDS, PingOneUser, SimPerson};

use super::{ENVIRONMENT, POLICY, PingOneSim, bodies, error_body, scim};

/// The largest page (paging-ordering-collections).
const LARGEST_PAGE: usize = 200;
/// The page where none is asked for.
const USUAL_PAGE: usize = 100;

pub type Params = HashMap<String, String>;

pub async fn list(State(ping): State<Arc<PingOneSim>>, Query(params): Query<Params>) -> Response {
    let filter = match params.get("filter").map(|text| scim::parse(text)).transpose() {
        Ok(filter) => filter,
        Err(why) => return error_body::invalid_filter(&why, &scim::ATTRIBUTES.map(|row| row.0), scim::OPERATORS),
    };
    let limit = match params.get("limit").map(|text| text.parse::<usize>()) {
        None => USUAL_PAGE,
        Some(Ok(limit)) if (1..=1000).contains(&limit) => limit.min(LARGEST_PAGE),
        Some(_) => return error_body::bad_id(),
    };
    let from = match params.get("cursor").map(|cursor| position(cursor)) {
        None => 0,
        Some(Some(from)) => from,
        Some(None) => return error_body::bad_id(),
    };
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
    Json(json!({"_links": links, "_embedded": {"users": rows}, "count": found.len(), "size": rows.len()}))
        .into_response()
}

fn position(cursor: &str) -> Option<usize> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?.strip_prefix("at:")?.parse().ok()
}

/// What is answered about the user of a path; or the refusal.
pub fn answer(ping: &PingOneSim, path: &Params, act: impl FnOnce(&mut SimPerson) -> Option<Value>) -> Response {
    let id = path.get("id").map(String::as_str).unwrap_or_default();
    if uuid::Uuid::try_parse(id).is_err() {
        return error_body::bad_id();
    }
    let mut world = ping.shared.world();
    world
        .pingone(id, ping.shared.now())
        .and_then(act)
        .map_or_else(error_body::not_found, |body| Json(body).into_response())
}

pub async fn one(
    State(ping): State<Arc<PingOneSim>>,
    Path(path): Path<Params>,
    Query(params): Query<Params>,
) -> Response {
    let now = ping.shared.now();
    // One value, of the two there are.
    let include = params.get("include");
    if include.is_some_and(|include| !["memberOfGroupNames", "memberOfGroupIDs"].contains(&include.as_str())) {
        return error_body::bad_id();
    }
    answer(&ping, &path, |person| {
        let mut painted = bodies::user(&ping.base, person, person.pingone.as_ref()?, now);
        if let (Some(asked), Some(members)) = (include, painted.as_object_mut()) {
            members.insert(asked.clone(), bodies::groups(person, asked));
        }
        Some(painted)
    })
}

pub async fn password(State(ping): State<Arc<PingOneSim>>, Path(path): Path<Params>) -> Response {
    let now = ping.shared.now();
    answer(&ping, &path, |person| Some(bodies::password(&ping.base, person.pingone.as_ref()?, now)))
}

pub async fn policy(Path(path): Path<Params>) -> Response {
    if path.get("id").map(String::as_str) != Some(POLICY) {
        return error_body::not_found();
    }
    Json(json!({
        "id": POLICY,
        "name": "Standard",
        "environment": {"id": ENVIRONMENT},
        "default": true,
        "lockout": {"failureCount": FAILURE_COUNT, "durationSeconds": LOCK_SECONDS},
    }))
    .into_response()
}
