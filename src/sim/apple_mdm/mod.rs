//! MDM servers and the Macs behind them, written from the contract: `NanoMDM`, `NanoHUB`, `MicroMDM`, Fleet, Jamf Pro
//! and Iru, each below its own path, all with the same Macs.

mod devices;
mod fleet;
mod iru;
mod jamf;
mod jamf_bodies;
mod micromdm;
mod nano;
mod rsql;
mod webhook;

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::ClientLogin;
use super::context::SimContext;
use super::world::World;

pub use devices::wake;
pub use webhook::{SentEvent, Webhook};

/// The key that every one of these servers takes.
pub const KEY: &str = "sim-macs-key~7Pz";

pub struct MdmSim {
    pub shared: Arc<SimContext>,
    /// Jamf's tokens in force.
    pub tokens: parking_lot::Mutex<Vec<String>>,
}

/// The ready configuration: the `NanoMDM` at the root, with its map and a webhook of its own.
pub fn login(url: &str, hook: &Webhook, world: &World) -> ClientLogin {
    let mut map = String::from("person,email,name,udid,serial,short_name\n");
    for person in &world.people {
        if let Some(mac) = &person.mac {
            let short = if mac.unmapped { "" } else { mac.short_name.as_str() };
            let email = person.email.as_deref().unwrap_or_default();
            let _ = writeln!(
                map,
                "{},{email},{} {},{},{},{short}",
                person.username, person.given, person.family, mac.udid, mac.serial
            );
        }
    }
    ClientLogin {
        top: format!("[webhook]\nlisten = \"127.0.0.1:{}\"\n", hook.port),
        toml: format!(
            "kind = \"apple_mdm\"\nserver = \"nanomdm\"\napi_key = {{ file = {{secret}} }}\nbase_url = \"{url}\"\n\
             map = {{map.csv}}\nwebhook_hmac_key = {{ file = {{hmac.secret}} }}\nmax_per_second = 1000\n"
        ),
        files: vec![
            ("secret", KEY.to_owned()),
            ("map.csv", map),
            ("hmac.secret", hook.key.clone()),
            ("path.secret", hook.secret.clone()),
        ],
    }
}

pub fn router(shared: Arc<SimContext>) -> Router {
    let mdm = Arc::new(MdmSim { shared, tokens: parking_lot::Mutex::default() });
    let basic = |user: &'static str, realm: &'static str| {
        middleware::from_fn(move |request: Request, next: Next| guard_basic(user, realm, request, next))
    };
    let bearer = |refusal: fn() -> Response| {
        middleware::from_fn(move |request: Request, next: Next| guard_bearer(refusal, request, next))
    };
    Router::new()
        .merge(nano::router("/v1/enqueue", "nanomdm").route_layer(basic("nanomdm", "nanomdm")))
        .merge(nano::certificate("/v1/pushcert").route_layer(basic("nanomdm", "nanomdm")))
        .merge(nano::push("/v1/push").route_layer(basic("nanomdm", "nanomdm")))
        .merge(nano::open())
        .nest("/nanohub", nano::hub().route_layer(basic("nanohub", "NanoHUB API")))
        .nest("/micromdm", micromdm::router().route_layer(basic("micromdm", "micromdm")))
        .nest("/fleet", fleet::router().route_layer(bearer(fleet::unauthenticated)))
        .nest("/iru", iru::router().route_layer(bearer(iru::unauthenticated)))
        .nest("/jamf", jamf::router(&mdm))
        .fallback(|| async { (StatusCode::NOT_FOUND, "404 page not found\n") })
        .with_state(mdm)
}

async fn guard_basic(user: &'static str, realm: &'static str, request: Request, next: Next) -> Response {
    let wanted = format!("Basic {}", STANDARD.encode(format!("{user}:{KEY}")));
    if authorization(request.headers()) == wanted {
        return next.run(request).await;
    }
    let challenge = format!("Basic realm=\"{realm}\"");
    let headers = [(header::WWW_AUTHENTICATE, challenge)];
    if user == "micromdm" {
        return (StatusCode::UNAUTHORIZED, headers, axum::Json(serde_json::json!({"error": "Unauthorized"})))
            .into_response();
    }
    (StatusCode::UNAUTHORIZED, headers, "Unauthorized\n").into_response()
}

async fn guard_bearer(refusal: fn() -> Response, request: Request, next: Next) -> Response {
    if authorization(request.headers()) == format!("Bearer {KEY}") { next.run(request).await } else { refusal() }
}

fn authorization(headers: &HeaderMap) -> String {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

type Sim = State<Arc<MdmSim>>;
