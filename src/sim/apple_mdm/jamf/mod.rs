//! Jamf Pro: tokens, inventory with RSQL, commands in both interfaces. From clients and documents.

mod commands;

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde_json::{Value, json};

use crate::sim::world::{Mac, SimPerson, fresh_uuid};

use super::{Answer, KEY, MdmSim, Sim, Told, authorization, number, rsql};
use commands::{commands, send, send_classic, state};

/// The API client of the simulated Jamf Pro.
const CLIENT: &str = "unbolt-sim";

pub fn router(mdm: &Arc<MdmSim>) -> Router<Arc<MdmSim>> {
    let guarded = Router::new()
        .route("/api/v1/auth", get(who))
        .route("/api/v1/jamf-pro-version", get(Json(json!({"version": "11.30.0-t1795000000"}))))
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

async fn token(State(mdm): Sim, Form(form): Form<HashMap<String, String>>) -> Answer {
    let is = |name: &str, wanted: &str| form.get(name).is_some_and(|own| own == wanted);
    if !is("grant_type", "client_credentials") || !is("client_id", CLIENT) || !is("client_secret", KEY) {
        return Err((StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"}))));
    }
    let token = fresh_uuid();
    mdm.tokens.lock().push(token.clone());
    Ok(Json(json!({"access_token": token, "scope": "api-role:1", "token_type": "Bearer", "expires_in": 1199})))
}

async fn guard(State(mdm): Sim, request: Request, next: Next) -> Result<Response, Told> {
    let given = authorization(request.headers());
    let known = mdm.tokens.lock().iter().any(|token| given == format!("Bearer {token}"));
    let refused = || wrong(StatusCode::UNAUTHORIZED, "INVALID_TOKEN", "Unauthorized");
    if known { Ok(next.run(request).await) } else { Err(refused()) }
}

fn wrong(status: StatusCode, code: &str, words: &str) -> Told {
    let errors = json!([{"code": code, "description": words, "id": "0", "field": null}]);
    (status, Json(json!({"httpStatus": status.as_u16(), "errors": errors})))
}

fn invalid_field(words: &str) -> Told {
    wrong(StatusCode::BAD_REQUEST, "INVALID_FIELD", words)
}

/// The sections of a computer, by the names that they are asked for by. Unasked, a section is null.
const SECTIONS: [(&str, &str); 4] = [
    ("GENERAL", "general"),
    ("HARDWARE", "hardware"),
    ("USER_AND_LOCATION", "userAndLocation"),
    ("LOCAL_USER_ACCOUNTS", "localUserAccounts"),
];

async fn inventory(State(mdm): Sim, Query(query): Query<Vec<(String, String)>>) -> Answer {
    let of = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let (page, size) = (number(of("page"), 0), number(of("page-size"), 100));
    let filter = of("filter").map(|filter| rsql::parse(filter)).transpose().map_err(|why| invalid_field(&why))?;
    let mut asked: Vec<&str> =
        query.iter().filter(|(key, _)| key == "section").map(|(_, name)| name.as_str()).collect();
    if asked.is_empty() {
        asked.push("GENERAL");
    }
    let world = mdm.shared.world();
    let mut rows = Vec::new();
    for (person, mac) in world.macs() {
        let fits = filter.as_ref().map_or(Ok(true), |filter| filter.fits(&|field: &str| member(field, person, mac)));
        if fits.map_err(|why| invalid_field(&why))? {
            rows.push((person, mac));
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
    Ok(Json(json!({"totalCount": total, "results": rows})))
}

async fn computer(State(mdm): Sim, Path(id): Path<String>) -> Answer {
    let world = mdm.shared.world();
    let found = world.macs().find(|(_, mac)| mac.number.to_string() == id);
    let (person, mac) = found.ok_or_else(|| wrong(StatusCode::NOT_FOUND, "INVALID_ID", "not found"))?;
    Ok(Json(computer_body(person, mac)))
}

/// A whole computer.
fn computer_body(person: &SimPerson, mac: &Mac) -> Value {
    let account = |(n, name): (usize, &String)| json!({"uid": (501 + n).to_string(), "userGuid": fresh_uuid(), "username": name, "fullName": if *name == mac.short_name { person.name() } else { "IT Admin".to_owned() }, "admin": false});
    json!({
        "id": mac.number.to_string(), "udid": mac.udid,
        "general": {"name": mac.device_name, "managementId": mac.management_id, "lastContactTime": "2026-11-22T08:00:00Z", "supervised": true},
        "hardware": {"serialNumber": mac.serial, "model": "MacBook Pro"},
        "userAndLocation": {"username": person.username, "realname": person.name(), "email": person.email},
        "localUserAccounts": mac.accounts.iter().enumerate().map(account).collect::<Vec<_>>(),
    })
}

/// A member of a computer that its list can be filtered by.
fn member(field: &str, person: &SimPerson, mac: &Mac) -> Option<String> {
    Some(match field {
        "id" => mac.number.to_string(),
        "userAndLocation.username" => person.username.clone(),
        "userAndLocation.email" => person.email.clone().unwrap_or_default(),
        "userAndLocation.realname" => person.name(),
        "hardware.serialNumber" => mac.serial.clone(),
        "general.name" => mac.device_name.clone(),
        "general.managementId" => mac.management_id.clone(),
        "udid" => mac.udid.clone(),
        _ => return None,
    })
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
