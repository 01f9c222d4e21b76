//! Searching: criteria by POST, or the 2021.1 form by GET.

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::objects::{groups_in_chain, paint};
use super::{AdaxesServer, Params, Server, bad_request, ldap};
use crate::sim::context::{Answer, Told, present};
use crate::sim::world::{AdaxesUser, SimPerson};

/// The hard maximum of a search, without pages.
const MOST: usize = 1_000;

pub async fn new(State(adaxes): Server, Json(body): Json<Value>) -> Answer {
    let known = ["baseObject", "oneLevel", "criteria", "select", "scope", "sizeLimit", "cookie", "properties"];
    let members = body.as_object().filter(|members| members.keys().all(|key| known.contains(&key.as_str())));
    let members = members.ok_or_else(|| bad_request("The request body is malformed."))?;
    // `properties` beside `select` is taken, and does nothing.
    let properties = body.pointer("/select/properties").and_then(Value::as_str).unwrap_or_default();
    let scope = members.get("scope").and_then(Value::as_str).unwrap_or("All");
    if !["All", "TotpEnrolledAccounts"].contains(&scope) {
        return Err(bad_request("The scope is not supported."));
    }
    if body.pointer("/criteria/objectTypes/0/type").is_some_and(|kind| kind == "group") {
        return groups_of(&adaxes, &body);
    }
    let place = |cookie: &Value| cookie.as_str().and_then(|cookie| cookie.parse().ok());
    let from = members.get("cookie").map_or(Some(0), place).ok_or_else(|| bad_request("The cookie is invalid."))?;
    let items = body.pointer("/criteria/objectTypes/0/items").unwrap_or(&Value::Null);
    let limit = members.get("sizeLimit").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let limit = limit.map_or(MOST, |limit| limit.min(MOST));
    let (found, more) =
        collect(&adaxes, properties, (from, limit), |person, user| fits(items, person, user).map_err(bad_request))?;
    let cookie = more.then(|| (from + limit).to_string());
    Ok(Json(present(json!({"objects": found, "cookie": cookie}))))
}

/// 2021.1: `filter=LockedOutAccounts` or an LDAP filter of one kind.
pub async fn old(State(adaxes): Server, Query(query): Params) -> Answer {
    let properties = query.get("properties").cloned().unwrap_or_default();
    let filter = query.get("filter").cloned().unwrap_or_default();
    let (found, _) = collect(&adaxes, &properties, (0, MOST), |person, user| Ok(ldap::fits(&filter, person, user)))?;
    Ok(Json(json!(found)))
}

fn collect(
    adaxes: &AdaxesServer,
    properties: &str,
    (from, limit): (usize, usize),
    fits: impl Fn(&SimPerson, &AdaxesUser) -> Result<bool, Told>,
) -> Result<(Vec<Value>, bool), Told> {
    let world = adaxes.shared.world();
    let mut fitting = Vec::new();
    for person in &world.people {
        let Some(user) = &person.adaxes else { continue };
        if fits(person, user)? {
            fitting.push((person, user));
        }
    }
    let page = fitting.iter().skip(from).take(limit);
    let found = page.map(|(person, user)| paint(person, user, properties)).collect();
    Ok((found, fitting.len().saturating_sub(from) > limit))
}

/// The groups of a member, by the matching rule that follows them to their end.
fn groups_of(adaxes: &AdaxesServer, body: &Value) -> Answer {
    let filter = body.pointer("/criteria/objectTypes/0/items/ldapFilter").and_then(Value::as_str).unwrap_or_default();
    let member = filter.strip_prefix("(member:1.2.840.113556.1.4.1941:=").and_then(|rest| rest.strip_suffix(')'));
    let member = member.ok_or_else(|| bad_request("The filter is not supported."))?;
    let mut world = adaxes.shared.world();
    let found = world.adaxes(&ldap::unescaped(member)).map(|person| groups_in_chain(person)).unwrap_or_default();
    Ok(Json(json!({"objects": found})))
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
