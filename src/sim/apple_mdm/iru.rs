//! Iru (formerly Kandji): an unlock that answers with nothing, and a list of commands. From its API's description.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::sim::world::{Mac, MacCommand, SimPerson, World};

use super::{Answer, MdmSim, Sim, Told, devices, number};

pub fn router() -> Router<Arc<MdmSim>> {
    let api = Router::new()
        .route("/devices", get(devices))
        .route("/devices/{id}", get(device))
        .route("/devices/{id}/details", get(details))
        .route("/devices/{id}/commands", get(commands))
        .route("/devices/{id}/action/unlockaccount", post(unlock));
    Router::new().nest("/api/v1", api)
}

pub fn unauthenticated() -> Response {
    (StatusCode::UNAUTHORIZED, Json(json!({"detail": "Invalid token."}))).into_response()
}

/// A moment in the server's spelling: UTC, microseconds.
fn micros(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

fn gone() -> Told {
    (StatusCode::NOT_FOUND, Json(json!({"detail": "Not found."})))
}

fn paint(person: &SimPerson, mac: &Mac) -> Value {
    json!({
        "device_id": mac.device_id, "device_name": mac.device_name, "model": "MacBook Pro", "serial_number": mac.serial,
        "platform": "Mac", "os_version": mac.os_version, "last_check_in": "2026-11-22T08:00:00Z",
        "user": {"email": person.email, "name": person.name(), "id": person.username, "is_archived": false},
    })
}

async fn devices(State(mdm): Sim, Query(query): Query<HashMap<String, String>>) -> Answer {
    if query.get("limit").is_some_and(|limit| limit.parse().is_ok_and(|limit: usize| limit > 300)) {
        let words = json!({"limit": ["Ensure this value is less than or equal to 300."]});
        return Err((StatusCode::BAD_REQUEST, Json(words)));
    }
    let exact = |name: &str, own: &str| query.get(name).is_none_or(|text| own == text);
    let wanted =
        |name: &str, own: &str| query.get(name).is_none_or(|text| own.to_lowercase().contains(&text.to_lowercase()));
    let world = mdm.shared.world();
    let rows: Vec<Value> = world
        .macs()
        .filter(|(person, mac)| {
            wanted("user_email", person.email.as_deref().unwrap_or_default())
                && wanted("user_name", &person.name())
                && wanted("serial_number", &mac.serial)
                && wanted("device_name", &mac.device_name)
                && exact("user_email_exact", person.email.as_deref().unwrap_or_default())
                && wanted("platform", "Mac")
        })
        .skip(number(query.get("offset"), 0))
        .take(number(query.get("limit"), 300))
        .map(|(person, mac)| paint(person, mac))
        .collect();
    Ok(Json(Value::Array(rows)))
}

fn of<'a>(world: &'a World, id: &str) -> Result<(&'a SimPerson, &'a Mac), Told> {
    world.macs().find(|(_, mac)| mac.device_id == id).ok_or_else(gone)
}

async fn device(State(mdm): Sim, Path(id): Path<String>) -> Answer {
    of(&mdm.shared.world(), &id).map(|(person, mac)| Json(paint(person, mac)))
}

async fn details(State(mdm): Sim, Path(id): Path<String>) -> Answer {
    let world = mdm.shared.world();
    let (person, mac) = of(&world, &id)?;
    let user = |(n, name): (usize, &String)| {
        let own = *name == mac.short_name;
        let full = if own { person.name() } else { String::new() };
        let admin = if own { "No" } else { "Yes" };
        json!({"username": name, "uid": (501 + n).to_string(), "path": format!("/Users/{name}"), "name": full, "admin": admin})
    };
    Ok(Json(json!({
        "general": {"device_id": mac.device_id, "device_name": mac.device_name, "serial_number": mac.serial, "os_version": mac.os_version, "assigned_user": "", "last_user": mac.short_name},
        "users": {"regular_users": mac.accounts.iter().enumerate().map(user).collect::<Vec<_>>(), "system_users": [{"username": "root", "uid": "0"}]},
    })))
}

async fn unlock(State(mdm): Sim, Path(id): Path<String>, body: Bytes) -> Result<(), Told> {
    let refused = |words: Value| (StatusCode::BAD_REQUEST, Json(words));
    let order: Value = serde_json::from_slice(&body).unwrap_or_default();
    let name = order.get("UserName").and_then(Value::as_str).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| refused(json!({"UserName": ["This field is required."]})))?;
    let mut world = mdm.shared.world();
    let mac = world.find_mac(|mac| mac.device_id == id).ok_or_else(gone)?;
    if mac.commands.iter().any(|command| command.server == "iru" && command.status == "Pending") {
        return Err(refused(json!({"detail": "Command already running"})));
    }
    devices::give(&mdm.shared, mac, "iru", MacCommand::made("UnlockUserAccount", Some(name), None));
    Ok(())
}

/// Every command of the Mac's life, the oldest first, at most 300 a page.
async fn commands(State(mdm): Sim, Path(id): Path<String>, Query(query): Query<HashMap<String, String>>) -> Answer {
    let world = mdm.shared.world();
    let (_, mac) = of(&world, &id)?;
    let state = |command: &MacCommand| match command.status.as_str() {
        "Pending" => 1,
        "Acknowledged" => 3,
        "NotNow" => 5,
        _ => 4,
    };
    let chain = |command: &MacCommand| match command.status.as_str() {
        "Error" => {
            json!([{"ErrorCode": 12_031, "ErrorDomain": "SimulatedErrorDomain", "LocalizedDescription": "The operation couldn't be completed."}])
        }
        _ => json!([]),
    };
    let rows: Vec<Value> = mac
        .commands
        .iter()
        .filter(|command| command.server == "iru")
        .map(|command| {
            json!({
                "uuid": command.uuid, "command_type": "UnlockUserAccount", "request_type": command.request_type, "status": state(command),
                "error_chain": chain(command), "date_requested": micros(command.requested),
                "date_completed": command.result.as_ref().map(|_| micros(command.updated)), "attempts": 1,
            })
        })
        .collect();
    let (limit, offset) = (number(query.get("limit"), 300).min(300), number(query.get("offset"), 0));
    let count = rows.len();
    let next = (offset + limit < count)
        .then(|| format!("/api/v1/devices/{id}/commands?limit={limit}&offset={}", offset + limit));
    let page: Vec<Value> = rows.into_iter().skip(offset).take(limit).collect();
    Ok(Json(json!({"device_id": id, "commands": {"count": count, "next": next, "previous": null, "results": page}})))
}
