//! Directory objects: by DN, GUID or SID, and by nothing else.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::{Adaxes, refused};
use crate::sim::world::{AdaxesUser, Person};

pub async fn one(State(adaxes): State<Arc<Adaxes>>, Query(query): Query<HashMap<String, String>>) -> Response {
    let Some(id) = query.get("directoryObject") else {
        return refused(StatusCode::BAD_REQUEST, "badRequest", "directoryObject is required.");
    };
    let properties = query.get("properties").cloned().unwrap_or_default();
    let mut world = adaxes.shared.world();
    match world.adaxes(id) {
        Some(person) => match &person.adaxes {
            Some(user) => Json(paint(person, user, &properties)).into_response(),
            None => gone(),
        },
        None => gone(),
    }
}

pub fn gone() -> Response {
    refused(StatusCode::NOT_FOUND, "notFound", "There is no such object on the server.")
}

/// A user with its statuses, and the properties that were asked for: each an array, unset ones missing.
pub fn paint(person: &Person, user: &AdaxesUser, properties: &str) -> Value {
    let filetime = |at: jiff::Timestamp| ((at.as_second() + 11_644_473_600) * 10_000_000).to_string();
    let in_groups: Vec<String> =
        person.groups.iter().map(|group| format!("CN={group},OU=Groups,DC=acme,DC=test")).collect();
    let known: [(&str, Option<Value>); 12] = [
        ("objectSid", Some(json!(user.sid))),
        ("sAMAccountName", Some(json!(person.username))),
        ("userPrincipalName", person.email.as_ref().map(|email| json!(email))),
        ("mail", person.email.as_ref().map(|email| json!(email))),
        ("displayName", Some(json!(format!("{} {}", person.given, person.family)))),
        ("title", person.title.as_ref().map(|title| json!(title))),
        ("telephoneNumber", person.phone.as_ref().map(|number| json!(number))),
        ("employeeID", person.employee_id.as_ref().map(|number| json!(number))),
        ("lockoutTime", Some(json!(user.locked_at.map_or_else(|| "0".to_owned(), filetime)))),
        ("badPwdCount", Some(json!(user.bad_count))),
        ("memberOf", (!in_groups.is_empty()).then(|| json!(in_groups))),
        ("badPasswordTime", user.bad_time.map(|at| json!(at.to_string()))),
    ];
    let mut own = Map::new();
    for asked in properties.split(',').map(str::trim) {
        if let Some((name, Some(value))) = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(asked)) {
            // The key's case is not always the one that was asked for.
            let values = if value.is_array() { value.clone() } else { json!([value]) };
            own.insert(name.to_lowercase(), values);
        }
    }
    json!({
        "accountStatus": {"isDisabled": user.disabled, "isLocked": user.locked_at.is_some(), "expirationDate": null},
        "passwordStatus": {
            "whenChanged": user.changed.to_string(), "expirationStatus": i32::from(user.password_expired),
            "expirationDate": if user.password_expired { json!(user.changed.to_string()) } else { Value::Null },
        },
        "guid": user.guid, "dn": user.dn, "displayName": format!("{} {}", person.given, person.family),
        "objectType": "user", "objectTypeCode": 2, "domainName": "acme.test", "directoryType": 1, "properties": own,
    })
}
