//! Users: search, read, unlock, write.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Jump, bodies, error, text};
use crate::sim::world::SimPerson;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Search {
    filter: Option<Value>,
    #[serde(rename = "searchFilter")]
    text: Option<SearchFilter>,
    #[serde(rename = "fields")]
    _fields: Option<String>,
    limit: Option<usize>,
    skip: Option<usize>,
    #[serde(rename = "sort")]
    _sort: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SearchFilter {
    search_term: Value,
    fields: Vec<String>,
}

/// `POST /api/search/systemusers`: at most 100 rows; lags behind reads.
pub async fn search(State(jump): State<Arc<Jump>>, body: Bytes) -> Response {
    let Ok(search) = serde_json::from_slice::<Search>(&body) else {
        return error(StatusCode::BAD_REQUEST, "Bad Request: invalid body");
    };
    let limit = search.limit.unwrap_or(10);
    if limit > 100 {
        return error(StatusCode::BAD_REQUEST, "Bad Request: request parameter \"limit\" exceeds maximum value of 100");
    }
    let terms: Vec<String> = match search.text.as_ref().map(|filter| &filter.search_term) {
        Some(Value::String(term)) => vec![term.to_lowercase()],
        Some(Value::Array(terms)) => terms.iter().filter_map(Value::as_str).map(str::to_lowercase).collect(),
        _ => Vec::new(),
    };
    let fields = search.text.map(|filter| filter.fields).unwrap_or_default();
    let now = jump.shared.now();
    let mut world = jump.shared.world();
    let mut found: Vec<usize> = Vec::new();
    for at in world.by_jumpcloud_id.clone() {
        let Some(person) = world.people.get_mut(at) else { continue };
        let Some(user) = person.jumpcloud.as_mut() else { continue };
        user.catch_up(now);
        let Some(user) = person.jumpcloud.as_ref() else { continue };
        let fits_term = |term: &String| {
            fields.iter().any(|field| text_of(person, field).is_some_and(|own| own.contains(term.as_str())))
        };
        let fits_filter = |filter: &Value| fits(&bodies::user(person, user, user.indexed_lock(now)), filter);
        if (terms.is_empty() || terms.iter().any(fits_term)) && search.filter.as_ref().is_none_or(fits_filter) {
            found.push(at);
        }
    }
    let total = found.len();
    let row = |at: &usize| {
        let person = world.people.get(*at)?;
        let user = person.jumpcloud.as_ref()?;
        Some(bodies::user(person, user, user.indexed_lock(now)))
    };
    let results: Vec<Value> = found.iter().skip(search.skip.unwrap_or(0)).take(limit).filter_map(row).collect();
    Json(json!({"totalCount": total, "results": results})).into_response()
}

/// The searched fields of a person, in lower case.
fn text_of(person: &SimPerson, field: &str) -> Option<String> {
    let text = match field {
        "username" => person.username.clone(),
        "email" => person.email.clone()?,
        "displayname" => format!("{} {}", person.given, person.family),
        "firstname" => person.given.clone(),
        "lastname" => person.family.clone(),
        "employeeIdentifier" => person.employee_id.clone()?,
        _ => return None,
    };
    Some(text.to_lowercase())
}

/// `{"and":[{…}]}`, `{"or":[{…}]}` or a bare array that must match whole; plain equality.
fn fits(row: &Value, filter: &Value) -> bool {
    let one = |condition: &Value| {
        condition
            .as_object()
            .is_some_and(|condition| condition.iter().all(|(name, value)| row.get(name) == Some(value)))
    };
    let list = |name: &str| filter.get(name).and_then(Value::as_array);
    match (filter.as_array().or_else(|| list("and")), list("or")) {
        (Some(all), _) => all.iter().all(one),
        (None, Some(any)) => any.iter().any(one),
        (None, None) => false,
    }
}

fn is_id(id: &str) -> bool {
    id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit())
}

fn with(jump: &Jump, id: &str, act: impl FnOnce(&mut SimPerson) -> Response) -> Response {
    if !is_id(id) {
        return error(StatusCode::BAD_REQUEST, "Bad Request: invalid id");
    }
    let mut world = jump.shared.world();
    match world.jumpcloud(id, jump.shared.now()) {
        Some(person) => act(person),
        None => error(StatusCode::NOT_FOUND, "Not Found"),
    }
}

fn painted(person: &SimPerson) -> Response {
    match &person.jumpcloud {
        Some(user) => Json(bodies::user(person, user, user.locked_at.is_some())).into_response(),
        None => error(StatusCode::NOT_FOUND, "Not Found"),
    }
}

pub async fn one(State(jump): State<Arc<Jump>>, Path(id): Path<String>) -> Response {
    with(&jump, &id, |person| painted(person))
}

/// `GET /api/systemusers`: `filter=name:$eq:value`, at most 100 rows.
pub async fn list(State(jump): State<Arc<Jump>>, Query(query): Query<HashMap<String, String>>) -> Response {
    let filter = query.get("filter").map(|filter| filter.splitn(3, ':').collect::<Vec<_>>());
    let number = |name: &str, usual: usize| query.get(name).map_or(Some(usual), |text| text.parse().ok());
    let (Some(limit), Some(skip)) = (number("limit", 10).filter(|limit| *limit <= 100), number("skip", 0)) else {
        return error(StatusCode::BAD_REQUEST, "Bad Request: limit or skip");
    };
    let world = jump.shared.world();
    let mut rows = Vec::new();
    for person in &world.people {
        let Some(user) = &person.jumpcloud else { continue };
        let row = bodies::user(person, user, user.locked_at.is_some());
        let fits = match filter.as_deref() {
            None => true,
            Some([name, operator @ ("$eq" | "$ne"), value]) => {
                let own = match row.get(*name) {
                    Some(Value::String(text)) => text.clone(),
                    own => own.map(ToString::to_string).unwrap_or_default(),
                };
                (own == **value) == (*operator == "$eq")
            }
            Some(_) => return error(StatusCode::BAD_REQUEST, "Bad Request: invalid filter"),
        };
        if fits {
            rows.push(row);
        }
    }
    let total = rows.len();
    Json(json!({"totalCount": total, "results": rows.into_iter().skip(skip).take(limit).collect::<Vec<_>>()}))
        .into_response()
}

/// No body; the answer is the text `OK` and no user.
pub async fn unlock(
    State(jump): State<Arc<Jump>>,
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
    let now = jump.shared.now();
    with(&jump, &id, |person| {
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
pub async fn put(State(jump): State<Arc<Jump>>, Path(id): Path<String>, body: Bytes) -> Response {
    let Ok(change) = serde_json::from_slice::<Value>(&body) else {
        return error(StatusCode::BAD_REQUEST, "Bad Request: invalid body");
    };
    let locks = change.get("account_locked");
    if locks.is_some_and(|locks| !locks.is_boolean()) {
        return error(StatusCode::BAD_REQUEST, "Bad Request: account_locked must be a boolean");
    }
    let now = jump.shared.now();
    with(&jump, &id, |person| {
        if let Some(user) = person.jumpcloud.as_mut() {
            match locks.and_then(Value::as_bool) {
                Some(false) => user.unlock(now),
                Some(true) => user.lock_on_purpose(now),
                None => {}
            }
        }
        painted(person)
    })
}
