//! JumpCloud system users (console API v1) and Directory Insights.

mod auth;
mod check;
mod detail_fields;
mod errors;
mod mapping;
mod policy;
mod read;
mod search;
pub mod settings;
mod unlock;
mod wire;

use std::sync::Arc;

use reqwest::Url;
use reqwest::header::HeaderName;

use crate::domain::{Capabilities, Code, KindSpec, Problem, Untrusted};

use super::api::provider_in_modules;
use super::api_client::ApiClient;
use super::auth::{ClientAuthMethod, ClientCredentials, LazySecret, Login};
use super::cached::Cached;
use super::http::client_builder::checked_url;
use super::registry::{Backend, BackendSettings as _, BackendSpec, BuildContext};
use super::{Provider, ProviderInfo};
use auth::OrganisationLogin;
use settings::UnlockMode;

pub use settings::Settings;

const KEY: HeaderName = HeaderName::from_static("x-api-key");

/// JumpCloud as a kind of system.
pub const KIND: KindSpec = KindSpec {
    word: "jumpcloud",
    capabilities: Capabilities::DIRECTORY,
    blind_spot: "the search may lag behind by seconds",
};

impl Backend for Settings {
    const SPEC: BackendSpec = settings::SPEC;

    fn build(settings: &Settings, mut context: BuildContext<'_>) -> Result<Arc<dyn Provider>, Problem> {
        let system = match &settings.org_id {
            Some(org) => format!("{} organisation {org}", settings.console()),
            None => settings.console(),
        };
        let auth = match (&settings.api_key, &settings.client_id, &settings.client_secret) {
            (None, Some(id), Some(secret)) => Login::Client(Box::new(ClientCredentials {
                endpoints: vec![checked_url(&settings.token_endpoint())?],
                sends: ClientAuthMethod::PlainHeader,
                form: "scope=api&grant_type=client_credentials",
                ..ClientCredentials::new(&errors::SPEC, id, LazySecret::new(secret))
            })),
            (Some(key), ..) => Login::Header(KEY, "", LazySecret::new(key)),
            _ => {
                let next = "give api_key, or client_id and client_secret";
                return Err(Problem::new(Code::Login, "there is no login", "", next));
            }
        };
        let org_id = settings.org_id.as_deref().map(Untrusted::from);
        let auth = OrganisationLogin { login: auth, org_id: org_id.clone() };
        let http = context.http(&settings.endpoints())?;
        Ok(Arc::new(JumpCloud {
            client: ApiClient::new(http, checked_url(&settings.console())?, auth, &errors::SPEC),
            info: context.info(&KIND, system, settings.endpoints()),
            insights: checked_url(&settings.insights())?,
            org_id,
            mode: settings.mode,
            policies: Cached::default(),
        }))
    }
}

/// One JumpCloud organisation.
pub struct JumpCloud {
    info: ProviderInfo,
    client: ApiClient<OrganisationLogin>,
    insights: Url,
    org_id: Option<Untrusted>,
    mode: UnlockMode,
    policies: Cached<Untrusted, policy::LockoutPolicy>,
}

impl JumpCloud {
    /// User ids are 24 characters of a-z and 0-9; anything else never becomes part of a URL.
    fn user_url(&self, id: &Untrusted, rest: &str) -> Result<Url, Problem> {
        let text = id.as_data();
        if text.len() != 24 || !text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
            let why = format!("`{}` is not 24 letters and digits", id.line());
            return Err(Problem::bad_id("this is no JumpCloud user id", why));
        }
        Ok(self.client.url(&format!("/api/systemusers/{}{rest}", id.url())))
    }
}

provider_in_modules! { JumpCloud: {} }
