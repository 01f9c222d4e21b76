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

use crate::sim::world::{Mac, QueuedCommand, ReceivedCommand, SimPerson, World};

use super::{MdmSim, Sim, devices};

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

fn gone() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({"detail": "Not found."}))).into_response()
}

fn paint(person: &SimPerson, mac: &Mac) -> Value {
    json!({
        "device_id": mac.device_id, "device_name": mac.device_name, "model": "MacBook Pro", "serial_number": mac.serial,
        "platform": "Mac", "os_version": mac.os_version, "last_check_in": "2026-11-22T08:00:00Z",
        "user": {"email": person.email, "name": format!("{} {}", person.given, person.family), "id": person.username, "is_archived": false},
    })
}

async fn devices(State(mdm): Sim, Query(query): Query<HashMap<String, String>>) -> Response {
    if query.get("limit").is_some_and(|limit| limit.parse().is_ok_and(|limit: usize| limit > 300)) {
        return (StatusCode::BAD_REQUEST, Json(json!({"limit": ["Ensure this value is less than or equal to 300."]})))
            .into_response();
    }
    let exact = |name: &str, own: &str| query.get(name).is_none_or(|text| own == text);
    let number = |name: &str, usual: usize| query.get(name).and_then(|n| n.parse().ok()).unwrap_or(usual);
    let wanted =
        |name: &str, own: &str| query.get(name).is_none_or(|text| own.to_lowercase().contains(&text.to_lowercase()));
    let world = mdm.shared.world();
    let rows: Vec<Value> = world
        .people
        .iter()
        .filter_map(|person| Some((person, person.mac.as_ref()?)))
        .filter(|(person, mac)| {
            wanted("user_email", person.email.as_deref().unwrap_or_default())
                && wanted("user_name", &format!("{} {}", person.given, person.family))
                && wanted("serial_number", &mac.serial)
                && wanted("device_name", &mac.device_name)
                && exact("user_email_exact", person.email.as_deref().unwrap_or_default())
                && wanted("platform", "Mac")
        })
        .skip(number("offset", 0))
        .take(number("limit", 300))
        .map(|(person, mac)| paint(person, mac))
        .collect();
    Json(Value::Array(rows)).into_response()
}

fn of<'a>(world: &'a World, id: &str) -> Option<(&'a SimPerson, &'a Mac)> {
    let person = world.people.iter().find(|person| person.mac.as_ref().is_some_and(|mac| mac.device_id == id))?;
    Some((person, person.mac.as_ref()?))
}

async fn device(State(mdm): Sim, Path(id): Path<String>) -> Response {
    match of(&mdm.shared.world(), &id) {
        Some((person, mac)) => Json(paint(person, mac)).into_response(),
        None => gone(),
    }
}

async fn details(State(mdm): Sim, Path(id): Path<String>) -> Response {
    let world = mdm.shared.world();
    let Some((person, mac)) = of(&world, &id) else { return gone() };
    let user = |(n, name): (usize, &String)| {
        let own = *name == mac.short_name;
        let full = if own { format!("{} {}", person.given, person.family) } else { String::new() };
        let admin = if own { "No" } else { "Yes" };
        json!({"username": name, "uid": (501 + n).to_string(), "path": format!("/Users/{name}"), "name": full, "admin": admin})
    };
    Json(json!({
        "general": {"device_id": mac.device_id, "device_name": mac.device_name, "serial_number": mac.serial, "os_version": mac.os_version, "assigned_user": "", "last_user": mac.short_name},
        "users": {"regular_users": mac.accounts.iter().enumerate().map(user).collect::<Vec<_>>(), "system_users": [{"username": "root", "uid": "0"}]},
    }))
    .into_response()
}

async fn unlock(State(mdm): Sim, Path(id): Path<String>, body: Bytes) -> Response {
    let order: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(name) = order.get("UserName").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
        return (StatusCode::BAD_REQUEST, Json(json!({"UserName": ["This field is required."]}))).into_response();
    };
    let now = mdm.shared.now();
    let mut world = mdm.shared.world();
    let Some(mac) = world.people.iter_mut().filter_map(|person| person.mac.as_mut()).find(|mac| mac.device_id == id)
    else {
        return gone();
    };
    if mac.commands.iter().any(|command| command.server == "iru" && command.status == "Pending") {
        return (StatusCode::BAD_REQUEST, Json(json!({"detail": "Command already running"}))).into_response();
    }
    mac.queue("iru", ReceivedCommand::made("UnlockUserAccount", Some(name), None), now);
    let (udid, awake) = (mac.udid.clone(), mac.push == "ok");
    drop(world);
    if awake {
        devices::wake(&mdm.shared, &udid);
    }
    StatusCode::OK.into_response()
}

/// Every command of the Mac's life, the oldest first, at most 300 a page.
async fn commands(State(mdm): Sim, Path(id): Path<String>, Query(query): Query<HashMap<String, String>>) -> Response {
    let world = mdm.shared.world();
    let Some((_, mac)) = of(&world, &id) else { return gone() };
    let number = |command: &QueuedCommand| match command.status.as_str() {
        "Pending" => 1,
        "Acknowledged" => 3,
        "NotNow" => 5,
        _ => 4,
    };
    let chain = |command: &QueuedCommand| match command.status.as_str() {
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
                "uuid": command.uuid, "command_type": "UnlockUserAccount", "request_type": command.request_type, "status": number(command),
                "error_chain": chain(command), "date_requested": micros(command.requested),
                "date_completed": command.result.as_ref().map(|_| micros(command.updated)), "attempts": 1,
            })
        })
        .collect();
    let number = |name: &str, usual: usize| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (limit, offset) = (number("limit", 300).min(300), number("offset", 0));
    let count = rows.len();
    let next = (offset + limit < count)
        .then(|| format!("/api/v1/devices/{id}/commands?limit={limit}&offset={}", offset + limit));
    let page: Vec<Value> = rows.into_iter().skip(offset).take(limit).collect();
    Json(json!({"device_id": id, "commands": {"count": count, "next": next, "previous": null, "results": page}}))
        .into_response()
}
