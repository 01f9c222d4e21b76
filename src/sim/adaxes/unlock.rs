//! Unlock, operation results, operations that outlast `Adm-Wait`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::sim::context::{Answer, Told};
use crate::sim::world::fresh_uuid;

use super::objects::{checked, gone};
use super::{Server, refused};

/// A running operation is finished when it is asked for this often.
const POLLS: u32 = 2;

pub async fn unlock(State(adaxes): Server, headers: HeaderMap, body: Bytes) -> Result<Told, Told> {
    let media_type = headers.get("content-type").map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
    if !media_type.starts_with(b"application/json") {
        let message = "The media type is not supported.";
        return Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupportedMediaType", message));
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let id = checked(body.get("directoryObject").and_then(Value::as_str))?;
    let mut world = adaxes.shared.world();
    let user = world.adaxes(id).and_then(|person| person.adaxes.as_mut()).ok_or_else(gone)?;
    let rule = user.rule.clone().unwrap_or_default();
    let (kind, messages) = match rule.as_str() {
        "fails" => (1, json!([message(0, "Business Rule 'Office hours'", "The account can't be unlocked now.")])),
        "approval" => (
            2,
            json!([{
                "source": "Business Rules", "text": "1 rule encountered while processing your request", "messageType": 2,
                "innerMessages": [{
                    "source": "'Business Rule \u{2018}Approve unlocks\u{2019}'", "text": "Send this operation for approval.", "messageType": 3,
                    "innerMessages": [message(4, "", "Request submitted for approval.")],
                }],
            }]),
        ),
        "warns" => (0, json!([message(1, "Business Rule 'Notify'", "The manager could not be notified.")])),
        _ => (0, json!([])),
    };
    let no_changes = kind == 0 && !user.unlock();
    let exception = (kind == 1).then(|| json!({"message": "Cancelled by a business rule."}));
    let result = json!({
        "resultType": kind, "innerMessages": messages, "exception": exception, "actualObjectDN": user.dn,
        "noChanges": no_changes, "extraInfo": {},
    });
    if rule == "slow" && headers.contains_key("adm-wait") {
        let operation = fresh_uuid();
        adaxes.operations.lock().insert(operation.clone(), (result, 0));
        return Ok((StatusCode::ACCEPTED, Json(json!({"operationId": operation}))));
    }
    Ok((StatusCode::OK, Json(result)))
}

pub async fn running(State(adaxes): Server, Path(id): Path<String>) -> Answer {
    let mut operations = adaxes.operations.lock();
    let (result, asked) = operations.get_mut(&id).ok_or_else(gone)?;
    *asked += 1;
    let completed = *asked >= POLLS;
    Ok(Json(json!({"completed": completed, "operationResult": completed.then(|| result.clone())})))
}

fn message(kind: u32, source: &str, text: &str) -> Value {
    let source = if source.is_empty() { Value::Null } else { json!(source) };
    json!({"source": source, "text": text, "messageType": kind, "innerMessages": []})
}
