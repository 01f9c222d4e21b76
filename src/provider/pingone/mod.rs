//! `PingOne` directory users.
//!
//! Facts of the wire come from developer.pingidentity.com/pingone-api (users, user passwords, password
//! policies, audit activities); where the pages leave a doubt, both answers are understood.

mod audit;
mod check;
mod errors;
mod mapping;
mod read;
mod scim_filter;
mod search;
pub mod settings;
mod unlock;
mod wire;

use std::sync::Arc;

use reqwest::Url;

use crate::domain::{Capabilities, KindSpec, Problem, Untrusted};

use super::api::provider_in_modules;
use super::api_client::ApiClient;
use super::auth::{ClientAuthMethod, ClientCredentials, LazySecret};
use super::cached::Cached;
use super::http::client_builder::checked_url;
use super::registry::{Backend, BackendSettings as _, BackendSpec, BuildContext, GroupsNeeded};
use super::{Provider, ProviderInfo};

use settings::TokenAuth;

pub use settings::Settings;

/// `PingOne` as a kind of system.
pub const KIND: KindSpec = KindSpec {
    word: "pingone",
    capabilities: Capabilities { groups: true, ..Capabilities::DIRECTORY },
    blind_spot: "locks of the password layer alone are not in this list; everybody was paged through, as no filter \
        finds the locked",
};

impl Backend for Settings {
    const SPEC: BackendSpec = settings::SPEC;

    fn build(settings: &Settings, mut context: BuildContext<'_>) -> Result<Arc<dyn Provider>, Problem> {
        let system = format!("{}/environments/{}", settings.api(), settings.environment_id);
        let region = settings.region.as_str();
        let next = format!(
            "check client_id, the secret, token_auth (basic or post), the environment id and the region (`{region}` now)"
        );
        let auth = ClientCredentials {
            endpoints: vec![checked_url(&settings.token_endpoint())?],
            sends: match settings.token_auth {
                TokenAuth::Basic => ClientAuthMethod::EncodedHeader,
                TokenAuth::Post => ClientAuthMethod::Form,
            },
            next,
            ..ClientCredentials::new(&errors::SPEC, &settings.client_id, LazySecret::new(&settings.client_secret))
        };
        let http = context.http(&settings.endpoints())?;
        Ok(Arc::new(PingOne {
            client: ApiClient::new(http, checked_url(&system)?, auth, &errors::SPEC),
            client_id: settings.client_id.as_str().into(),
            info: context.info(&KIND, system, settings.endpoints()),
            limits: Cached::default(),
            groups: context.groups,
        }))
    }
}

/// One `PingOne` environment.
pub struct PingOne {
    info: ProviderInfo,
    client: ApiClient<ClientCredentials>,
    client_id: Untrusted,
    /// How many wrong passwords lock, by policy.
    limits: Cached<Untrusted, Option<u32>>,
    groups: GroupsNeeded,
}

impl PingOne {
    /// User ids are UUIDs; anything else is refused here, before it becomes part of a URL.
    fn user_url(&self, id: &Untrusted, rest: &str) -> Result<Url, Problem> {
        if uuid::Uuid::try_parse(id.as_data()).is_err() {
            return Err(Problem::bad_id("this is no PingOne user id", format!("`{}` is no UUID", id.line())));
        }
        Ok(self.client.url(&format!("/users/{}{rest}", id.url())))
    }
}

provider_in_modules! { PingOne: poll {} }
