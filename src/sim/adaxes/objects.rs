//! Directory objects: by DN, GUID or SID, and by nothing else.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{AdaxesServer, groups, ldap, refused, ticks};
use crate::sim::world::{AdaxesUser, SimPerson};

pub async fn one(State(adaxes): State<Arc<AdaxesServer>>, Query(query): Query<HashMap<String, String>>) -> Response {
    let Some(id) = query.get("directoryObject") else {
        return refused(StatusCode::BAD_REQUEST, "badRequest", "directoryObject is required.");
    };
    if !is_id(id) {
        return refused(StatusCode::BAD_REQUEST, "badRequest", "The identifier of the directory object is invalid.");
    }
    if let Some(group) = groups::by_id(id) {
        return Json(group).into_response();
    }
    let properties = query.get("properties").cloned().unwrap_or_default();
    let mut world = adaxes.shared.world();
    let found = world.adaxes(id).and_then(|person| Some(paint(person, person.adaxes.as_ref()?, &properties)));
    found.map_or_else(gone, |painted| Json(painted).into_response())
}

/// A DN, a GUID without braces or a SID.
pub fn is_id(id: &str) -> bool {
    let is_guid = id.len() == 36 && uuid::Uuid::try_parse(id).is_ok();
    is_guid || id.starts_with("S-1-") || id.contains('=')
}

pub fn gone() -> Response {
    refused(StatusCode::NOT_FOUND, "notFound", "There is no such object on the server.")
}

/// The form of `objectSid` isn't documented: text, bytes, or not told.
fn sid(user: &AdaxesUser) -> Option<Value> {
    let numbers: Vec<u32> = user.sid.split('-').skip(3).filter_map(|number| number.parse().ok()).collect();
    match numbers.last().map(|number| number % 10) {
        Some(1) => None,
        Some(2) => {
            let mut bytes = vec![1, u8::try_from(numbers.len()).unwrap_or(0), 0, 0, 0, 0, 0, 5];
            bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
            Some(json!(STANDARD.encode(bytes)))
        }
        _ => Some(json!(user.sid)),
    }
}

/// A user with its statuses, and the properties that were asked for: each an array, unset ones missing.
pub fn paint(person: &SimPerson, user: &AdaxesUser, properties: &str) -> Value {
    let in_groups: Vec<String> = person.groups.iter().map(|group| groups::dn(group)).collect();
    let known: [(&str, Value); 13] = [
        ("objectSid", json!(sid(user))),
        ("primaryGroupID", json!(groups::PRIMARY)),
        ("sAMAccountName", json!(person.username)),
        ("userPrincipalName", json!(person.email)),
        ("mail", json!(person.email)),
        ("displayName", json!(format!("{} {}", person.given, person.family))),
        ("title", json!(person.title)),
        ("telephoneNumber", json!(person.phone)),
        ("employeeID", json!(person.employee_id)),
        ("lockoutTime", json!(user.locked_at.map_or(0, ldap::filetime).to_string())),
        ("badPwdCount", json!(user.bad_count)),
        ("memberOf", if in_groups.is_empty() { Value::Null } else { json!(in_groups) }),
        ("badPasswordTime", json!(user.bad_time.map(ticks))),
    ];
    let mut own = Map::new();
    for asked in properties.split(',').map(str::trim) {
        let property = known.iter().find(|(name, value)| name.eq_ignore_ascii_case(asked) && !value.is_null());
        if let Some((name, value)) = property {
            // The key's case is not always the one that was asked for.
            let values = if value.is_array() { value.clone() } else { json!([value]) };
            own.insert(name.to_lowercase(), values);
        }
    }
    json!({
        "accountStatus": {"isDisabled": user.disabled, "isLocked": user.locked_at.is_some(), "expirationDate": null},
        "passwordStatus": {
            "whenChanged": ticks(user.changed), "expirationStatus": i32::from(user.password_expired),
            "expirationDate": if user.password_expired { json!(ticks(user.changed)) } else { Value::Null },
        },
        "guid": user.guid, "dn": user.dn, "displayName": format!("{} {}", person.given, person.family),
        "objectType": "user", "objectTypeCode": 2, "domainName": "acme.test", "directoryType": 1, "properties": own,
    })
}
