//! User Account Unlock and the password's own unlock.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::users::{Params, answer};
use super::{PingOneSim, bodies, refusal};

const ACCOUNT: &str = "application/vnd.pingidentity.account.unlock+json";
const PASSWORD: &str = "application/vnd.pingidentity.password.unlock+json";

pub async fn account(
    State(ping): State<Arc<PingOneSim>>,
    Path(path): Path<Params>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    act(&ping, &path, &headers, &body, ACCOUNT)
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
    answer(ping, path, |person| {
        let user = person.pingone.as_mut()?;
        if media_type == PASSWORD {
            user.unlock_password(now);
            return Some(bodies::password(&ping.base, user, now));
        }
        user.unlock_account(now);
        Some(bodies::user(&ping.base, person, person.pingone.as_ref()?, now))
    })
}
