//! Users: search, read, unlock, write.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::sim::context::{Answer, SimContext, Told};
use crate::sim::world::{JumpCloudUser, SimPerson};

use super::{Sim, bad_request, bodies, error, is_id, not_found, text};

/// What is answered about the user of that id; or the refusal.
fn with<T>(shared: &SimContext, id: &str, act: impl FnOnce(&mut SimPerson) -> Option<T>) -> Result<T, Told> {
    if !is_id(id) {
        return Err(bad_request("invalid id"));
    }
    shared.world().jumpcloud(id, shared.now()).and_then(act).ok_or_else(not_found)
}

fn painted(person: &SimPerson) -> Option<Value> {
    person.jumpcloud.as_ref().map(|user| bodies::user(person, user, user.locked_at.is_some()))
}

pub async fn one(State(shared): Sim, Path(id): Path<String>) -> Answer {
    with(&shared, &id, |person| painted(person)).map(Json)
}

/// `GET /api/systemusers`: `filter=name:$eq:value`, at most 100 rows.
pub async fn list(State(shared): Sim, Query(query): Query<HashMap<String, String>>) -> Answer {
    let number = |name: &str, usual: usize| query.get(name).map_or(Some(usual), |text| text.parse().ok());
    let (Some(limit), Some(skip)) = (number("limit", 10).filter(|limit| *limit <= 100), number("skip", 0)) else {
        return Err(bad_request("limit or skip"));
    };
    let filter: Option<Vec<&str>> = query.get("filter").map(|filter| filter.splitn(3, ':').collect());
    if filter.as_deref().is_some_and(|parts| !matches!(parts, [_, "$eq" | "$ne", _])) {
        return Err(bad_request("invalid filter"));
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
    Ok(Json(json!({"totalCount": rows.len(), "results": page})))
}

/// No body; the answer is the text `OK` and no user.
pub async fn unlock(
    State(shared): Sim,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Told> {
    if text(&headers, "content-length").is_none() {
        return Err(error(StatusCode::LENGTH_REQUIRED, "Length Required"));
    }
    if !body.is_empty() {
        return Err(bad_request("no body expected"));
    }
    let now = shared.now();
    with(&shared, &id, |person| person.jumpcloud.as_mut().map(|user| user.unlock(now)))?;
    // Whoever asks for JSON gets a JSON string.
    let wants_json = text(&headers, "accept").is_some_and(|accept| accept.starts_with("application/json"));
    Ok(if wants_json { Json("OK").into_response() } else { "OK".into_response() })
}

/// Of the writable keys only the lock matters here.
pub async fn put(State(shared): Sim, Path(id): Path<String>, body: Bytes) -> Answer {
    let change: Value = serde_json::from_slice(&body).map_err(|_| bad_request("invalid body"))?;
    let locks = change.get("account_locked");
    if locks.is_some_and(|locks| !locks.is_boolean()) {
        return Err(bad_request("account_locked must be a boolean"));
    }
    let now = shared.now();
    with(&shared, &id, |person| {
        let user = person.jumpcloud.as_mut()?;
        match locks.and_then(Value::as_bool) {
            Some(false) => user.unlock(now),
            Some(true) => user.lock_on_purpose(now),
            None => {}
        }
        painted(person)
    })
    .map(Json)
}

/// The body of a search; a member that the service doesn't know is refused.
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

/// What is looked for, and in which fields.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SearchFilter {
    search_term: Value,
    fields: Vec<String>,
}

/// `POST /api/search/systemusers`: at most 100 rows; lags behind reads.
pub async fn search(State(shared): Sim, body: Bytes) -> Answer {
    let search: Search = serde_json::from_slice(&body).map_err(|_| bad_request("invalid body"))?;
    let limit = search.limit.unwrap_or(10);
    if limit > 100 {
        return Err(bad_request("request parameter \"limit\" exceeds maximum value of 100"));
    }
    let terms: Vec<String> = match search.text.as_ref().map(|filter| &filter.search_term) {
        Some(Value::String(term)) => vec![term.to_lowercase()],
        Some(Value::Array(terms)) => terms.iter().filter_map(Value::as_str).map(str::to_lowercase).collect(),
        _ => Vec::new(),
    };
    let fields = search.text.map(|filter| filter.fields).unwrap_or_default();
    let now = shared.now();
    let mut world = shared.world();
    let row = |(person, user): &(&SimPerson, &JumpCloudUser)| bodies::user(person, user, user.indexed_lock(now));
    let is_asked_for = |one: &(&SimPerson, &JumpCloudUser)| {
        let fits_term = |term: &String| {
            fields.iter().any(|field| text_of(one.0, field).is_some_and(|own| own.contains(term.as_str())))
        };
        (terms.is_empty() || terms.iter().any(fits_term))
            && search.filter.as_ref().is_none_or(|filter| fits(&row(one), filter))
    };
    let found: Vec<_> = world.jumpcloud_users(now).filter(is_asked_for).collect();
    let results: Vec<Value> = found.iter().skip(search.skip.unwrap_or(0)).take(limit).map(row).collect();
    Ok(Json(json!({"totalCount": found.len(), "results": results})))
}

/// The searched fields of a person, in lower case.
fn text_of(person: &SimPerson, field: &str) -> Option<String> {
    let text = match field {
        "username" => person.username.clone(),
        "email" => person.email.clone()?,
        "displayname" => person.name(),
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
