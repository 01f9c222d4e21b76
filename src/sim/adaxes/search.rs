//! Searching: criteria by POST, or the 2021.1 form by GET.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::objects::paint;
use super::{Adaxes, refused};
use crate::sim::world::{AdaxesUser, Person};

/// The hard maximum of a search, without pages.
const MOST: usize = 1_000;

pub async fn new(State(adaxes): State<Arc<Adaxes>>, Json(body): Json<Value>) -> Response {
    let known = ["baseObject", "oneLevel", "criteria", "select", "scope", "sizeLimit"];
    let Some(members) = body.as_object().filter(|members| members.keys().all(|key| known.contains(&key.as_str())))
    else {
        return refused(StatusCode::BAD_REQUEST, "badRequest", "The request body is malformed.");
    };
    let properties = members
        .get("select")
        .and_then(|select| select.get("properties"))
        .and_then(Value::as_str)
        .unwrap_or("")
        .to_owned();
    let items = body.pointer("/criteria/objectTypes/0/items").cloned().unwrap_or_default();
    let limit = members
        .get("sizeLimit")
        .and_then(Value::as_u64)
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(MOST)
        .min(MOST);
    let mut wrong = None;
    let found = collect(&adaxes, &properties, limit, |person, user| match fits(&items, person, user) {
        Ok(fits) => fits,
        Err(why) => {
            wrong = Some(why);
            false
        }
    });
    match wrong {
        Some(why) => refused(StatusCode::BAD_REQUEST, "badRequest", why),
        None => Json(json!({"objects": found})).into_response(),
    }
}

/// 2021.1: `filter=LockedOutAccounts` or an LDAP filter of one kind.
pub async fn old(State(adaxes): State<Arc<Adaxes>>, Query(query): Query<HashMap<String, String>>) -> Response {
    let properties = query.get("properties").cloned().unwrap_or_default();
    let filter = query.get("filter").cloned().unwrap_or_default();
    let found = collect(&adaxes, &properties, MOST, |person, user| ldap(&filter, person, user));
    Json(json!(found)).into_response()
}

fn collect(
    adaxes: &Adaxes,
    properties: &str,
    limit: usize,
    mut fits: impl FnMut(&Person, &AdaxesUser) -> bool,
) -> Vec<Value> {
    let world = adaxes.shared.world();
    world
        .people
        .iter()
        .filter_map(|person| person.adaxes.as_ref().map(|user| (person, user)))
        .filter(|(person, user)| fits(person, user))
        .take(limit)
        .map(|(person, user)| paint(person, user, properties))
        .collect()
}

/// Compound (`logicalOperator` 0 or, 1 and), Simple, Advanced.
fn fits(item: &Value, person: &Person, user: &AdaxesUser) -> Result<bool, &'static str> {
    let Some(members) = item.as_object().filter(|members| !members.is_empty()) else { return Ok(true) };
    let kind = members.get("type").cloned().unwrap_or_default();
    if kind == "Compound" || kind == 1 {
        let and = members.get("logicalOperator").and_then(Value::as_i64).unwrap_or(0) == 1;
        let items = members.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        let each: Vec<bool> = items.iter().map(|item| fits(item, person, user)).collect::<Result<_, _>>()?;
        return Ok(if and { each.iter().all(|fit| *fit) } else { each.iter().any(|fit| *fit) });
    }
    if kind == "Advanced" || kind == 2 {
        let filter = members.get("ldapFilter").and_then(Value::as_str).ok_or("An LDAP filter is required.")?;
        return Ok(ldap(filter, person, user));
    }
    let property = members.get("property").and_then(Value::as_str).ok_or("A property is required.")?;
    let operator = members.get("operator").and_then(Value::as_str).ok_or("An operator is required.")?;
    let value = members.pointer_value().ok_or("A value is required.")?.to_lowercase();
    let own = attribute(property, person, user).unwrap_or_default().to_lowercase();
    match operator {
        "eq" => Ok(own == value),
        "contains" => Ok(own.contains(&value)),
        "gt" => Ok(own.parse::<i64>().unwrap_or(0) > value.parse().unwrap_or(0)),
        _ => Err("The operator is not supported."),
    }
}

trait FirstValue {
    fn pointer_value(&self) -> Option<String>;
}

impl FirstValue for serde_json::Map<String, Value> {
    fn pointer_value(&self) -> Option<String> {
        let value = self.get("values")?.get(0)?.get("value")?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }
}

fn attribute(name: &str, person: &Person, user: &AdaxesUser) -> Option<String> {
    match name.to_lowercase().as_str() {
        "samaccountname" => Some(person.username.clone()),
        "userprincipalname" | "mail" => person.email.clone(),
        "displayname" => Some(format!("{} {}", person.given, person.family)),
        "givenname" => Some(person.given.clone()),
        "sn" => Some(person.family.clone()),
        "employeeid" => person.employee_id.clone(),
        "telephonenumber" => person.phone.clone(),
        "lockouttime" => Some(user.locked_at.map_or(0, jiff::Timestamp::as_second).to_string()),
        _ => None,
    }
}

/// `LockedOutAccounts`, or `(&(…)(…))`, `(|(…)(…))`, `(name=value)`, `(name=value*)`, `(name>=n)`.
fn ldap(filter: &str, person: &Person, user: &AdaxesUser) -> bool {
    if filter.eq_ignore_ascii_case("LockedOutAccounts") {
        return user.locked_at.is_some();
    }
    let Some(inner) = filter.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) else { return false };
    if let Some(list) = inner.strip_prefix('&') {
        return split(list).iter().all(|part| ldap(part, person, user));
    }
    if let Some(list) = inner.strip_prefix('|') {
        return split(list).iter().any(|part| ldap(part, person, user));
    }
    if let Some((name, number)) = inner.split_once(">=") {
        let own = attribute(name, person, user).and_then(|own| own.parse::<i64>().ok()).unwrap_or(0);
        return own >= number.parse().unwrap_or(i64::MAX);
    }
    let Some((name, value)) = inner.split_once('=') else { return false };
    let own = attribute(name, person, user).unwrap_or_default().to_lowercase();
    let value = value.to_lowercase();
    match (value.strip_prefix('*'), value.strip_suffix('*')) {
        // `*`: whoever has it at all.
        (Some(""), _) => !own.is_empty(),
        (Some(rest), Some(_)) => own.contains(&unescaped(rest.trim_end_matches('*'))),
        (Some(end), None) => own.ends_with(&unescaped(end)),
        (None, Some(start)) => own.starts_with(&unescaped(start)),
        (None, None) => own == unescaped(&value),
    }
}

fn split(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0u32, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    from = at;
                }
                depth += 1;
            }
            ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    parts.push(list.get(from..=at).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    parts
}

/// RFC 4515 escapes: `\2a` and the like.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        if b == b'\\' {
            let hex: Vec<u8> = rest.by_ref().take(2).collect();
            let byte = std::str::from_utf8(&hex).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
            bytes.extend(byte);
        } else {
            bytes.push(b);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
