//! Unlock, operation results, operations that outlast `Adm-Wait`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::sim::world::fresh_uuid;

use super::objects::{gone, is_id};
use super::{AdaxesServer, refused};

/// A running operation is finished when it is asked for this often.
const POLLS: u32 = 2;

pub async fn unlock(State(adaxes): State<Arc<AdaxesServer>>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get("content-type").map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
    if !kind.starts_with(b"application/json") {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupportedMediaType", "The media type is not supported.");
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(id) = body.get("directoryObject").and_then(Value::as_str) else {
        return refused(StatusCode::BAD_REQUEST, "badRequest", "directoryObject is required.");
    };
    if !is_id(id) {
        return refused(StatusCode::BAD_REQUEST, "badRequest", "The identifier of the directory object is invalid.");
    }
    let mut world = adaxes.shared.world();
    let Some(user) = world.adaxes(id).and_then(|person| person.adaxes.as_mut()) else { return gone() };
    let rule = user.rule.clone().unwrap_or_default();
    let result = match rule.as_str() {
        "fails" => outcome(
            1,
            &user.dn,
            false,
            &json!([message(0, "Business Rule 'Office hours'", "The account can't be unlocked now.")]),
            Some("Cancelled by a business rule."),
        ),
        "approval" => outcome(
            2,
            &user.dn,
            false,
            &json!([{
                "source": "Business Rules", "text": "1 rule encountered while processing your request", "messageType": 2,
                "innerMessages": [{
                    "source": "'Business Rule \u{2018}Approve unlocks\u{2019}'", "text": "Send this operation for approval.", "messageType": 3,
                    "innerMessages": [message(4, "", "Request submitted for approval.")],
                }],
            }]),
            None,
        ),
        _ => {
            let had_lock = user.unlock();
            let warnings = if rule == "warns" {
                json!([message(1, "Business Rule 'Notify'", "The manager could not be notified.")])
            } else {
                json!([])
            };
            outcome(0, &user.dn, !had_lock, &warnings, None)
        }
    };
    if rule == "slow" && headers.contains_key("adm-wait") {
        let operation = fresh_uuid();
        adaxes.operations.lock().insert(operation.clone(), (result, 0));
        return (StatusCode::ACCEPTED, Json(json!({"operationId": operation}))).into_response();
    }
    Json(result).into_response()
}

pub async fn running(State(adaxes): State<Arc<AdaxesServer>>, Path(id): Path<String>) -> Response {
    let mut operations = adaxes.operations.lock();
    let Some((result, asked)) = operations.get_mut(&id) else { return gone() };
    *asked += 1;
    let completed = *asked >= POLLS;
    let result = if completed { result.clone() } else { Value::Null };
    Json(json!({"completed": completed, "operationResult": result})).into_response()
}

fn outcome(kind: u32, dn: &str, no_changes: bool, messages: &Value, exception: Option<&str>) -> Value {
    json!({
        "resultType": kind, "innerMessages": messages, "exception": exception.map(|message| json!({"message": message})),
        "actualObjectDN": dn, "noChanges": no_changes, "extraInfo": {},
    })
}

fn message(kind: u32, source: &str, text: &str) -> Value {
    let source = if source.is_empty() { Value::Null } else { json!(source) };
    json!({"source": source, "text": text, "messageType": kind, "innerMessages": []})
}
