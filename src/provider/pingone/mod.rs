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
use std::time::Duration;

use reqwest::Url;

use crate::domain::{
    Account, AccountKey, Capabilities, Code, Cursor, Finding, KindSpec, Page, Problem, ProviderHealth, Query, Unlock,
    UnlockReply, Untrusted,
};
use crate::ledger::Recorded;

use super::api_client::ApiClient;
use super::auth::{ClientCredentials, CredentialsIn, LazySecret};
use super::cached::Cached;
use super::http::client_builder::checked_url;
use super::registry::{self, BackendSettings as _, BackendSpec, BuildContext, GroupsNeeded};
use super::token::TokenCache;
use super::{BoxFuture, Provider, ProviderInfo};

use settings::{Settings, TokenAuth};

/// `PingOne` as a kind of system.
pub const KIND: KindSpec = KindSpec {
    word: "pingone",
    // No documented filter lists the locked: everybody is paged through.
    capabilities: Capabilities { list_locked: false, groups: true, ..Capabilities::DIRECTORY },
    blind_spot: "locks of the password layer alone are not in this list; everybody was paged through, as no filter \
        finds the locked",
};

/// What it declares of itself.
pub struct Backend;

impl registry::Backend for Backend {
    const SPEC: BackendSpec = settings::SPEC;
    type Settings = Settings;

    fn build(settings: &Settings, mut context: BuildContext<'_>) -> Result<Arc<dyn Provider>, Problem> {
        let system = format!("{}/environments/{}", settings.api(), settings.environment_id);
        let region = settings.region.as_str();
        let next = format!(
            "check client_id, the secret, token_auth (basic or post), the environment id and the region (`{region}` now)"
        );
        let auth = ClientCredentials {
            spec: &errors::SPEC,
            endpoints: vec![checked_url(&settings.token_endpoint())?],
            id: settings.client_id.clone(),
            secret: LazySecret::new(&settings.client_secret),
            sends: match settings.token_auth {
                TokenAuth::Basic => CredentialsIn::EncodedHeader,
                TokenAuth::Post => CredentialsIn::Form,
            },
            form: "grant_type=client_credentials",
            usual_life: 3_600,
            next,
            tokens: TokenCache::default(),
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
    fn key(&self, id: &Untrusted) -> AccountKey {
        AccountKey { provider: self.info.name.clone(), id: id.clone() }
    }

    /// User ids are UUIDs; anything else is refused here, before it becomes part of a URL.
    fn user_url(&self, id: &Untrusted, rest: &str) -> Result<Url, Problem> {
        if uuid::Uuid::try_parse(id.as_data()).is_err() {
            return Err(Problem::new(
                Code::BadId,
                "this is no PingOne user id",
                format!("`{}` is no UUID", id.line()),
                "search for the person and act on the account that is found",
            ));
        }
        Ok(self.client.url(&format!("/users/{}{rest}", id.url())))
    }
}

impl Provider for PingOne {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn health(&self) -> ProviderHealth {
        self.client.http.health()
    }

    fn search<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(search::page(self, query, from))
    }

    fn locked<'a>(&'a self, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(search::locked(self, from))
    }

    fn fetch<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Account>, Problem>> {
        Box::pin(read::account(self, id))
    }

    fn unlock<'a>(&'a self, unlock: &'a Recorded<Unlock>) -> BoxFuture<'a, UnlockReply> {
        Box::pin(unlock::send(self, unlock))
    }

    fn poll<'a>(&'a self, unlock: &'a Recorded<Unlock>, _: &'a Untrusted, _: Duration) -> BoxFuture<'a, UnlockReply> {
        Box::pin(unlock::send_plain(self, unlock))
    }

    fn check(&self) -> BoxFuture<'_, Vec<Finding>> {
        Box::pin(check::findings(self))
    }
}
