//! Directory Insights: events of the last weeks, newest first. Half of them name no `resource`, and the services of
//! systems tell of their own lockouts.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sim::context::{Told, millis, present};
use crate::sim::world::{JumpCloudUser, SimPerson};

use super::{ORGANIZATION, Sim, bad_request, fresh_id};

const USUAL_LIMIT: u64 = 1_000;
const LARGEST_LIMIT: u64 = 10_000;

pub async fn events(State(shared): Sim, body: Bytes) -> Result<impl IntoResponse, Told> {
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let moment = |name: &str| asked.get(name).and_then(Value::as_str).map(str::parse::<Timestamp>);
    let services: Vec<&str> =
        asked.get("service").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let (Some(Ok(start)), false) = (moment("start_time"), services.is_empty()) else {
        return Err(bad_request("service and start_time are required"));
    };
    let end = moment("end_time").and_then(Result::ok).unwrap_or(Timestamp::MAX);
    let limit = asked.get("limit").and_then(Value::as_u64).unwrap_or(USUAL_LIMIT);
    if limit > LARGEST_LIMIT {
        return Err(bad_request("limit exceeds maximum value of 10000"));
    }
    let terms = asked.pointer("/search_term/and").and_then(Value::as_array).cloned().unwrap_or_default();
    let fits = |event: &Value| {
        terms.iter().filter_map(Value::as_object).all(|term| {
            term.iter().all(|(name, wanted)| {
                let own = event.pointer(&format!("/{}", name.replace('.', "/"))).unwrap_or(&Value::Null);
                wanted.as_array().map_or_else(|| own == wanted, |any| any.contains(own))
            })
        })
    };
    let world = shared.world();
    let mut found: Vec<(Timestamp, Value)> = Vec::new();
    for person in &world.people {
        let Some(user) = &person.jumpcloud else { continue };
        let in_time = user.events.iter().filter(|(at, _)| *at >= start && *at < end);
        found.extend(in_time.map(|(at, kind)| (*at, event(person, user, *at, kind))));
    }
    found.retain(|(_, event)| services.iter().any(|own| *own == "all" || event["service"] == **own) && fits(event));
    found.sort_by_key(|(at, _)| *at);
    if asked.get("sort").and_then(Value::as_str) != Some("ASC") {
        found.reverse();
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let after = found.last().map(|(at, event)| json!([at.as_millisecond(), event["id"]]).to_string());
    let header = HeaderName::from_static;
    let headers = [
        (header("x-result-count"), found.len().to_string()),
        (header("x-limit"), limit.to_string()),
        (header("x-search_after"), after.unwrap_or_default()),
    ];
    Ok((headers, Json(found.into_iter().map(|(_, event)| event).collect::<Vec<_>>())))
}

fn event(person: &SimPerson, user: &JumpCloudUser, at: Timestamp, kind: &str) -> Value {
    let by_user = json!({"type": "user", "id": user.id, "username": person.username});
    let on_purpose = kind == "user_update";
    present(json!({
        "id": fresh_id(), "event_type": kind, "timestamp": millis(at), "service": "directory",
        "organization": ORGANIZATION, "resource": by_user,
        "initiated_by": if on_purpose { json!({"type": "admin", "email": "root@acme.test"}) } else { by_user },
        "success": true, "@version": "1", "client_ip": "192.0.2.7", "geoip": {"country_code": "GB"},
        "changes": on_purpose.then(|| json!([{"field": "account_locked", "from": false, "to": true}])),
    }))
}
