//! `MicroMDM`: 201 for everything that has a UDID and a known request type (observed).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::sim::world::{ReceivedCommand, fresh_uuid};

use super::{MdmSim, Sim, devices};

pub fn router() -> Router<Arc<MdmSim>> {
    Router::new()
        .route("/v1/devices", post(devices))
        .route("/v1/users", post(users))
        // No DEP is set up; it asks for the key first all the same.
        .route("/v1/dep/account", get(|| async { wrong("DEP not configured yet") }))
        .route("/v1/commands", post(structured))
        .route("/v1/commands/{udid}", get(pending).post(raw).put(raw).delete(cleared))
        .route("/push/{udid}", get(pushed))
}

fn wrong(words: &str) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"error": words}))).into_response()
}

async fn devices(State(mdm): Sim, body: Bytes) -> Response {
    let Ok(filter) = serde_json::from_slice::<Value>(&body) else { return wrong("invalid character") };
    let wanted = |name: &str, own: &str| {
        filter.get(name).and_then(Value::as_array).is_none_or(|all| all.iter().any(|one| one == own))
    };
    let world = mdm.shared.world();
    let rows: Vec<Value> = world
        .people
        .iter()
        .filter_map(|person| person.mac.as_ref())
        // `filter_udid` is in its documents, and ignored (observed, 1.13.1).
        .filter(|mac| wanted("filter_serial", &mac.serial))
        .map(|mac| {
            json!({"serial_number": mac.serial, "udid": mac.udid, "enrollment_status": true, "last_seen": mdm.shared.now().to_string(), "dep_profile_status": ""})
        })
        .collect();
    let rows = if rows.is_empty() { Value::Null } else { Value::Array(rows) };
    Json(json!({"devices": rows})).into_response()
}

/// With what nobody should ever see in a log.
async fn users(State(mdm): Sim) -> Json<Value> {
    let world = mdm.shared.world();
    let rows: Vec<Value> = world
        .people
        .iter()
        .filter_map(|person| Some((person, person.mac.as_ref()?)))
        .map(|(person, mac)| {
            json!({
                "uuid": "1", "udid": mac.udid, "user_id": "2", "user_shortname": mac.short_name,
                "user_longname": format!("{} {}", person.given, person.family),
                "auth_token": "SIMULATED-AUTH-TOKEN", "password_hash": "U0lNVUxBVEVELUhBU0g=", "hidden": false,
            })
        })
        .collect();
    Json(json!({"users": rows}))
}

async fn structured(State(mdm): Sim, body: Bytes) -> Response {
    let Ok(order) = serde_json::from_slice::<Value>(&body) else {
        return wrong("invalid character 'h' looking for beginning of value");
    };
    // Keys without regard to case, as Go reads them; a key that isn't known is ignored.
    let text = |name: &str| {
        let members = order.as_object()?;
        members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1.as_str().map(str::to_owned)
    };
    let Some(udid) = text("udid").filter(|udid| !udid.is_empty()) else {
        return wrong("request must contain UDID of the device");
    };
    let kind = text("request_type").unwrap_or_default();
    if !matches!(kind.as_str(), "UnlockUserAccount" | "UserList") {
        return wrong(&format!("mdm: unknown RequestType: {kind}"));
    }
    let name = (kind == "UnlockUserAccount").then(|| text("username").unwrap_or_default());
    let asked = ReceivedCommand::made(&kind, name.as_deref(), text("command_uuid"));
    let uuid = asked.uuid.clone();
    queue(&mdm, &udid, asked);
    let mut echo = json!({"request_type": kind});
    if let (Some(name), Some(echo)) = (name, echo.as_object_mut()) {
        echo.insert("username".to_owned(), json!(name));
    }
    (StatusCode::CREATED, Json(json!({"payload": {"command_uuid": uuid, "command": echo}}))).into_response()
}

async fn raw(State(mdm): Sim, Path(udid): Path<String>, body: Bytes) -> Response {
    let asked = match ReceivedCommand::read(&body) {
        Ok(asked) => asked,
        Err(why) if why == "invalid command" => return wrong("request is malformed"),
        Err(why) => return wrong(&format!("parse payload as plist: {why}")),
    };
    let (uuid, kind) = (asked.uuid.clone(), asked.request_type.clone());
    queue(&mdm, &udid, asked);
    let payload = json!({"udid": udid, "command_uuid": uuid, "command": {"request_type": kind}, "payload": STANDARD.encode(&body)});
    (StatusCode::CREATED, Json(json!({"payload": payload}))).into_response()
}

/// The queue is emptied: what waited is lost.
async fn cleared(State(mdm): Sim, Path(udid): Path<String>) -> StatusCode {
    if let Some(mac) = mdm.shared.world().mac_by_udid(&udid) {
        mac.commands.retain(|command| command.status != "Pending");
    }
    StatusCode::OK
}

async fn pushed(State(mdm): Sim, Path(udid): Path<String>) -> Json<Value> {
    devices::wake(&mdm.shared, &udid);
    Json(json!({"status": "success", "push_notification_id": fresh_uuid().to_uppercase()}))
}

/// A Mac that isn't there gets it as well, for ever.
fn queue(mdm: &Arc<MdmSim>, udid: &str, asked: ReceivedCommand) {
    let now = mdm.shared.now();
    let mut world = mdm.shared.world();
    if let Some(mac) = world.mac_by_udid(udid) {
        mac.queue("micromdm", asked, now);
        let awake = mac.push == "ok";
        drop(world);
        if awake {
            devices::wake(&mdm.shared, udid);
        }
    }
}

async fn pending(State(mdm): Sim, Path(udid): Path<String>) -> Json<Value> {
    let mut world = mdm.shared.world();
    let commands: Vec<Value> = world
        .mac_by_udid(&udid)
        .map(|mac| {
            let waits = mac.commands.iter().filter(|command| command.status == "Pending");
            waits.map(|command| json!({"uuid": command.uuid, "payload": STANDARD.encode(&command.payload)})).collect()
        })
        .unwrap_or_default();
    if commands.is_empty() { Json(json!({})) } else { Json(json!({"commands": commands})) }
}
