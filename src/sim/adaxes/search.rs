//! Searching: criteria by POST, or the 2021.1 form by GET.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::objects::paint;
use super::{AdaxesServer, groups, ldap, refused};
use crate::sim::context::present;
use crate::sim::world::{AdaxesUser, SimPerson};

/// The hard maximum of a search, without pages.
const MOST: usize = 1_000;

pub async fn new(State(adaxes): State<Arc<AdaxesServer>>, Json(body): Json<Value>) -> Response {
    let known = ["baseObject", "oneLevel", "criteria", "select", "scope", "sizeLimit", "cookie", "properties"];
    let Some(members) = body.as_object().filter(|members| members.keys().all(|key| known.contains(&key.as_str())))
    else {
        return refused(StatusCode::BAD_REQUEST, "badRequest", "The request body is malformed.");
    };
    // `properties` beside `select` is taken, and does nothing.
    let properties = body.pointer("/select/properties").and_then(Value::as_str).unwrap_or_default();
    if members.get("scope").is_some_and(|scope| scope != "All") {
        return refused(StatusCode::BAD_REQUEST, "badRequest", "The scope is not supported.");
    }
    if body.pointer("/criteria/objectTypes/0/type").is_some_and(|kind| kind == "group") {
        return groups_of(&adaxes, &body);
    }
    let from = match members.get("cookie").map(|cookie| cookie.as_str().and_then(|cookie| cookie.parse().ok())) {
        None => 0,
        Some(Some(from)) => from,
        Some(None) => return refused(StatusCode::BAD_REQUEST, "badRequest", "The cookie is invalid."),
    };
    let items = body.pointer("/criteria/objectTypes/0/items");
    let filter = items.and_then(|items| items.get("ldapFilter")?.as_str());
    if items.is_some() && filter.is_none() {
        return refused(StatusCode::BAD_REQUEST, "badRequest", "An LDAP filter is required.");
    }
    let limit = members.get("sizeLimit").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let limit = limit.map_or(MOST, |limit| limit.min(MOST));
    let fits = |person: &SimPerson, user: &AdaxesUser| filter.is_none_or(|filter| ldap::fits(filter, person, user));
    let (found, more) = collect(&adaxes, properties, (from, limit), fits);
    let cookie = more.then(|| (from + limit).to_string());
    Json(present(json!({"objects": found, "cookie": cookie}))).into_response()
}

/// 2021.1: `filter=LockedOutAccounts` or an LDAP filter of one kind.
pub async fn old(State(adaxes): State<Arc<AdaxesServer>>, Query(query): Query<HashMap<String, String>>) -> Response {
    let properties = query.get("properties").cloned().unwrap_or_default();
    let filter = query.get("filter").cloned().unwrap_or_default();
    let (found, _) = collect(&adaxes, &properties, (0, MOST), |person, user| ldap::fits(&filter, person, user));
    Json(json!(found)).into_response()
}

fn collect(
    adaxes: &AdaxesServer,
    properties: &str,
    (from, limit): (usize, usize),
    fits: impl Fn(&SimPerson, &AdaxesUser) -> bool,
) -> (Vec<Value>, bool) {
    let world = adaxes.shared.world();
    let users = world.people.iter().filter_map(|person| person.adaxes.as_ref().map(|user| (person, user)));
    let mut fitting = users.filter(|(person, user)| fits(person, user)).skip(from);
    let found = fitting.by_ref().take(limit).map(|(person, user)| paint(person, user, properties)).collect();
    (found, fitting.next().is_some())
}

/// The groups of a member, by the matching rule that follows them to their end.
fn groups_of(adaxes: &AdaxesServer, body: &Value) -> Response {
    let filter = body.pointer("/criteria/objectTypes/0/items/ldapFilter").and_then(Value::as_str).unwrap_or_default();
    let member = filter.strip_prefix("(member:1.2.840.113556.1.4.1941:=").and_then(|rest| rest.strip_suffix(')'));
    let Some(member) = member else {
        return refused(StatusCode::BAD_REQUEST, "badRequest", "The filter is not supported.");
    };
    let mut world = adaxes.shared.world();
    let found = world.adaxes(&ldap::unescaped(member)).map(|person| groups::in_chain(person)).unwrap_or_default();
    Json(json!({"objects": found})).into_response()
}
