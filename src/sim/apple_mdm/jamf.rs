//! Jamf Pro: tokens, inventory with RSQL, commands in both interfaces. From clients and documents.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde_json::{Value, json};

use super::jamf_bodies::{computer_body, member};
use super::{KEY, Mdm, Sim, authorization, devices, rsql};
use crate::sim::world::{Asked, Mac, QueuedCommand, SimPerson, fresh_uuid};

/// The API client of the simulated Jamf Pro.
const CLIENT: &str = "unbolt-sim";

pub fn router(mdm: &Arc<Mdm>) -> Router<Arc<Mdm>> {
    let guarded = Router::new()
        .route("/api/v1/auth", get(who))
        .route("/api/v1/jamf-pro-version", get(version))
        .route("/api/v1/computers-inventory", get(inventory))
        .route("/api/v3/computers-inventory", get(inventory))
        .route("/api/v1/computers-inventory/{id}", get(computer))
        .route("/api/v2/mdm/commands", get(commands).post(send))
        .route("/JSSResource/computercommands/command/UnlockUserAccount", post(send_classic))
        .route("/JSSResource/computercommands/command/UnlockUserAccount/id/{id}", post(send_classic))
        .route("/JSSResource/computercommands/uuid/{uuid}", get(state))
        .route_layer(middleware::from_fn_with_state(Arc::clone(mdm), guard));
    Router::new().route("/api/v1/oauth/token", post(token)).route("/api/oauth/token", post(token)).merge(guarded)
}

async fn token(State(mdm): Sim, Form(form): Form<HashMap<String, String>>) -> Response {
    let is = |name: &str, wanted: &str| form.get(name).is_some_and(|own| own == wanted);
    if !is("grant_type", "client_credentials") || !is("client_id", CLIENT) || !is("client_secret", KEY) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"}))).into_response();
    }
    let token = fresh_uuid();
    mdm.tokens.lock().unwrap_or_else(PoisonError::into_inner).push(token.clone());
    Json(json!({"access_token": token, "scope": "api-role:1", "token_type": "Bearer", "expires_in": 1199}))
        .into_response()
}

async fn guard(State(mdm): Sim, request: Request, next: Next) -> Response {
    let given = authorization(request.headers());
    let known = mdm
        .tokens
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .any(|token| given == format!("Bearer {token}"));
    if known { next.run(request).await } else { wrong(StatusCode::UNAUTHORIZED, "INVALID_TOKEN", "Unauthorized") }
}

fn wrong(status: StatusCode, code: &str, words: &str) -> Response {
    let errors = json!([{"code": code, "description": words, "id": "0", "field": null}]);
    (status, Json(json!({"httpStatus": status.as_u16(), "errors": errors}))).into_response()
}

/// The sections of a computer, by the names that they are asked for by. Unasked, a section is null.
const SECTIONS: [(&str, &str); 4] = [
    ("GENERAL", "general"),
    ("HARDWARE", "hardware"),
    ("USER_AND_LOCATION", "userAndLocation"),
    ("LOCAL_USER_ACCOUNTS", "localUserAccounts"),
];

async fn inventory(State(mdm): Sim, Query(query): Query<Vec<(String, String)>>) -> Response {
    let of = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let number = |name: &str, usual: usize| of(name).and_then(|n| n.parse().ok()).unwrap_or(usual);
    let (page, size) = (number("page", 0), number("page-size", 100));
    let filter = match of("filter").map(|filter| rsql::parse(&filter)).transpose() {
        Ok(filter) => filter,
        Err(why) => return wrong(StatusCode::BAD_REQUEST, "INVALID_FIELD", &why),
    };
    let mut asked: Vec<&str> =
        query.iter().filter(|(key, _)| key == "section").map(|(_, name)| name.as_str()).collect();
    if asked.is_empty() {
        asked.push("GENERAL");
    }
    let world = mdm.shared.world();
    let mut rows = Vec::new();
    for person in &world.people {
        let Some(mac) = &person.mac else { continue };
        match filter.as_ref().map_or(Ok(true), |filter| filter.fits(&|field: &str| member(field, person, mac))) {
            Ok(true) => rows.push((person, mac)),
            Ok(false) => {}
            Err(why) => return wrong(StatusCode::BAD_REQUEST, "INVALID_FIELD", &why),
        }
    }
    let total = rows.len();
    let row = |(person, mac): (&SimPerson, &Mac)| {
        let mut row = computer_body(person, mac);
        for (_, member) in SECTIONS.iter().filter(|(section, _)| !asked.contains(section)) {
            row.as_object_mut().map(|row| row.insert((*member).to_owned(), Value::Null));
        }
        row
    };
    let rows: Vec<Value> = rows.into_iter().skip(page * size).take(size).map(row).collect();
    Json(json!({"totalCount": total, "results": rows})).into_response()
}

async fn computer(State(mdm): Sim, Path(id): Path<String>) -> Response {
    let world = mdm.shared.world();
    let found = world
        .people
        .iter()
        .find_map(|person| Some((person, person.mac.as_ref()?)).filter(|(_, mac)| mac.number.to_string() == id));
    match found {
        Some((person, mac)) => Json(computer_body(person, mac)).into_response(),
        None => wrong(StatusCode::NOT_FOUND, "INVALID_ID", "not found"),
    }
}

async fn send(State(mdm): Sim, body: Bytes) -> Response {
    let order: Value = serde_json::from_slice(&body).unwrap_or_default();
    let kind = order.pointer("/commandData/commandType").and_then(Value::as_str).unwrap_or_default();
    if kind != "UNLOCK_USER_ACCOUNT" {
        return wrong(StatusCode::BAD_REQUEST, "INVALID_FIELD", &format!("commandType {kind} is not known"));
    }
    let name = order.pointer("/commandData/userName").and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() {
        return wrong(StatusCode::BAD_REQUEST, "REQUIRED_FIELD", "userName is required");
    }
    let id = order.pointer("/clientData/0/managementId").and_then(Value::as_str).unwrap_or_default();
    match queue(&mdm, name, |mac| mac.management_id == id) {
        // One for each Mac.
        Some(uuid) => {
            (StatusCode::CREATED, Json(json!([{"id": uuid, "href": format!("/api/v2/mdm/commands/{uuid}")}])))
                .into_response()
        }
        None => wrong(StatusCode::BAD_REQUEST, "INVALID_ID", "managementId is not known"),
    }
}

fn queue(mdm: &Arc<Mdm>, name: &str, is_it: impl Fn(&Mac) -> bool) -> Option<String> {
    let asked = Asked::made("UnlockUserAccount", Some(name), None);
    let (uuid, now) = (asked.uuid.clone(), mdm.shared.now());
    let mut world = mdm.shared.world();
    let mac = world.people.iter_mut().filter_map(|person| person.mac.as_mut()).find(|mac| is_it(mac))?;
    mac.queue("jamf", asked, now);
    let (udid, awake) = (mac.udid.clone(), mac.push == "ok");
    drop(world);
    if awake {
        devices::wake(&mdm.shared, &udid);
    }
    Some(uuid)
}

fn status(command: &QueuedCommand) -> &'static str {
    match command.status.as_str() {
        "Acknowledged" => "ACKNOWLEDGED",
        "NotNow" => "NOT_NOW",
        "Error" => "ERROR",
        "CommandFormatError" => "COMMAND_FORMAT_ERROR",
        _ => "PENDING",
    }
}

/// A moment in the server's spelling: UTC, milliseconds.
fn millis(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

async fn commands(State(mdm): Sim, Query(query): Query<HashMap<String, String>>) -> Response {
    let filter = match rsql::parse(query.get("filter").map(String::as_str).unwrap_or_default()) {
        Ok(filter) => filter,
        Err(why) => return wrong(StatusCode::BAD_REQUEST, "INVALID_FIELD", &why),
    };
    let world = mdm.shared.world();
    let all = world.people.iter().filter_map(|person| person.mac.as_ref());
    let all = all.flat_map(|mac| mac.commands.iter().map(move |command| (mac, command)));
    let mut fitting = Vec::new();
    for (mac, command) in all.filter(|(_, command)| command.server == "jamf") {
        let own = |field: &str| {
            Some(match field {
                "uuid" => command.uuid.clone(),
                "clientManagementId" => mac.management_id.clone(),
                "status" => status(command).to_owned(),
                "command" => "UNLOCK_USER_ACCOUNT".to_owned(),
                _ => return None,
            })
        };
        match filter.fits(&own) {
            Ok(true) => fitting.push((mac, command)),
            Ok(false) => {}
            Err(why) => return wrong(StatusCode::BAD_REQUEST, "INVALID_FIELD", &why),
        }
    }
    if query.get("sort").is_some_and(|sort| sort == "dateSent:desc") {
        fitting.sort_by_key(|(_, command)| std::cmp::Reverse(command.requested));
    }
    let rows: Vec<Value> = fitting
        .into_iter()
        .map(|(mac, command)| {
            let state = status(command);
            // What isn't completed has the epoch for its date (jamf-cli).
            let is_over = !matches!(state, "PENDING" | "NOT_NOW");
            let completed = if is_over { millis(command.updated) } else { "1970-01-01T00:00:00.000Z".to_owned() };
            let mut row = json!({
                "uuid": command.uuid, "commandState": state, "commandType": "UNLOCK_USER_ACCOUNT",
                "client": {"managementId": mac.management_id, "clientType": "COMPUTER"},
                "dateSent": millis(command.requested), "dateCompleted": completed,
            });
            if let ("ERROR", Some(row)) = (state, row.as_object_mut()) {
                row.insert(
                    "commandError".to_owned(),
                    json!({
                        "errorCode": 12_031, "errorDomain": "SimulatedErrorDomain",
                        "errorLocalizedDescription": "The operation couldn't be completed.",
                    }),
                );
            }
            row
        })
        .collect();
    Json(json!({"totalCount": rows.len(), "results": rows})).into_response()
}

async fn send_classic(State(mdm): Sim, place: Option<Path<String>>, body: Bytes) -> Response {
    let text = String::from_utf8_lossy(&body).into_owned();
    let inside = |name: &str| {
        let after = text.split_once(&format!("<{name}>"))?.1;
        Some(after.split_once(&format!("</{name}>"))?.0.to_owned())
    };
    let id = place.map(|Path(id)| id).or_else(|| inside("id")).unwrap_or_default();
    let name = inside("user_name").unwrap_or_default();
    match queue(&mdm, &name, |mac| mac.number.to_string() == id) {
        Some(uuid) if !name.is_empty() => xml(
            StatusCode::CREATED,
            &format!(
                "<computer_command><command><name>UnlockUserAccount</name><command_uuid>{uuid}</command_uuid><computer_id>{id}</computer_id></command></computer_command>"
            ),
        ),
        _ => xml(StatusCode::CONFLICT, "<html><body>Conflict</body></html>"),
    }
}

fn xml(status: StatusCode, inside: &str) -> Response {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{inside}");
    (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

async fn state(State(mdm): Sim, Path(uuid): Path<String>) -> Response {
    let world = mdm.shared.world();
    let found = world
        .people
        .iter()
        .filter_map(|person| person.mac.as_ref())
        .flat_map(|mac| &mac.commands)
        .find(|command| command.uuid == uuid);
    let Some(command) = found else { return xml(StatusCode::NOT_FOUND, "<html><body>Not found</body></html>") };
    let word = match command.status.as_str() {
        "Acknowledged" => "Completed",
        "Error" | "CommandFormatError" => "Failed",
        _ => "Pending",
    };
    xml(
        StatusCode::OK,
        &format!(
            "<computer_command><general><command>UnlockUserAccount</command></general><status>{word}</status></computer_command>"
        ),
    )
}

/// An API client whose role was made from a template that holds more than it needs.
async fn who() -> Json<Value> {
    let privileges =
        ["Read Computers", "Send MDM command information in Jamf Pro API", "Send Computer Remote Wipe Command"];
    Json(json!({
        "account": {
            "username": "unbolt-sim", "accessLevel": "SiteAccess", "privilegeSet": "CUSTOM", "privilegesBySite": {"-1": privileges},
        },
        "accountGroups": [], "sites": [], "authenticationType": "JSS",
    }))
}

async fn version() -> Json<Value> {
    Json(json!({"version": "11.30.0-t1795000000"}))
}
