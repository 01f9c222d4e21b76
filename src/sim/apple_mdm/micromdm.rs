//! `MicroMDM`: 201 for everything that has a UDID and a known request type (observed).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::sim::context::present;
use crate::sim::world::{Mac, MacCommand, SimPerson, fresh_uuid};

use super::{Answer, MdmSim, Sim, Told, challenge, devices};

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

pub fn unauthenticated() -> Response {
    challenge("micromdm", Json(json!({"error": "Unauthorized"})))
}

fn wrong(words: &str) -> Told {
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"error": words})))
}

async fn devices(State(mdm): Sim, body: Bytes) -> Answer {
    let filter: Value = serde_json::from_slice(&body).map_err(|_| wrong("invalid character"))?;
    let wanted = |name: &str, own: &str| {
        filter.get(name).and_then(Value::as_array).is_none_or(|all| all.iter().any(|one| one == own))
    };
    let world = mdm.shared.world();
    let row = |mac: &Mac| {
        json!({
            "serial_number": mac.serial, "udid": mac.udid, "enrollment_status": true,
            "last_seen": mdm.shared.now().to_string(), "dep_profile_status": "",
        })
    };
    // `filter_udid` is in its documents, and ignored (observed, 1.13.1).
    let fitting = world.macs().filter(|(_, mac)| wanted("filter_serial", &mac.serial));
    let rows: Vec<Value> = fitting.map(|(_, mac)| row(mac)).collect();
    let rows = if rows.is_empty() { Value::Null } else { Value::Array(rows) };
    Ok(Json(json!({"devices": rows})))
}

/// With what nobody should ever see in a log.
async fn users(State(mdm): Sim) -> Json<Value> {
    let world = mdm.shared.world();
    let row = |(person, mac): (&SimPerson, &Mac)| {
        json!({
            "uuid": "1", "udid": mac.udid, "user_id": "2", "user_shortname": mac.short_name,
            "user_longname": person.name(),
            "auth_token": "SIMULATED-AUTH-TOKEN", "password_hash": "U0lNVUxBVEVELUhBU0g=", "hidden": false,
        })
    };
    Json(json!({"users": world.macs().map(row).collect::<Vec<_>>()}))
}

async fn structured(State(mdm): Sim, body: Bytes) -> Result<Told, Told> {
    let no_json = |_| wrong("invalid character 'h' looking for beginning of value");
    let order: Value = serde_json::from_slice(&body).map_err(no_json)?;
    // Keys without regard to case, as Go reads them; a key that isn't known is ignored.
    let text = |name: &str| {
        let members = order.as_object()?;
        members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1.as_str().map(str::to_owned)
    };
    let udid = text("udid").filter(|udid| !udid.is_empty());
    let udid = udid.ok_or_else(|| wrong("request must contain UDID of the device"))?;
    let kind = text("request_type").unwrap_or_default();
    if !matches!(kind.as_str(), "UnlockUserAccount" | "UserList") {
        return Err(wrong(&format!("mdm: unknown RequestType: {kind}")));
    }
    let name = (kind == "UnlockUserAccount").then(|| text("username").unwrap_or_default());
    let asked = MacCommand::made(&kind, name.as_deref(), text("command_uuid"));
    let uuid = asked.uuid.clone();
    queue(&mdm, &udid, asked);
    let echo = present(json!({"request_type": kind, "username": name}));
    Ok((StatusCode::CREATED, Json(json!({"payload": {"command_uuid": uuid, "command": echo}}))))
}

async fn raw(State(mdm): Sim, Path(udid): Path<String>, body: Bytes) -> Result<Told, Told> {
    let asked = MacCommand::read(&body).map_err(|why| match why.as_str() {
        "invalid command" => wrong("request is malformed"),
        why => wrong(&format!("parse payload as plist: {why}")),
    })?;
    let (uuid, kind) = (asked.uuid.clone(), asked.request_type.clone());
    queue(&mdm, &udid, asked);
    let payload = json!({"udid": udid, "command_uuid": uuid, "command": {"request_type": kind}, "payload": STANDARD.encode(&body)});
    Ok((StatusCode::CREATED, Json(json!({"payload": payload}))))
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
fn queue(mdm: &Arc<MdmSim>, udid: &str, asked: MacCommand) {
    if let Some(mac) = mdm.shared.world().mac_by_udid(udid) {
        devices::give(&mdm.shared, mac, "micromdm", asked);
    }
}

async fn pending(State(mdm): Sim, Path(udid): Path<String>) -> Json<Value> {
    let mut world = mdm.shared.world();
    let queue = world.mac_by_udid(&udid).into_iter().flat_map(|mac| &mac.commands);
    let waiting = queue.filter(|command| command.status == "Pending");
    let row = |command: &MacCommand| json!({"uuid": command.uuid, "payload": STANDARD.encode(&command.payload)});
    let commands: Vec<Value> = waiting.map(row).collect();
    if commands.is_empty() { Json(json!({})) } else { Json(json!({"commands": commands})) }
}
