//! Fleet: hosts with people and accounts, commands with results, live queries. From its documents and code.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use serde_json::{Value, json};

use crate::sim::world::{Mac, MacCommand, SimPerson};

use super::{Answer, MdmSim, Sim, Told, devices, number};

pub fn router() -> Router<Arc<MdmSim>> {
    let api = Router::new()
        .route("/me", get(me))
        .route("/version", get(Json(json!({"version": "4.80.0", "branch": "main", "revision": "sim"}))))
        .route("/hosts", get(hosts))
        .route("/hosts/count", get(count))
        .route("/hosts/{id}", get(host))
        .route("/hosts/identifier/{id}", get(host))
        .route("/hosts/{id}/query", post(live))
        .route("/commands/run", post(run))
        .route("/commands/results", get(results));
    // The newest version has a name of its own.
    Router::new().nest("/api/v1/fleet", api.clone()).nest("/api/latest/fleet", api)
}

async fn me() -> Json<Value> {
    Json(json!({"user": {"id": 7, "name": "unbolt", "api_only": true, "global_role": "maintainer", "teams": []}}))
}

pub fn unauthenticated() -> Response {
    wrong(StatusCode::UNAUTHORIZED, "Authentication required").into_response()
}

async fn count(State(mdm): Sim) -> Json<Value> {
    let world = mdm.shared.world();
    Json(json!({"count": world.macs().count()}))
}

fn wrong(status: StatusCode, words: &str) -> Told {
    (status, Json(json!({"message": words, "errors": [{"name": "base", "reason": words}]})))
}

fn no_host() -> Told {
    wrong(StatusCode::NOT_FOUND, "Resource Not Found")
}

fn summary(person: &SimPerson, mac: &Mac) -> Value {
    json!({
        "id": mac.number, "uuid": mac.udid, "hostname": mac.device_name, "hardware_serial": mac.serial,
        "platform": "darwin", "os_version": format!("macOS {}", mac.os_version), "seen_time": "2026-11-22T08:00:00Z",
        "display_name": format!("{}'s MacBook", person.given),
    })
}

async fn hosts(State(mdm): Sim, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let text = query.get("query").map(|text| text.to_lowercase()).unwrap_or_default();
    let (page, size) = (number(query.get("page"), 0), number(query.get("per_page"), 100));
    let world = mdm.shared.world();
    let fits = |(person, mac): &(&SimPerson, &Mac)| {
        let email = person.email.as_deref().unwrap_or_default();
        [mac.device_name.as_str(), &mac.serial, &mac.udid, email].iter().any(|own| own.to_lowercase().contains(&text))
    };
    let rows = world.macs().filter(fits).skip(page * size).take(size).map(|(person, mac)| summary(person, mac));
    Json(json!({"hosts": rows.collect::<Vec<_>>()}))
}

async fn host(State(mdm): Sim, Path(id): Path<String>) -> Answer {
    let mut world = mdm.shared.world();
    let by_number = world.macs().find(|(_, mac)| mac.number.to_string() == id).map(|(_, mac)| mac.udid.clone());
    let person = world.mac(&by_number.unwrap_or(id)).ok_or_else(no_host)?;
    let mac = person.mac.as_ref().ok_or_else(no_host)?;
    let mut host = summary(person, mac);
    let system = [("root", 0), ("daemon", 1), ("_www", 70)];
    let mut users: Vec<Value> = system.iter().map(|(name, uid)| json!({"uid": uid, "username": name, "type": "", "groupname": "wheel", "shell": "/usr/bin/false"})).collect();
    users.extend(mac.accounts.iter().enumerate().map(
        |(n, name)| json!({"uid": 501 + n, "username": name, "type": "", "groupname": "staff", "shell": "/bin/zsh"}),
    ));
    let further = [
        ("users", json!(users)),
        ("end_users", json!([{"idp_username": person.email, "idp_full_name": person.name(), "other_emails": []}])),
        ("mdm", json!({"enrollment_status": "On (automatic)", "server_url": "https://fleet.example/mdm"})),
    ];
    if let Some(host) = host.as_object_mut() {
        host.extend(further.map(|(name, value)| (name.to_owned(), value)));
    }
    Ok(Json(json!({"host": host})))
}

async fn live(State(mdm): Sim, Path(id): Path<String>, body: Bytes) -> Answer {
    let order: Value = serde_json::from_slice(&body).unwrap_or_default();
    let sql = order.get("query").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let told = |host: Value, status: &str, error: Value, rows: Value| {
        Ok(Json(json!({"host_id": host, "query": sql, "status": status, "error": error, "rows": rows})))
    };
    if !sql.contains("account_policy_data") || !sql.contains("users") {
        return told(json!(id), "online", json!("no such table"), json!([]));
    }
    let world = mdm.shared.world();
    let (_, mac) = world.macs().find(|(_, mac)| mac.number.to_string() == id).ok_or_else(no_host)?;
    if mac.asleep {
        // Not an error: a host that is offline has no rows.
        return told(json!(mac.number), "offline", Value::Null, Value::Null);
    }
    let row = |name: &String| {
        let own = *name == mac.short_name;
        let count = if own { mac.failed_logins } else { 0 };
        let at = mac.failed_at.filter(|_| own).map_or("0".to_owned(), |at| format!("{}.25", at.as_second()));
        json!({"username": name, "failed_login_count": count.to_string(), "failed_login_timestamp": at})
    };
    told(json!(mac.number), "online", Value::Null, mac.accounts.iter().map(row).collect())
}

async fn run(State(mdm): Sim, body: Bytes) -> Answer {
    let order: Value = serde_json::from_slice(&body).map_err(|_| wrong(StatusCode::BAD_REQUEST, "Bad request"))?;
    let coded = order.get("command").and_then(Value::as_str).unwrap_or_default();
    // With padding or without (its REST reference).
    let payload = STANDARD_NO_PAD.decode(coded.trim_end_matches('='));
    let payload = payload.map_err(|_| wrong(StatusCode::BAD_REQUEST, "unable to decode the base64 command"))?;
    let unread = |_| wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unable to decode plist command");
    let asked = MacCommand::read(&payload).map_err(unread)?;
    let no_target = || wrong(StatusCode::NOT_FOUND, "No hosts targeted");
    let mut ids = order.get("host_uuids").and_then(Value::as_array).into_iter().flatten();
    let id = ids.find_map(Value::as_str).ok_or_else(no_target)?;
    let (uuid, kind) = (asked.uuid.clone(), asked.request_type.clone());
    let mut world = mdm.shared.world();
    if world.command(&uuid).is_some() {
        return Err(wrong(StatusCode::CONFLICT, "Command UUID already exists"));
    }
    let mac = world.mac_by_udid(id).ok_or_else(no_target)?;
    devices::give(&mdm.shared, mac, "fleet", asked);
    if mac.push != "ok" {
        // The only host: the push failed for everybody, and the command stays queued.
        return Err(wrong(StatusCode::BAD_GATEWAY, "APNs delivery failed"));
    }
    Ok(Json(json!({"command_uuid": uuid, "request_type": kind, "platform": "darwin"})))
}

async fn results(State(mdm): Sim, Query(query): Query<HashMap<String, String>>) -> Answer {
    let uuid = query.get("command_uuid").cloned().unwrap_or_default();
    let world = mdm.shared.world();
    let unknown = || wrong(StatusCode::NOT_FOUND, "Command not found");
    let (mac, command) = world.command(&uuid).ok_or_else(unknown)?;
    // Before the Mac has come there is nothing to tell.
    let Some(result) = &command.result else { return Ok(Json(json!({}))) };
    Ok(Json(json!({"results": [{
        "host_uuid": mac.udid, "command_uuid": command.uuid, "status": command.status,
        "updated_at": command.updated.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), "request_type": command.request_type, "hostname": mac.device_name,
        "payload": STANDARD.encode(&command.payload), "result": STANDARD.encode(result),
    }]})))
}
