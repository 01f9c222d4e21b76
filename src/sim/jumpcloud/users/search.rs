//! The search of users, with its filters.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::sim::context::SimContext;
use crate::sim::jumpcloud::{bodies, error, is_id};
use crate::sim::world::{JumpCloudUser, SimPerson};

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Search {
    pub(super) filter: Option<Value>,
    #[serde(rename = "searchFilter")]
    pub(super) text: Option<SearchFilter>,
    #[serde(rename = "fields")]
    pub(super) _fields: Option<String>,
    pub(super) limit: Option<usize>,
    pub(super) skip: Option<usize>,
    #[serde(rename = "sort")]
    pub(super) _sort: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SearchFilter {
    pub(super) search_term: Value,
    pub(super) fields: Vec<String>,
}

/// `POST /api/search/systemusers`: at most 100 rows; lags behind reads.
pub async fn search(State(shared): State<Arc<SimContext>>, body: Bytes) -> Response {
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
    Json(json!({"totalCount": found.len(), "results": results})).into_response()
}

/// The searched fields of a person, in lower case.
pub(super) fn text_of(person: &SimPerson, field: &str) -> Option<String> {
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
pub(super) fn fits(row: &Value, filter: &Value) -> bool {
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

pub(super) fn with(shared: &SimContext, id: &str, act: impl FnOnce(&mut SimPerson) -> Response) -> Response {
    if !is_id(id) {
        return error(StatusCode::BAD_REQUEST, "Bad Request: invalid id");
    }
    let mut world = shared.world();
    match world.jumpcloud(id, shared.now()) {
        Some(person) => act(person),
        None => error(StatusCode::NOT_FOUND, "Not Found"),
    }
}
