//! `NanoMDM` and `NanoHUB`: a queue that takes nearly everything, and says in its own way what became of it (observed).

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use crate::sim::world::{MacCommand, fresh_uuid};

use super::{MdmSim, Sim, devices};

/// `NanoMDM`: the queue, and what nobody needs for it.
pub fn mdm() -> Router<Arc<MdmSim>> {
    queue("/v1/enqueue", "nanomdm").route("/v1/pushcert", get(certificate)).route("/v1/push/{ids}", any(push))
}

/// `NanoHUB`: the same queue elsewhere, and an inventory.
pub fn hub() -> Router<Arc<MdmSim>> {
    queue("/api/v1/nanomdm/enqueue", "nanohub")
        .route("/api/v1/nanomdm/pushcert", get(certificate))
        .route("/api/v1/nanocmd/inventory", get(inventory))
}

/// The queue below a path; any method, as observed.
fn queue(path: &str, server: &'static str) -> Router<Arc<MdmSim>> {
    let one = move |State(mdm): Sim,
                    Path(ids): Path<String>,
                    Query(query): Query<HashMap<String, String>>,
                    body: Bytes| async move {
        enqueue(&mdm, server, &ids, query.contains_key("nopush"), &body)
    };
    let none = || async { reply(500, json!({"command_error": "getting enrollment ids: empty path"})) };
    Router::new().route(&format!("{path}/{{ids}}"), any(one)).route(&format!("{path}/"), any(none))
}

/// The push certificate: whoever reads it holds the whole server's key.
async fn certificate(Query(query): Query<HashMap<String, String>>) -> Response {
    match query.get("topic") {
        Some(topic) => reply(200, json!({"topic": topic, "not_after": "2027-01-01T00:00:00Z"})),
        None => reply(400, json!({"error": "empty topic"})),
    }
}

/// A push and nothing else.
async fn push(State(mdm): Sim, Path(ids): Path<String>) -> Response {
    let mut status = Map::new();
    for id in ids.split(',') {
        devices::wake(&mdm.shared, id);
        status.insert(id.to_owned(), json!({"push_result": fresh_uuid().to_uppercase()}));
    }
    reply(200, json!({"status": status}))
}

async fn inventory(State(mdm): Sim, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let id = query.get("id").cloned().unwrap_or_default();
    let mut world = mdm.shared.world();
    let Some(mac) = world.mac(&id).and_then(|person| person.mac.as_ref()) else { return Json(json!({})) };
    Json(json!({id: {
        "apple_silicon": true, "device_name": mac.device_name, "serial_number": mac.serial,
        "os_version": mac.os_version, "model_name": "MacBook Pro",
    }}))
}

fn reply(status: u16, body: Value) -> Response {
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(body)).into_response()
}

fn enqueue(mdm: &Arc<MdmSim>, server: &'static str, ids: &str, no_push: bool, body: &[u8]) -> Response {
    // No body: only a push, and a 200 that queued nothing.
    if body.is_empty() {
        let status: Map<String, Value> =
            ids.split(',').map(|id| (id.to_owned(), json!({"push_result": fresh_uuid()}))).collect();
        return reply(200, json!({"status": status}));
    }
    let asked = match MacCommand::read(body) {
        Ok(asked) => asked,
        Err(why) => return reply(500, json!({"command_error": format!("decoding command: {why}")})),
    };
    let (uuid, request_type) = (&asked.uuid, &asked.request_type);
    let ids: Vec<&str> = ids.split(',').collect();
    if ids.len() == 1 && mdm.shared.world().command(uuid).is_some() {
        let words = format!("command already exists: {uuid}");
        return reply(500, json!({"command_error": words, "command_uuid": uuid, "request_type": request_type}));
    }
    let told: Vec<Value> = ids.iter().map(|id| enqueue_one(mdm, server, id, no_push, &asked)).collect();
    if no_push {
        return reply(200, json!({"no_push": true, "command_uuid": uuid, "request_type": request_type}));
    }
    let code = match told.iter().filter(|one| one.get("push_error").is_some()).count() {
        0 => 200,
        failed if failed == ids.len() => 500,
        _ => 207,
    };
    let status: Map<String, Value> = ids.iter().map(ToString::to_string).zip(told).collect();
    reply(code, json!({"status": status, "command_uuid": uuid, "request_type": request_type}))
}

/// Puts the command into one queue, and says what became of the push.
fn enqueue_one(mdm: &Arc<MdmSim>, server: &'static str, id: &str, no_push: bool, asked: &MacCommand) -> Value {
    // A user channel's queue is another one: nobody ever fetches an unlock from there.
    if id.contains(':') {
        return json!({"push_result": fresh_uuid()});
    }
    let mut world = mdm.shared.world();
    let Some(mac) = world.mac_by_udid(id) else { return json!({"push_error": "push data missing for id"}) };
    mac.queue(server, asked.clone(), mdm.shared.now());
    match mac.push.as_str() {
        "unregistered" => json!({
            "push_error": "push HTTP status: 410: APNs push error: Unregistered: timestamp 1795303687448",
            "push_result": fresh_uuid().to_uppercase(),
        }),
        "unreachable" => {
            let token = "a1".repeat(32);
            let words = format!("Post \"https://api.push.apple.com/3/device/{token}\": dial tcp: connection refused");
            json!({"push_error": words})
        }
        _ => {
            if !no_push {
                devices::wake(&mdm.shared, id);
            }
            json!({"push_result": fresh_uuid().to_uppercase()})
        }
    }
}
