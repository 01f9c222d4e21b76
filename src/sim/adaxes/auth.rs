//! The session/token handshake of 2025.1 and older.

use std::collections::{HashMap, HashSet};

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use crate::sim::context::Answer;
use crate::sim::world::fresh_uuid;

use super::{ACCOUNT, AdaxesServer, Params, Server, refused};

/// The sessions and tokens of the handshake.
#[derive(Default)]
pub struct Sessions {
    open: HashSet<String>,
    tokens: HashMap<String, (Timestamp, u64)>,
    /// Wrong passwords so far; each burns one of the account's attempts.
    failures: u32,
}

pub fn is_good(adaxes: &AdaxesServer, token: &str) -> bool {
    let (now, age) = (adaxes.shared.now(), adaxes.shared.token_age());
    adaxes.sessions.lock().tokens.get(token).is_some_and(|(until, issued)| *until > now && *issued == age)
}

/// A login by name and password.
#[derive(Deserialize)]
pub struct Credentials {
    username: String,
    password: String,
}

pub async fn create_session(State(adaxes): Server, Json(login): Json<Credentials>) -> Answer {
    if (login.username.as_str(), login.password.as_str()) != ACCOUNT {
        let mut sessions = adaxes.sessions.lock();
        sessions.failures += 1;
        let inner = json!({
            "message": "The user name or password is incorrect.", "code": "invalidCredentials",
            "attemptsLeft": 5u32.saturating_sub(sessions.failures),
        });
        let body = json!({"message": "Access denied.", "code": "forbidden", "innerError": inner});
        return Err((StatusCode::FORBIDDEN, Json(body)));
    }
    let id = fresh_uuid();
    adaxes.sessions.lock().open.insert(id.clone());
    let until = adaxes.shared.now() + SignedDuration::from_mins(10);
    let until = until.to_string();
    Ok(Json(json!({"sessionId": id, "totpState": null, "changePasswordReason": 0, "expiresAtUtc": until})))
}

/// The session that a token is asked for.
#[derive(Deserialize)]
pub struct LoginSession {
    #[serde(rename = "sessionId")]
    id: String,
}

pub async fn create_token(State(adaxes): Server, Json(session): Json<LoginSession>) -> Answer {
    let until = adaxes.shared.now() + SignedDuration::from_mins(30);
    let age = adaxes.shared.token_age();
    let mut sessions = adaxes.sessions.lock();
    if !sessions.open.contains(&session.id) {
        let message = "The session is either expired or invalid.";
        return Err(refused(StatusCode::UNAUTHORIZED, "unauthenticated", message));
    }
    let token = format!("sim-adaxes-legacy-{}", fresh_uuid());
    sessions.tokens.insert(token.clone(), (until, age));
    Ok(Json(json!({"token": token, "expiresAtUtc": until.to_string()})))
}

pub async fn end_token(State(adaxes): Server, Query(query): Params) {
    if let Some(token) = query.get("token") {
        adaxes.sessions.lock().tokens.remove(token);
    }
}

pub async fn end_session(State(adaxes): Server, Query(query): Params) {
    if let Some(id) = query.get("id") {
        adaxes.sessions.lock().open.remove(id);
    }
}
