//! Directory objects, by DN, GUID or SID, and by nothing else: users; groups of users, of other groups, and the one that
//! everybody has.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{Params, Server, bad_request, ldap, refused, ticks};
use crate::sim::context::{Answer, Told};
use crate::sim::world::{AdaxesUser, SimPerson, steady_uuid};

/// Groups that hold other groups: the member, and what it is in.
const INSIDE: [(&str, &str); 1] = [("Executives", "Board")];
/// The number of everybody's primary group, which no `memberOf` names.
const PRIMARY: &str = "513";
const PRIMARY_NAME: &str = "Domain Users";
const DOMAIN: &str = "S-1-5-21-3635565734-1729062999-1822655016";

pub async fn one(State(adaxes): Server, Query(query): Params) -> Answer {
    let id = checked(query.get("directoryObject").map(String::as_str))?;
    if let Some(group) = group_by_id(id) {
        return Ok(Json(group));
    }
    let properties = query.get("properties").cloned().unwrap_or_default();
    let mut world = adaxes.shared.world();
    let found = world.adaxes(id).and_then(|person| Some(paint(person, person.adaxes.as_ref()?, &properties)));
    found.map(Json).ok_or_else(gone)
}

/// The id that a request names its object by: a DN, a GUID without braces or a SID.
pub fn checked(id: Option<&str>) -> Result<&str, Told> {
    let id = id.ok_or_else(|| bad_request("directoryObject is required."))?;
    let is_guid = id.len() == 36 && uuid::Uuid::try_parse(id).is_ok();
    let is_id = is_guid || id.starts_with("S-1-") || id.contains('=');
    is_id.then_some(id).ok_or_else(|| bad_request("The identifier of the directory object is invalid."))
}

pub fn gone() -> Told {
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
    let in_groups: Vec<String> = person.groups.iter().map(|group| group_dn(group)).collect();
    let known: [(&str, Value); 13] = [
        ("objectSid", json!(sid(user))),
        ("primaryGroupID", json!(PRIMARY)),
        ("sAMAccountName", json!(person.username)),
        ("userPrincipalName", json!(person.email)),
        ("mail", json!(person.email)),
        ("displayName", json!(person.name())),
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
        "guid": user.guid, "dn": user.dn, "displayName": person.name(),
        "objectType": "user", "objectTypeCode": 2, "domainName": "acme.test", "directoryType": 1, "properties": own,
    })
}

fn group_dn(name: &str) -> String {
    format!("CN={name},OU=Groups,DC=acme,DC=test")
}

/// Every group that a person is in, however deep.
pub fn groups_in_chain(person: &SimPerson) -> Vec<Value> {
    let mut names: Vec<&str> = person.groups.iter().map(String::as_str).collect();
    let mut at = 0;
    while let Some(name) = names.get(at).copied() {
        let outer = INSIDE.iter().filter(|(member, _)| *member == name).map(|(_, outer)| *outer);
        for outer in outer.collect::<Vec<_>>() {
            if !names.contains(&outer) {
                names.push(outer);
            }
        }
        at += 1;
    }
    names.into_iter().map(paint_group).collect()
}

/// The primary group by its SID.
fn group_by_id(id: &str) -> Option<Value> {
    (id == format!("{DOMAIN}-{PRIMARY}")).then(|| paint_group(PRIMARY_NAME))
}

fn paint_group(name: &str) -> Value {
    json!({
        "guid": steady_uuid("group", name), "dn": group_dn(name), "displayName": name, "objectType": "group",
        "domainName": "acme.test", "directoryType": 1, "properties": {"samaccountname": [name]},
    })
}
