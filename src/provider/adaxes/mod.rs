//! Active Directory through Softerra Adaxes' REST component.

mod check;
mod errors;
mod groups;
mod ids;
mod mapping;
mod read;
mod search;
pub mod settings;
mod unlock;
mod wire;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use reqwest::header::HeaderName;

use crate::domain::{Capabilities, Code, KindSpec, Problem};

use super::api::provider_in_modules;
use super::api_client::ApiClient;
use super::auth::{LazySecret, Login};
use super::http::client_builder::checked_url;
use super::registry::{Backend, BackendSettings as _, BackendSpec, BuildContext, GroupsNeeded};
use super::session_login::SessionLogin;
use super::{BoxFuture, Provider, ProviderInfo};

pub use settings::Settings;

const AUTHORIZATION: HeaderName = HeaderName::from_static("adm-authorization");

/// Adaxes as a kind of system.
pub const KIND: KindSpec = KindSpec {
    word: "adaxes",
    capabilities: Capabilities { groups: true, directory_names: true, ..Capabilities::DIRECTORY },
    // Each domain controller keeps its own count of wrong passwords.
    blind_spot: "one domain controller's view",
};

impl Backend for Settings {
    const SPEC: BackendSpec = settings::SPEC;

    fn build(settings: &Settings, mut context: BuildContext<'_>) -> Result<Arc<dyn Provider>, Problem> {
        let base = checked_url(&settings.base())?;
        let auth = match (&settings.token, &settings.username, &settings.password) {
            (None, Some(username), Some(password)) => {
                let password = LazySecret::new(password);
                let login = SessionLogin::new(&errors::SPEC, AUTHORIZATION, base.clone(), username, password);
                Login::Session(Box::new(login))
            }
            (Some(token), ..) => Login::Header(AUTHORIZATION, "", LazySecret::new(token)),
            _ => {
                return Err(Problem::new(Code::Login, "there is no login", "", "give token, or username and password"));
            }
        };
        let http = context.http(&settings.endpoints())?;
        Ok(Arc::new(Adaxes {
            client: ApiClient::new(http, base, auth, &errors::SPEC),
            info: context.info(&KIND, settings.base(), settings.endpoints()),
            wait_seconds: settings.wait_seconds,
            groups: context.groups,
            is_old: AtomicBool::new(false),
        }))
    }
}

/// One Adaxes service.
pub struct Adaxes {
    info: ProviderInfo,
    client: ApiClient<Login>,
    wait_seconds: u32,
    groups: GroupsNeeded,
    /// True once the service turned out to know the 2021.1 search only.
    is_old: AtomicBool,
}

provider_in_modules! { Adaxes: poll {
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.client.auth.end(&self.client.http, &self.client.tokens))
    }
} }
