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

use crate::sim::world::{Mac, ReceivedCommand, SimPerson};

use super::{MdmSim, Sim, devices};

pub fn router() -> Router<Arc<MdmSim>> {
    let api = Router::new()
        .route("/me", get(me))
        .route("/version", get(version))
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
    wrong(StatusCode::UNAUTHORIZED, "Authentication required")
}

async fn count(State(mdm): Sim) -> Json<Value> {
    let world = mdm.shared.world();
    Json(json!({"count": world.people.iter().filter(|person| person.mac.is_some()).count()}))
}

async fn version() -> Json<Value> {
    Json(json!({"version": "4.80.0", "branch": "main", "revision": "sim"}))
}

fn wrong(status: StatusCode, words: &str) -> Response {
    (status, Json(json!({"message": words, "errors": [{"name": "base", "reason": words}]}))).into_response()
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
    let number = |name: &str, usual: usize| query.get(name).and_then(|n| n.parse().ok()).unwrap_or(usual);
    let (page, size) = (number("page", 0), number("per_page", 100));
    let world = mdm.shared.world();
    let fits = |person: &&SimPerson| {
        let Some(mac) = &person.mac else { return false };
        let email = person.email.as_deref().unwrap_or_default();
        [mac.device_name.as_str(), &mac.serial, &mac.udid, email].iter().any(|own| own.to_lowercase().contains(&text))
    };
    let rows: Vec<Value> = world
        .people
        .iter()
        .filter(fits)
        .skip(page * size)
        .take(size)
        .filter_map(|person| Some(summary(person, person.mac.as_ref()?)))
        .collect();
    Json(json!({"hosts": rows}))
}

async fn host(State(mdm): Sim, Path(id): Path<String>) -> Response {
    let mut world = mdm.shared.world();
    let by_number = |person: &SimPerson| person.mac.as_ref().is_some_and(|mac| mac.number.to_string() == id);
    let id = world
        .people
        .iter()
        .find(|person| by_number(person))
        .and_then(|person| Some(person.mac.as_ref()?.udid.clone()))
        .unwrap_or(id);
    let Some(person) = world.mac(&id) else { return wrong(StatusCode::NOT_FOUND, "Resource Not Found") };
    let Some(mac) = &person.mac else { return wrong(StatusCode::NOT_FOUND, "Resource Not Found") };
    let mut host = summary(person, mac);
    let system = [("root", 0), ("daemon", 1), ("_www", 70)];
    let mut users: Vec<Value> = system.iter().map(|(name, uid)| json!({"uid": uid, "username": name, "type": "", "groupname": "wheel", "shell": "/usr/bin/false"})).collect();
    users.extend(mac.accounts.iter().enumerate().map(
        |(n, name)| json!({"uid": 501 + n, "username": name, "type": "", "groupname": "staff", "shell": "/bin/zsh"}),
    ));
    if let Some(host) = host.as_object_mut() {
        host.insert("users".to_owned(), json!(users));
        host.insert("end_users".to_owned(), json!([{
            "idp_username": person.email, "idp_full_name": format!("{} {}", person.given, person.family), "other_emails": [],
        }]));
        host.insert(
            "mdm".to_owned(),
            json!({"enrollment_status": "On (automatic)", "server_url": "https://fleet.example/mdm"}),
        );
    }
    Json(json!({"host": host})).into_response()
}

async fn live(State(mdm): Sim, Path(id): Path<String>, body: Bytes) -> Response {
    let order: Value = serde_json::from_slice(&body).unwrap_or_default();
    let sql = order.get("query").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    if !sql.contains("account_policy_data") || !sql.contains("users") {
        return Json(json!({"host_id": id, "query": sql, "status": "online", "error": "no such table", "rows": []}))
            .into_response();
    }
    let world = mdm.shared.world();
    let found = world.people.iter().filter_map(|person| person.mac.as_ref()).find(|mac| mac.number.to_string() == id);
    let Some(mac) = found else { return wrong(StatusCode::NOT_FOUND, "Resource Not Found") };
    if mac.asleep {
        // Not an error: a host that is offline has no rows.
        return Json(json!({"host_id": mac.number, "query": sql, "status": "offline", "error": null, "rows": null}))
            .into_response();
    }
    let row = |name: &String| {
        let own = *name == mac.short_name;
        let count = if own { mac.failed_logins } else { 0 };
        let at = mac.failed_at.filter(|_| own).map_or("0".to_owned(), |at| format!("{}.25", at.as_second()));
        json!({"username": name, "failed_login_count": count.to_string(), "failed_login_timestamp": at})
    };
    let rows: Vec<Value> = mac.accounts.iter().map(row).collect();
    Json(json!({"host_id": mac.number, "query": sql, "status": "online", "error": null, "rows": rows})).into_response()
}

async fn run(State(mdm): Sim, body: Bytes) -> Response {
    let Ok(order) = serde_json::from_slice::<Value>(&body) else {
        return wrong(StatusCode::BAD_REQUEST, "Bad request");
    };
    let coded = order.get("command").and_then(Value::as_str).unwrap_or_default();
    // With padding or without (its REST reference).
    let Ok(payload) = STANDARD_NO_PAD.decode(coded.trim_end_matches('=')) else {
        return wrong(StatusCode::BAD_REQUEST, "unable to decode the base64 command");
    };
    let Ok(asked) = ReceivedCommand::read(&payload) else {
        return wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unable to decode plist command");
    };
    let ids: Vec<String> = order
        .get("host_uuids")
        .and_then(Value::as_array)
        .map(|ids| ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect())
        .unwrap_or_default();
    let Some(id) = ids.first() else { return wrong(StatusCode::NOT_FOUND, "No hosts targeted") };
    let (uuid, kind, now) = (asked.uuid.clone(), asked.request_type.clone(), mdm.shared.now());
    let mut world = mdm.shared.world();
    if world.people.iter().filter_map(|person| person.mac.as_ref()).any(|mac| mac.knows(&uuid)) {
        return wrong(StatusCode::CONFLICT, "Command UUID already exists");
    }
    let Some(mac) = world.mac_by_udid(id) else { return wrong(StatusCode::NOT_FOUND, "No hosts targeted") };
    mac.queue("fleet", asked, now);
    if mac.push != "ok" {
        // The only host: the push failed for everybody, and the command stays queued.
        return wrong(StatusCode::BAD_GATEWAY, "APNs delivery failed");
    }
    drop(world);
    devices::wake(&mdm.shared, id);
    Json(json!({"command_uuid": uuid, "request_type": kind, "platform": "darwin"})).into_response()
}

async fn results(State(mdm): Sim, Query(query): Query<HashMap<String, String>>) -> Response {
    let uuid = query.get("command_uuid").cloned().unwrap_or_default();
    let world = mdm.shared.world();
    let found = world
        .people
        .iter()
        .filter_map(|person| person.mac.as_ref())
        .find_map(|mac| Some((mac, mac.commands.iter().find(|command| command.uuid == uuid)?)));
    let Some((mac, command)) = found else { return wrong(StatusCode::NOT_FOUND, "Command not found") };
    // Before the Mac has come there is nothing to tell.
    let Some(result) = &command.result else { return Json(json!({})).into_response() };
    Json(json!({"results": [{
        "host_uuid": mac.udid, "command_uuid": command.uuid, "status": command.status,
        "updated_at": command.updated.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), "request_type": command.request_type, "hostname": mac.device_name,
        "payload": STANDARD.encode(&command.payload), "result": STANDARD.encode(result),
    }]}))
    .into_response()
}
