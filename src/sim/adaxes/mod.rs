//! Adaxes' REST component, written from the contract: token header, session handshake, directory objects,
//! search in both forms, unlock with operation results.

mod auth;
mod ldap;
mod objects;
mod search;
mod unlock;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::ClientLogin;
use super::context::{SimContext, Told};

/// A token as `New-AdmAccountToken` makes one.
const TOKEN: &str = "sim-adaxes-token~4Vq";
/// The service account for the handshake.
pub const ACCOUNT: (&str, &str) = ("svc-unbolt@acme.test", "sim-adaxes-password~8Rt");

type Server = State<Arc<AdaxesServer>>;
type Params = Query<HashMap<String, String>>;

/// The simulated Adaxes service.
pub struct AdaxesServer {
    pub shared: Arc<SimContext>,
    /// Sessions and tokens of the handshake.
    pub sessions: Mutex<auth::Sessions>,
    /// Operations that outlast `Adm-Wait`, by id: the object, and how often they were asked for.
    pub operations: Mutex<HashMap<String, (Value, u32)>>,
}

pub fn login(url: &str) -> ClientLogin {
    ClientLogin::with_secret(
        format!(
            "kind = \"adaxes\"\ntoken = {{ file = {{secret}} }}\nbase_url = \"{url}/restApi\"\nmax_per_second = 1000\n"
        ),
        TOKEN,
    )
}

pub fn router(shared: Arc<SimContext>) -> Router {
    let adaxes = Arc::new(AdaxesServer { shared, sessions: Mutex::default(), operations: Mutex::default() });
    let guarded = Router::new()
        .route("/api/directoryObjects", get(objects::one))
        .route("/api/directoryObjects/search", get(search::old).post(search::new))
        .route("/api/directoryObjects/account/unlock", post(unlock::unlock))
        .route("/api/runningOperations/{id}", get(unlock::running))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&adaxes), guard));
    let open = Router::new()
        .route("/api/authSessions/create", post(auth::create_session))
        .route("/api/auth", post(auth::create_token).delete(auth::end_token))
        // The token is ended before its session, which therefore needs none.
        .route("/api/authSessions", axum::routing::delete(auth::end_session));
    let api = open.merge(guarded);
    // The host doesn't care for the letters' case.
    Router::new()
        .nest("/restapi", api.clone())
        .nest("/restApi", api)
        .fallback(|| async { refused(StatusCode::NOT_FOUND, "notFound", "The resource was not found.") })
        .method_not_allowed_fallback(|| async {
            refused(StatusCode::METHOD_NOT_ALLOWED, "methodNotAllowed", "The method is not allowed.")
        })
        .with_state(adaxes)
}

/// A moment in the service's spelling: UTC, seven digits of a second.
pub fn ticks(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.7fZ").to_string()
}

/// Any error has a JSON body.
fn refused(status: StatusCode, code: &str, message: &str) -> Told {
    (status, Json(json!({"message": message, "code": code})))
}

fn bad_request(message: &str) -> Told {
    refused(StatusCode::BAD_REQUEST, "badRequest", message)
}

async fn guard(State(adaxes): Server, request: Request, next: Next) -> Result<Response, Told> {
    let token = request.headers().get("adm-authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if token != TOKEN && !auth::is_good(&adaxes, token) {
        let message = "The provided authentication token is either expired or invalid.";
        return Err(refused(StatusCode::UNAUTHORIZED, "unauthenticated", message));
    }
    Ok(next.run(request).await)
}
