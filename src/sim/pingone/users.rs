//! Users: list with filter and cursor, read, password state, policy.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::sim::world::{FAILURE_COUNT, LOCK_SECONDS};

use super::{ENVIRONMENT, POLICY, PingOneSim, bodies, error_body, scim};

/// The largest page (paging-ordering-collections).
const LARGEST_PAGE: usize = 200;
/// The page where none is asked for.
const USUAL_PAGE: usize = 100;

type Params = HashMap<String, String>;

pub async fn list(State(ping): State<Arc<PingOneSim>>, Query(params): Query<Params>) -> Response {
    let filter = match params.get("filter").map(|text| scim::parse(text)).transpose() {
        Ok(filter) => filter,
        Err(why) => return error_body::invalid_filter(&why, scim::ATTRIBUTES, scim::OPERATORS),
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
    let mut rows = Vec::new();
    let mut count = 0usize;
    let places = match filter.as_ref().and_then(scim::ScimFilter::names) {
        Some(names) => world.named(&names),
        None => (0..world.people.len()).collect(),
    };
    for at in places {
        let Some(person) = world.people.get_mut(at) else { continue };
        let Some(user) = person.pingone.as_mut() else { continue };
        user.catch_up(now);
        let (person, user) = (&*person, person.pingone.as_ref());
        let Some(user) = user.filter(|user| filter.as_ref().is_none_or(|filter| filter.fits(person, user))) else {
            continue;
        };
        if count >= from && rows.len() < limit {
            rows.push(bodies::user(&ping.base, person, user, now));
        }
        count += 1;
    }
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
    let mut links = json!({"self": page((from > 0).then_some(from))});
    let next = from + rows.len();
    if next < count
        && let Some(links) = links.as_object_mut()
    {
        links.insert("next".to_owned(), page(Some(next)));
    }
    Json(json!({"_links": links, "_embedded": {"users": rows}, "count": count, "size": rows.len()})).into_response()
}

fn position(cursor: &str) -> Option<usize> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?.strip_prefix("at:")?.parse().ok()
}

/// The user of a path, painted; or the refusal.
fn painted(
    ping: &PingOneSim,
    path: &Params,
    paint: impl FnOnce(&crate::sim::world::SimPerson, &crate::sim::world::PingOneUser) -> Value,
) -> Response {
    let id = path.get("id").map(String::as_str).unwrap_or_default();
    if uuid::Uuid::try_parse(id).is_err() {
        return error_body::bad_id();
    }
    let mut world = ping.shared.world();
    match world.pingone(id, ping.shared.now()).and_then(|person| Some((&*person, person.pingone.as_ref()?))) {
        Some((person, user)) => Json(paint(person, user)).into_response(),
        None => error_body::not_found(),
    }
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
    painted(&ping, &path, |person, user| {
        let mut painted = bodies::user(&ping.base, person, user, now);
        if let Some(asked) = include
            && let Some(groups) = bodies::groups(person, asked)
        {
            painted.as_object_mut().map(|members| members.insert(asked.clone(), groups));
        }
        painted
    })
}

pub async fn password(State(ping): State<Arc<PingOneSim>>, Path(path): Path<Params>) -> Response {
    let now = ping.shared.now();
    painted(&ping, &path, |_, user| bodies::password(&ping.base, user, now))
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
