//! The search of users, with its filters.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::sim::jumpcloud::{JumpCloudSim, bodies, error};
use crate::sim::world::SimPerson;

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
pub async fn search(State(jump): State<Arc<JumpCloudSim>>, body: Bytes) -> Response {
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

pub(super) fn is_id(id: &str) -> bool {
    id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit())
}

pub(super) fn with(jump: &JumpCloudSim, id: &str, act: impl FnOnce(&mut SimPerson) -> Response) -> Response {
    if !is_id(id) {
        return error(StatusCode::BAD_REQUEST, "Bad Request: invalid id");
    }
    let mut world = jump.shared.world();
    match world.jumpcloud(id, jump.shared.now()) {
        Some(person) => act(person),
        None => error(StatusCode::NOT_FOUND, "Not Found"),
    }
}
