//! MDM servers and the Macs behind them, written from the contract: `NanoMDM`, `NanoHUB`, `MicroMDM`, Fleet, Jamf Pro
//! and Iru, each below its own path, all with the same Macs.

mod devices;
mod fleet;
mod iru;
mod jamf;
mod micromdm;
mod nano;
mod rsql;
mod webhook;

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::ClientLogin;
use super::context::{Answer, SimContext, Told};
use super::world::World;

pub use devices::wake;
pub use webhook::{SentEvent, Webhook};

/// The key that every one of these servers takes.
pub const KEY: &str = "sim-macs-key~7Pz";

/// The simulated MDM servers, all on one address.
pub struct MdmSim {
    pub shared: Arc<SimContext>,
    /// Jamf's tokens in force.
    pub tokens: parking_lot::Mutex<Vec<String>>,
}

/// The ready configuration: the `NanoMDM` at the root, with its map and a webhook of its own.
pub fn login(url: &str, hook: &Webhook, world: &World) -> ClientLogin {
    let mut map = String::from("person,email,name,udid,serial,short_name\n");
    for (person, mac) in world.macs() {
        let short = if mac.unmapped { "" } else { mac.short_name.as_str() };
        let email = person.email.as_deref().unwrap_or_default();
        let _ = writeln!(map, "{},{email},{},{},{},{short}", person.username, person.name(), mac.udid, mac.serial);
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
    let guard = |login: String, refusal: fn() -> Response| {
        middleware::from_fn(move |request: Request, next: Next| {
            let is_known = authorization(request.headers()) == login;
            async move { if is_known { next.run(request).await } else { refusal() } }
        })
    };
    let basic = |user: &str| format!("Basic {}", STANDARD.encode(format!("{user}:{KEY}")));
    let bearer = || format!("Bearer {KEY}");
    Router::new()
        .merge(nano::mdm().route_layer(guard(basic("nanomdm"), || challenge("nanomdm", "Unauthorized\n"))))
        // Needs no login.
        .route("/version", get(Json(json!({"version": "v0.9.0-14-g1d5fcf4"}))))
        .nest(
            "/nanohub",
            nano::hub().route_layer(guard(basic("nanohub"), || challenge("NanoHUB API", "Unauthorized\n"))),
        )
        .nest("/micromdm", micromdm::router().route_layer(guard(basic("micromdm"), micromdm::unauthenticated)))
        .nest("/fleet", fleet::router().route_layer(guard(bearer(), fleet::unauthenticated)))
        .nest("/iru", iru::router().route_layer(guard(bearer(), iru::unauthenticated)))
        .nest("/jamf", jamf::router(&mdm))
        .fallback(|| async { (StatusCode::NOT_FOUND, "404 page not found\n") })
        .with_state(mdm)
}

fn challenge(realm: &str, body: impl IntoResponse) -> Response {
    let headers = [(header::WWW_AUTHENTICATE, format!("Basic realm=\"{realm}\""))];
    (StatusCode::UNAUTHORIZED, headers, body).into_response()
}

fn authorization(headers: &HeaderMap) -> String {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// A parameter that is a number, or what stands for it.
fn number(given: Option<&String>, usual: usize) -> usize {
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What each handler is given.
type Sim = State<Arc<MdmSim>>;
