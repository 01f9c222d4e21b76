//! JumpCloud's console API (v1) and Directory Insights, written from the contract.

mod bodies;
mod insights;
mod users;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::ClientLogin;
use super::context::{Answer, SimContext, Told};
use super::world::{JUMPCLOUD_LOCK_SECONDS, MAX_ATTEMPTS, fresh_uuid};

type Sim = State<Arc<SimContext>>;

/// The one organisation.
pub const ORGANIZATION: &str = "5f3c1a2b4d5e6f7a8b9c0d1e";
const API_KEY: &str = "sim-jumpcloud-api-key~X2";
const CLIENT: (&str, &str) = ("sim-service-account", "sim-jumpcloud-client-secret~K9");

pub fn login(url: &str) -> ClientLogin {
    ClientLogin::with_secret(
        format!(
            "kind = \"jumpcloud\"\napi_key = {{ file = {{secret}} }}\nbase_url = \"{url}\"\ninsights_url = \"{url}\"\n\
             token_url = \"{url}/oauth2/token\"\nmax_per_second = 1000\n"
        ),
        API_KEY,
    )
}

pub fn router(shared: Arc<SimContext>) -> Router {
    let api = Router::new()
        .route("/api/organizations", get(organizations))
        .route("/api/organizations/{id}", get(organization))
        .route("/api/search/systemusers", post(users::search))
        .route("/api/systemusers", get(users::list))
        .route("/api/systemusers/{id}", get(users::one).put(users::put))
        .route("/api/systemusers/{id}/unlock", post(users::unlock))
        .route("/insights/directory/v1/events", post(insights::events))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&shared), guard));
    Router::new().route("/oauth2/token", post(token)).merge(api).fallback(|| async { not_found() }).with_state(shared)
}

/// JumpCloud's errors: sometimes a code, always a message.
fn error(status: StatusCode, message: &str) -> Told {
    (status, Json(json!({"message": message})))
}

fn bad_request(why: &str) -> Told {
    error(StatusCode::BAD_REQUEST, &format!("Bad Request: {why}"))
}

fn not_found() -> Told {
    error(StatusCode::NOT_FOUND, "Not Found")
}

/// A key or a bearer token; `x-org-id` where it isn't taken is 403, a malformed one 400.
async fn guard(State(shared): Sim, request: Request, next: Next) -> Result<Response, Told> {
    let headers = request.headers();
    let age = shared.token_age();
    let key = text(headers, "x-api-key").is_some_and(|key| key == API_KEY);
    let bearer = text(headers, "authorization").is_some_and(|value| value == format!("Bearer sim-jc-token-{age}"));
    if !key && !bearer {
        return Err(error(StatusCode::UNAUTHORIZED, "Unauthorized"));
    }
    if let Some(org) = text(headers, "x-org-id") {
        if request.uri().path().starts_with("/api/organizations") {
            return Err(error(StatusCode::FORBIDDEN, "Forbidden"));
        }
        if !is_id(org) {
            return Err(bad_request("malformed organization id"));
        }
        if org != ORGANIZATION {
            return Err(not_found());
        }
    }
    Ok(next.run(request).await)
}

/// An id of the service: 24 hexadecimal digits.
pub fn fresh_id() -> String {
    fresh_uuid().chars().filter(|c| *c != '-').take(24).collect()
}

fn is_id(id: &str) -> bool {
    id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit())
}

pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

async fn token(State(shared): Sim, headers: HeaderMap, body: String) -> Answer {
    let login = text(&headers, "authorization")
        .and_then(|value| STANDARD.decode(value.strip_prefix("Basic ")?).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    if login != Some(format!("{}:{}", CLIENT.0, CLIENT.1)) {
        let body = json!({"error": "invalid_client", "error_description": "Client authentication failed"});
        return Err((StatusCode::UNAUTHORIZED, Json(body)));
    }
    if !(body.contains("grant_type=client_credentials") && body.contains("scope=api")) {
        return Err((StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_request"}))));
    }
    let age = shared.token_age();
    Ok(Json(json!({"access_token": format!("sim-jc-token-{age}"), "token_type": "bearer", "expires_in": 3600})))
}

async fn organizations() -> Json<Value> {
    Json(json!({"results": [{"_id": ORGANIZATION, "displayName": "Acme", "logoUrl": null}], "totalCount": 1}))
}

async fn organization(Path(id): Path<String>) -> Answer {
    if id != ORGANIZATION {
        return Err(not_found());
    }
    let policy = json!({
        "enableMaxLoginAttempts": true, "maxLoginAttempts": MAX_ATTEMPTS,
        "enableLockoutTimeInSeconds": true, "lockoutTimeInSeconds": JUMPCLOUD_LOCK_SECONDS,
    });
    Ok(Json(json!({"_id": ORGANIZATION, "displayName": "Acme", "settings": {"passwordPolicy": policy}})))
}
