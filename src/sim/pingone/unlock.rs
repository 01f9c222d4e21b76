//! User Account Unlock, the password's own unlock, and the lock that an administrator sets.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;

use super::users::{Params, answer};
use super::{PingOneSim, bodies, external, refusal};

const UNLOCK: &str = "application/vnd.pingidentity.account.unlock+json";
const LOCK: &str = "application/vnd.pingidentity.account.lock+json";
const PASSWORD: &str = "application/vnd.pingidentity.password.unlock+json";

pub async fn account(
    State(ping): State<Arc<PingOneSim>>,
    Path(path): Path<Params>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let locks = headers.get("content-type").is_some_and(|kind| kind == LOCK);
    act(&ping, &path, &headers, &body, if locks { LOCK } else { UNLOCK })
}

pub async fn password(
    State(ping): State<Arc<PingOneSim>>,
    Path(path): Path<Params>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    act(&ping, &path, &headers, &body, PASSWORD)
}

fn act(ping: &PingOneSim, path: &Params, headers: &HeaderMap, body: &Bytes, media_type: &str) -> Response {
    if let Some(refusal) = refusal(headers, body, media_type) {
        return refusal;
    }
    let now = ping.shared.now();
    let transaction = external(headers, "x-ping-external-transaction-id");
    let session = external(headers, "x-ping-external-session-id");
    answer(ping, path, |person| {
        let user = person.pingone.as_mut()?;
        match media_type {
            PASSWORD => {
                user.unlock_password(now, transaction, session);
                return Some(bodies::password(&ping.base, user, now));
            }
            LOCK => {
                let until = serde_json::from_slice::<Value>(body).ok();
                user.lock_on_purpose(now, until.and_then(|body| body.get("unlockAt")?.as_str()?.parse().ok()));
            }
            _ => user.unlock_account(now, transaction, session),
        }
        Some(bodies::user(&ping.base, person, person.pingone.as_ref()?, now))
    })
}
