//! Directory Insights: events of the last weeks, newest first.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Jump, ORGANIZATION, error};
use crate::sim::world::fresh_uuid;

pub async fn events(State(jump): State<Arc<Jump>>, body: Bytes) -> Response {
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let start = asked.get("start_time").and_then(Value::as_str).and_then(|text| text.parse::<Timestamp>().ok());
    let (Some(start), Some(_)) = (start, asked.get("service").and_then(Value::as_array)) else {
        return error(StatusCode::BAD_REQUEST, "Bad Request: service and start_time are required");
    };
    let wanted = asked.pointer("/search_term/and").and_then(Value::as_array).cloned().unwrap_or_default();
    let id = wanted.iter().find_map(|term| term.get("resource.id").and_then(Value::as_str));
    let limit =
        asked.get("limit").and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok()).unwrap_or(1000);
    let world = jump.shared.world();
    let mut found: Vec<(Timestamp, Value)> = Vec::new();
    for person in &world.people {
        let Some(user) = person.jumpcloud.as_ref().filter(|user| id.is_none_or(|id| id == user.id)) else { continue };
        found.extend(user.events.iter().filter(|(at, _)| *at >= start).map(|(at, kind)| {
            let mut event = json!({
                "id": fresh_uuid(), "event_type": kind, "timestamp": at.to_string(), "service": "directory",
                "organization": ORGANIZATION, "resource": {"type": "user", "id": user.id, "username": person.username},
                "success": true, "@version": "1",
            });
            if let (&"user_update", Some(event)) = (kind, event.as_object_mut()) {
                event.insert("initiated_by".to_owned(), json!({"type": "admin", "email": "root@acme.test"}));
                event.insert("changes".to_owned(), json!([{"field": "account_locked", "from": false, "to": true}]));
            }
            (*at, event)
        }));
    }
    found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Json(found.into_iter().take(limit).map(|(_, event)| event).collect::<Vec<_>>()).into_response()
}
