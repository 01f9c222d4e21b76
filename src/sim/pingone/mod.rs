//! A `PingOne` environment, written from the contract: token endpoint, users, password state, policy, audit.

mod activities;
mod application;
mod bodies;
mod error_body;
mod scim;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use parking_lot::Mutex;
use serde_json::Value;

use super::ClientLogin;
use super::context::{SimContext, Told};
use super::world::fresh_uuid;

/// The environment of the seed's own example.
pub const ENVIRONMENT: &str = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6";
pub const CLIENT_ID: &str = "5c0e1d3a-0b2f-4a57-9a0e-6f1d2c3b4a59";
const CLIENT_SECRET: &str = "sim-pingone-client-secret~Q7";
/// The one password policy of the environment.
pub const POLICY: &str = "2e4a3a5c-8f0d-4d8c-9c39-0d1f3a5b7c9d";

type Sim = State<Arc<PingOneSim>>;

/// What the servers of one environment share.
pub struct PingOneSim {
    pub shared: Arc<SimContext>,
    pub base: String,
    pub tokens: Mutex<application::Tokens>,
}

pub fn login(url: &str) -> ClientLogin {
    ClientLogin::with_secret(
        format!(
            "kind = \"pingone\"\nenvironment_id = \"{ENVIRONMENT}\"\nclient_id = \"{CLIENT_ID}\"\n\
             client_secret = {{ file = {{secret}} }}\nbase_url = \"{url}\"\nauth_url = \"{url}\"\nmax_per_second = 1000\n"
        ),
        CLIENT_SECRET,
    )
}

pub fn router(shared: Arc<SimContext>, url: &str) -> Router {
    let ping = Arc::new(PingOneSim { shared, base: format!("{url}/v1"), tokens: Mutex::default() });
    let api = Router::new()
        .route("/users", get(users::list))
        .route("/users/{id}", get(users::one).post(users::unlock_account))
        .route("/users/{id}/password", get(users::password).post(users::unlock_password))
        .route("/passwordPolicies/{id}", get(users::policy))
        .route("/activities", get(activities::list))
        .route("/applications/{application}/roleAssignments", get(application::assigned_roles))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&ping), guard));
    Router::new()
        .route("/{environment}/as/token", post(application::issue))
        .nest("/v1/environments/{environment}", api)
        .route("/v1/roles", get(application::roles))
        .fallback(|| async { error_body::not_found() })
        .method_not_allowed_fallback(|| async { error_body::not_allowed() })
        .layer(middleware::from_fn(correlate))
        .with_state(ping)
}

/// Every request of the API needs a living token and this environment.
async fn guard(
    State(ping): Sim,
    Path(path): Path<Vec<(String, String)>>,
    request: Request,
    next: Next,
) -> Result<Response, Told> {
    if !application::is_good(&ping, request.headers()) {
        return Err(error_body::invalid_token());
    }
    let environment = path.iter().find(|(name, _)| name == "environment").map(|(_, value)| value.as_str());
    if environment != Some(ENVIRONMENT) {
        // A missing environment shows as 403, not as 404 (OAS 403 note).
        return Err(error_body::forbidden());
    }
    Ok(next.run(request).await)
}

/// Every answer has its id.
async fn correlate(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::from_str(&fresh_uuid()) {
        response.headers_mut().insert("correlation-id", id);
    }
    response
}

/// Checks a request that changes something: it needs a length, and exactly one media type, that one.
fn check(headers: &HeaderMap, body: &Bytes, media_type: &str) -> Result<(), Told> {
    if !headers.contains_key("content-length") && !headers.contains_key("transfer-encoding") {
        return Err(error_body::error(StatusCode::LENGTH_REQUIRED, "INVALID_REQUEST", "A length is required.", &[]));
    }
    let mut kinds = headers.get_all("content-type").iter();
    let (first, second) = (kinds.next(), kinds.next());
    if second.is_some() || first.is_none_or(|kind| kind != media_type) {
        return Err(error_body::unsupported_media_type());
    }
    // A body is optional: the vendor's own SDK sends `null`.
    if body.is_empty() || serde_json::from_slice::<Value>(body).is_ok_and(|it| it.is_null() || it.is_object()) {
        return Ok(());
    }
    Err(error_body::error(StatusCode::BAD_REQUEST, "INVALID_REQUEST", "The request could not be parsed.", &[]))
}

fn external(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    let text = String::from_utf8_lossy(value.as_bytes());
    Some(
        text.chars()
            .take(100)
            .map(|c| if c.is_ascii_alphanumeric() || "._-/@=#+".contains(c) { c } else { '_' })
            .collect(),
    )
}
