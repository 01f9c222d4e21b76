//! The systems that hold accounts: one trait, one HTTP client, one folder per kind.
//!
//! A folder translates between a system's wire types and the domain, and does nothing else: no
//! waiting for outcomes, no decisions, no screen, no ledger but the proof that a record exists.

pub mod adaxes;
pub mod apple_mdm;
pub mod auth;
pub mod http;
pub mod jumpcloud;
pub mod pingone;
pub mod push_inbox;
pub mod token;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use crate::config::{Backend, ProviderConfig};
use crate::domain::{
    Account, Capabilities, Cursor, Exchange, Finding, Kind, OpenUnlock, Page, PollResult, Problem, ProviderHealth,
    ProviderName, Query, Unlock, UnlockReply, Untrusted,
};
use crate::ledger::Recorded;

use http::Http;
use http::client_builder::Clients;
use push_inbox::PushInbox;

/// A future of a provider's answer.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a provider is, without asking it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderInfo {
    /// Its name in the configuration.
    pub name: ProviderName,
    /// Its kind.
    pub kind: Kind,
    /// Which system exactly: its API and tenant.
    pub system: String,
    /// How long an exchange may take; before this has passed, an unanswered unlock may still be at work.
    pub total_timeout: Duration,
    /// Requests under way at once.
    pub window: u32,
    /// Requests per second.
    pub per_second: u32,
    /// True where answers of devices come on their own, and can't be asked for.
    pub answers_by_webhook: bool,
    /// The addresses that it is reached by.
    pub endpoints: Vec<String>,
    /// True when a proxy is asked to reach them.
    pub by_proxy: bool,
}

impl ProviderInfo {
    /// A configured provider, before anything is asked of it.
    #[must_use]
    pub fn of(config: &ProviderConfig, system: String, endpoints: Vec<String>) -> Self {
        Self {
            name: config.name.clone(),
            kind: config.backend.kind(),
            system,
            total_timeout: config.wire.total_timeout,
            window: config.wire.max_parallel,
            per_second: config.wire.max_per_second,
            answers_by_webhook: false,
            endpoints,
            by_proxy: config.wire.proxy.is_some(),
        }
    }

    /// What it can do.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.kind.capabilities()
    }
}

/// A system that holds accounts.
pub trait Provider: Send + Sync {
    /// What it is.
    fn info(&self) -> &ProviderInfo;

    /// How it is doing, as last seen; asks nothing.
    fn health(&self) -> ProviderHealth;

    /// Searches for people; the lock state of a hit may be unread.
    fn search<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>>;

    /// Lists accounts that are locked, or that may be: each is to be read before it is acted on.
    fn locked<'a>(&'a self, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>>;

    /// Reads one account in full; none when there is no such account.
    fn read<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Account>, Problem>>;

    /// Sends one unlock request. The proof that its intent is on disk can only come from the ledger (law 1).
    fn unlock<'a>(&'a self, unlock: &'a Recorded<Unlock>) -> BoxFuture<'a, UnlockReply>;

    /// Looks once at what became of an unlock; changes nothing.
    fn verify<'a>(&'a self, open: &'a OpenUnlock) -> BoxFuture<'a, PollResult>;

    /// Looks at what the login may do, and what it needn't; changes nothing.
    fn check(&self) -> BoxFuture<'_, Vec<Finding>>;

    /// Ends what was begun with the system (a session), before the program ends.
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Builds a provider from its settings. Nothing is asked of anybody yet.
///
/// # Errors
/// A [`Problem`] when the settings can't make a client (a CA file that can't be read, a URL that is none).
pub fn build(
    config: &ProviderConfig,
    clients: &mut Clients,
    log: &UnboundedSender<Exchange>,
    push_inbox: &PushInbox,
) -> Result<Arc<dyn Provider>, Problem> {
    let endpoints = endpoints(&config.backend);
    let tls = endpoints.iter().any(|url| !url.starts_with("http:"));
    let http = Http::new(config.name.clone(), &config.wire, clients.get(&config.wire, tls)?, log.clone());
    Ok(match &config.backend {
        Backend::PingOne(settings) => Arc::new(pingone::PingOne::new(config, settings, http)?),
        Backend::JumpCloud(settings) => Arc::new(jumpcloud::JumpCloud::new(config, settings, http)?),
        Backend::Adaxes(settings) => Arc::new(adaxes::Adaxes::new(config, settings, http)?),
        Backend::AppleMdm(settings) => Arc::new(apple_mdm::AppleMdm::new(config, settings, http, push_inbox)?),
    })
}

/// The addresses that a provider is reached by.
#[must_use]
pub fn endpoints(backend: &Backend) -> Vec<String> {
    match backend {
        Backend::PingOne(settings) => vec![settings.api(), settings.token_endpoint()],
        Backend::JumpCloud(settings) => {
            let by_token = settings.client_id.is_some().then(|| settings.token_endpoint());
            [settings.console(), settings.insights()].into_iter().chain(by_token).collect()
        }
        Backend::Adaxes(settings) => vec![settings.base()],
        Backend::AppleMdm(settings) => vec![settings.base()],
    }
}
