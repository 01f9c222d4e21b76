//! Users: search, read, unlock, write.

mod search;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::sim::context::SimContext;
use crate::sim::world::SimPerson;

use super::{bodies, error, text};
use search::with;

pub use search::search;

fn painted(person: &SimPerson) -> Option<Value> {
    person.jumpcloud.as_ref().map(|user| bodies::user(person, user, user.locked_at.is_some()))
}

fn answered(person: &SimPerson) -> Response {
    painted(person).map_or_else(|| error(StatusCode::NOT_FOUND, "Not Found"), |user| Json(user).into_response())
}

pub async fn one(State(shared): State<Arc<SimContext>>, Path(id): Path<String>) -> Response {
    with(&shared, &id, |person| answered(person))
}

/// `GET /api/systemusers`: `filter=name:$eq:value`, at most 100 rows.
pub async fn list(State(shared): State<Arc<SimContext>>, Query(query): Query<HashMap<String, String>>) -> Response {
    let number = |name: &str, usual: usize| query.get(name).map_or(Some(usual), |text| text.parse().ok());
    let (Some(limit), Some(skip)) = (number("limit", 10).filter(|limit| *limit <= 100), number("skip", 0)) else {
        return error(StatusCode::BAD_REQUEST, "Bad Request: limit or skip");
    };
    let filter: Option<Vec<&str>> = query.get("filter").map(|filter| filter.splitn(3, ':').collect());
    if filter.as_deref().is_some_and(|parts| !matches!(parts, [_, "$eq" | "$ne", _])) {
        return error(StatusCode::BAD_REQUEST, "Bad Request: invalid filter");
    }
    let world = shared.world();
    let fits = |row: &Value| {
        let Some([name, operator, value]) = filter.as_deref() else { return true };
        let own = match row.get(*name) {
            Some(Value::String(text)) => text.clone(),
            own => own.map(ToString::to_string).unwrap_or_default(),
        };
        (own == **value) == (*operator == "$eq")
    };
    let rows: Vec<Value> = world.people.iter().filter_map(painted).filter(fits).collect();
    let page: Vec<&Value> = rows.iter().skip(skip).take(limit).collect();
    Json(json!({"totalCount": rows.len(), "results": page})).into_response()
}

/// No body; the answer is the text `OK` and no user.
pub async fn unlock(
    State(shared): State<Arc<SimContext>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if text(&headers, "content-length").is_none() {
        return error(StatusCode::LENGTH_REQUIRED, "Length Required");
    }
    if !body.is_empty() {
        return error(StatusCode::BAD_REQUEST, "Bad Request: no body expected");
    }
    let now = shared.now();
    with(&shared, &id, |person| {
        if let Some(user) = person.jumpcloud.as_mut() {
            user.unlock(now);
        }
        // Whoever asks for JSON gets a JSON string.
        if text(&headers, "accept").is_some_and(|accept| accept.starts_with("application/json")) {
            return Json("OK").into_response();
        }
        ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "OK").into_response()
    })
}

/// Of the writable keys only the lock matters here.
pub async fn put(State(shared): State<Arc<SimContext>>, Path(id): Path<String>, body: Bytes) -> Response {
    let Ok(change) = serde_json::from_slice::<Value>(&body) else {
        return error(StatusCode::BAD_REQUEST, "Bad Request: invalid body");
    };
    let locks = change.get("account_locked");
    if locks.is_some_and(|locks| !locks.is_boolean()) {
        return error(StatusCode::BAD_REQUEST, "Bad Request: account_locked must be a boolean");
    }
    let now = shared.now();
    with(&shared, &id, |person| {
        if let Some(user) = person.jumpcloud.as_mut() {
            match locks.and_then(Value::as_bool) {
                Some(false) => user.unlock(now),
                Some(true) => user.lock_on_purpose(now),
                None => {}
            }
        }
        answered(person)
    })
}
