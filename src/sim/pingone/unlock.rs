//! User Account Unlock and the password's own unlock.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::{PingOneSim, bodies, changes, error_body, external};

const ACCOUNT: &[&str] = &["application/vnd.pingidentity.account.unlock+json"];
const LOCK: &[&str] = &["application/vnd.pingidentity.account.lock+json"];
const PASSWORD: &[&str] = &["application/vnd.pingidentity.password.unlock+json"];

pub async fn account(
    State(ping): State<Arc<PingOneSim>>,
    Path(path): Path<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let locks = headers.get("content-type").is_some_and(|kind| LOCK.iter().any(|lock| kind == lock));
    act(&ping, &path, &headers, &body, if locks { LOCK } else { ACCOUNT })
}

pub async fn password(
    State(ping): State<Arc<PingOneSim>>,
    Path(path): Path<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    act(&ping, &path, &headers, &body, PASSWORD)
}

fn act(
    ping: &PingOneSim,
    path: &HashMap<String, String>,
    headers: &HeaderMap,
    body: &Bytes,
    media_types: &[&str],
) -> Response {
    if let Err(refusal) = changes(headers, body, media_types) {
        return refusal;
    }
    let id = path.get("id").map(String::as_str).unwrap_or_default();
    if uuid::Uuid::try_parse(id).is_err() {
        return error_body::bad_id();
    }
    let now = ping.shared.now();
    let transaction = external(headers, "x-ping-external-transaction-id");
    let session = external(headers, "x-ping-external-session-id");
    let mut world = ping.shared.world();
    let Some(person) = world.pingone(id, now) else { return error_body::not_found() };
    let Some(user) = person.pingone.as_mut() else { return error_body::not_found() };
    if media_types == LOCK {
        let until = serde_json::from_slice::<Value>(body).ok();
        let until = until.and_then(|body| body.get("unlockAt")?.as_str()?.parse().ok());
        user.lock_on_purpose(now, until);
    } else if media_types == PASSWORD {
        user.unlock_password(now, transaction, session);
    } else {
        user.unlock_account(now, transaction, session);
    }
    let person = &*person;
    match &person.pingone {
        Some(user) if media_types == PASSWORD => Json(bodies::password(&ping.base, user, now)).into_response(),
        Some(user) => Json(bodies::user(&ping.base, person, user, now)).into_response(),
        None => error_body::not_found(),
    }
}
