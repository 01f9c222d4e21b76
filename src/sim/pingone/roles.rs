//! The roles of the worker application. The simulated one has the two that its owner thought useful.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::sim::world::steady_uuid;

use super::{CLIENT_ID, ENVIRONMENT, PingOneSim, error_body, token};

const NAMES: [&str; 4] = ["Environment Admin", "Help Desk Admin", "Identity Data Admin", "Identity Data Read Only"];
const ASSIGNED: [&str; 1] = ["Identity Data Admin"];

fn id(name: &str) -> String {
    steady_uuid("role", name)
}

pub async fn assigned(Path(path): Path<HashMap<String, String>>) -> Response {
    if path.get("application").map(String::as_str) != Some(CLIENT_ID) {
        return error_body::not_found();
    }
    let rows: Vec<Value> = ASSIGNED
        .iter()
        .map(|name| {
            json!({
                "id": steady_uuid("assignment", name), "role": {"id": id(name)},
                "scope": {"id": ENVIRONMENT, "type": "ENVIRONMENT"}, "readOnly": false,
            })
        })
        .collect();
    Json(json!({"_embedded": {"roleAssignments": rows}, "size": ASSIGNED.len()})).into_response()
}

pub async fn all(State(ping): State<Arc<PingOneSim>>, headers: HeaderMap) -> Response {
    if !token::is_good(&ping, &headers) {
        return error_body::invalid_token();
    }
    let rows: Vec<Value> =
        NAMES.iter().map(|name| json!({"id": id(name), "name": name, "applicableTo": ["ENVIRONMENT"]})).collect();
    Json(json!({"_embedded": {"roles": rows}, "size": NAMES.len()})).into_response()
}
