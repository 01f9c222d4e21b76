//! Commands, sent and listed, in the newer interface and the classic one.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::sim::apple_mdm::{Answer, MdmSim, Sim, Told, devices, rsql};
use crate::sim::context::{millis, present};
use crate::sim::world::{Mac, MacCommand};

use super::{invalid_field, wrong};

pub(super) async fn send(State(mdm): Sim, body: Bytes) -> Result<Told, Told> {
    let order: Value = serde_json::from_slice(&body).unwrap_or_default();
    let kind = order.pointer("/commandData/commandType").and_then(Value::as_str).unwrap_or_default();
    if kind != "UNLOCK_USER_ACCOUNT" {
        return Err(invalid_field(&format!("commandType {kind} is not known")));
    }
    let name = order.pointer("/commandData/userName").and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() {
        return Err(wrong(StatusCode::BAD_REQUEST, "REQUIRED_FIELD", "userName is required"));
    }
    let id = order.pointer("/clientData/0/managementId").and_then(Value::as_str).unwrap_or_default();
    let unknown = || wrong(StatusCode::BAD_REQUEST, "INVALID_ID", "managementId is not known");
    let uuid = queue(&mdm, name, |mac| mac.management_id == id).ok_or_else(unknown)?;
    // One for each Mac.
    Ok((StatusCode::CREATED, Json(json!([{"id": uuid, "href": format!("/api/v2/mdm/commands/{uuid}")}]))))
}

fn queue(mdm: &Arc<MdmSim>, name: &str, is_it: impl Fn(&Mac) -> bool) -> Option<String> {
    let asked = MacCommand::made("UnlockUserAccount", Some(name), None);
    let uuid = asked.uuid.clone();
    devices::give(&mdm.shared, mdm.shared.world().find_mac(is_it)?, "jamf", asked);
    Some(uuid)
}

fn status(command: &MacCommand) -> &'static str {
    match command.status.as_str() {
        "Acknowledged" => "ACKNOWLEDGED",
        "NotNow" => "NOT_NOW",
        "Error" => "ERROR",
        "CommandFormatError" => "COMMAND_FORMAT_ERROR",
        _ => "PENDING",
    }
}

pub(super) async fn commands(State(mdm): Sim, Query(query): Query<HashMap<String, String>>) -> Answer {
    let filter = query.get("filter").map(String::as_str).unwrap_or_default();
    let filter = rsql::parse(filter).map_err(|why| invalid_field(&why))?;
    let world = mdm.shared.world();
    let mut fitting = Vec::new();
    for (mac, command) in world.commands().filter(|(_, command)| command.server == "jamf") {
        let own = |field: &str| {
            Some(match field {
                "uuid" => command.uuid.clone(),
                "clientManagementId" => mac.management_id.clone(),
                "status" => status(command).to_owned(),
                "command" => "UNLOCK_USER_ACCOUNT".to_owned(),
                _ => return None,
            })
        };
        if filter.fits(&own).map_err(|why| invalid_field(&why))? {
            fitting.push((mac, command));
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
            let words = "The operation couldn't be completed.";
            let error =
                json!({"errorCode": 12_031, "errorDomain": "SimulatedErrorDomain", "errorLocalizedDescription": words});
            present(json!({
                "uuid": command.uuid, "commandState": state, "commandType": "UNLOCK_USER_ACCOUNT",
                "client": {"managementId": mac.management_id, "clientType": "COMPUTER"},
                "dateSent": millis(command.requested), "dateCompleted": completed,
                "commandError": (state == "ERROR").then_some(error),
            }))
        })
        .collect();
    Ok(Json(json!({"totalCount": rows.len(), "results": rows})))
}

pub(super) async fn send_classic(State(mdm): Sim, place: Option<Path<String>>, body: Bytes) -> Response {
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

pub(super) async fn state(State(mdm): Sim, Path(uuid): Path<String>) -> Response {
    let world = mdm.shared.world();
    let Some((_, command)) = world.command(&uuid) else {
        return xml(StatusCode::NOT_FOUND, "<html><body>Not found</body></html>");
    };
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
