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
    let scope = members.get("scope").and_then(Value::as_str).unwrap_or("All");
    if !["All", "TotpEnrolledAccounts"].contains(&scope) {
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
    let items = body.pointer("/criteria/objectTypes/0/items").unwrap_or(&Value::Null);
    let limit = members.get("sizeLimit").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let limit = limit.map_or(MOST, |limit| limit.min(MOST));
    let mut wrong = None;
    let (found, more) = collect(&adaxes, properties, (from, limit), |person, user| {
        fits(items, person, user).unwrap_or_else(|why| {
            wrong = Some(why);
            false
        })
    });
    if let Some(why) = wrong {
        return refused(StatusCode::BAD_REQUEST, "badRequest", why);
    }
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
    mut fits: impl FnMut(&SimPerson, &AdaxesUser) -> bool,
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

/// Whether somebody fits criteria: Compound (`logicalOperator` 0 or, 1 and), Simple, Advanced.
fn fits(item: &Value, person: &SimPerson, user: &AdaxesUser) -> Result<bool, &'static str> {
    let Some(members) = item.as_object().filter(|members| !members.is_empty()) else { return Ok(true) };
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let kind = members.get("type").cloned().unwrap_or_default();
    if kind == "Compound" || kind == 1 {
        let items = members.get("items").and_then(Value::as_array).into_iter().flatten();
        let each: Vec<bool> = items.map(|item| fits(item, person, user)).collect::<Result<_, _>>()?;
        let is_and = members.get("logicalOperator").is_some_and(|operator| *operator == 1);
        return Ok(if is_and { each.iter().all(|fit| *fit) } else { each.iter().any(|fit| *fit) });
    }
    if kind == "Advanced" || kind == 2 {
        return Ok(ldap::fits(text("ldapFilter").ok_or("An LDAP filter is required.")?, person, user));
    }
    let property = text("property").ok_or("A property is required.")?;
    let operator = text("operator").ok_or("An operator is required.")?;
    let value = item.pointer("/values/0/value").ok_or("A value is required.")?;
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned).to_lowercase();
    let own = ldap::attribute(property, person, user).unwrap_or_default().to_lowercase();
    match operator {
        "eq" => Ok(own == value),
        "contains" => Ok(own.contains(&value)),
        "gt" => Ok(own.parse::<i64>().unwrap_or(0) > value.parse().unwrap_or(0)),
        _ => Err("The operator is not supported."),
    }
}
