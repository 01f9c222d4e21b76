//! The worker application: the token endpoint, the life of its tokens, its roles.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::sim::context::{Answer, Told};
use crate::sim::world::{fresh_uuid, steady_uuid};

use super::{CLIENT_ID, CLIENT_SECRET, ENVIRONMENT, PingOneSim, Sim, error_body};

/// The documented life of a token, in seconds.
const LIFE: i64 = 3_600;

/// The roles that there are.
const ROLES: [&str; 4] = ["Environment Admin", "Help Desk Admin", "Identity Data Admin", "Identity Data Read Only"];
/// The simulated application has the one that its owner thought useful.
const ASSIGNED: [&str; 1] = ["Identity Data Admin"];

/// Tokens in force: until when, and of which age.
pub type Tokens = HashMap<String, (Timestamp, u64)>;

pub async fn issue(State(ping): Sim, Path(environment): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    let form = headers
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if !form || headers.get_all("content-type").iter().count() != 1 {
        let words = "The content type is not supported";
        return Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", words));
    }
    let fields: HashMap<String, String> = pairs(&body);
    if fields.get("grant_type").map(String::as_str) != Some("client_credentials") || fields.contains_key("scope") {
        return Err(refused(StatusCode::BAD_REQUEST, "invalid_request", "Request denied: Invalid grant"));
    }
    let basic = headers.get("authorization").and_then(|value| value.to_str().ok()).and_then(basic_login);
    let post = fields.get("client_id").cloned().zip(fields.get("client_secret").cloned());
    let login = match (basic, post) {
        (Some(login), None) | (None, Some(login)) => Some(login),
        // Both at once are refused by RFC 6749 §2.3.
        _ => None,
    };
    if environment != ENVIRONMENT || login != Some((CLIENT_ID.to_owned(), CLIENT_SECRET.to_owned())) {
        let words = format!("Request denied: Unsupported authentication method (Correlation ID: {})", fresh_uuid());
        return Err(refused(StatusCode::UNAUTHORIZED, "invalid_client", &words));
    }
    let token = format!("eyJhbGciOiJSUzI1NiJ9.{}.sim", fresh_uuid());
    let age = ping.shared.token_age();
    let until = ping.shared.now() + SignedDuration::from_secs(LIFE);
    ping.tokens.lock().insert(token.clone(), (until, age));
    Ok(Json(json!({"access_token": token, "token_type": "Bearer", "expires_in": LIFE})))
}

/// True for a token that was issued, hasn't run out, and wasn't expired by a fault.
pub fn is_good(ping: &PingOneSim, headers: &HeaderMap) -> bool {
    let mut values = headers.get_all("authorization").iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Some(token) = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")) else { return false };
    let age = ping.shared.token_age();
    ping.tokens.lock().get(token).is_some_and(|(until, issued_at)| *until > ping.shared.now() && *issued_at == age)
}

fn refused(status: StatusCode, error: &str, description: &str) -> Told {
    (status, Json(json!({"error": error, "error_description": description})))
}

fn basic_login(value: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(STANDARD.decode(value.strip_prefix("Basic ")?).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((form_decoded(id)?, form_decoded(secret)?))
}

fn form_decoded(text: &str) -> Option<String> {
    pairs(format!("x={text}").as_bytes()).remove("x")
}

fn pairs(form: &[u8]) -> HashMap<String, String> {
    serde_urlencoded::from_bytes::<Vec<(String, String)>>(form).unwrap_or_default().into_iter().collect()
}

fn role_id(name: &str) -> String {
    steady_uuid("role", name)
}

pub async fn assigned_roles(Path(path): Path<HashMap<String, String>>) -> Answer {
    if path.get("application").map(String::as_str) != Some(CLIENT_ID) {
        return Err(error_body::not_found());
    }
    let rows: Vec<Value> = ASSIGNED
        .iter()
        .map(|name| {
            json!({
                "id": steady_uuid("assignment", name), "role": {"id": role_id(name)},
                "scope": {"id": ENVIRONMENT, "type": "ENVIRONMENT"}, "readOnly": false,
            })
        })
        .collect();
    Ok(Json(json!({"_embedded": {"roleAssignments": rows}, "size": ASSIGNED.len()})))
}

pub async fn roles(State(ping): Sim, headers: HeaderMap) -> Answer {
    if !is_good(&ping, &headers) {
        return Err(error_body::invalid_token());
    }
    let rows: Vec<Value> =
        ROLES.iter().map(|name| json!({"id": role_id(name), "name": name, "applicableTo": ["ENVIRONMENT"]})).collect();
    Ok(Json(json!({"_embedded": {"roles": rows}, "size": ROLES.len()})))
}
