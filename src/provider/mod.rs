//! The systems that hold accounts: one trait, one HTTP client, one folder per kind.
//!
//! A folder translates between a system's wire types and the domain, and does nothing else: no
//! waiting for outcomes, no decisions, no screen, no ledger but the proof that a record exists.

pub mod adaxes;
pub mod apple_mdm;
pub mod http;
pub mod jumpcloud;
pub mod mailbox;
pub mod pingone;
pub mod token;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use crate::config::{Backend, ProviderConfig};
use crate::domain::{
    Account, Capabilities, Cursor, Exchange, Kind, OpenUnlock, Page, Problem, ProviderName, Query, Settled, Unlock,
    UnlockReply, Untrusted, Vitals,
};
use crate::ledger::Recorded;

use http::Http;
use http::build::Clients;
use mailbox::Mailbox;

/// A future of a provider's answer.
pub type Answering<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a provider is, without asking it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
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
    pub answers_by_mail: bool,
}

impl About {
    /// What it can do.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.kind.capabilities()
    }
}

/// A system that holds accounts.
pub trait Provider: Send + Sync {
    /// What it is.
    fn about(&self) -> &About;

    /// How it is doing, as last seen; asks nothing.
    fn vitals(&self) -> Vitals;

    /// Searches for people; the lock state of a hit may be unread.
    fn search<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> Answering<'a, Result<Page, Problem>>;

    /// Lists accounts that are locked, or that may be: each is to be read before it is acted on.
    fn locked<'a>(&'a self, from: Option<&'a Cursor>) -> Answering<'a, Result<Page, Problem>>;

    /// Reads one account in full; none when there is no such account.
    fn read<'a>(&'a self, id: &'a Untrusted) -> Answering<'a, Result<Option<Account>, Problem>>;

    /// Sends one unlock request. The proof that its intent is on disk can only come from the ledger (law 1).
    fn unlock<'a>(&'a self, unlock: &'a Recorded<Unlock>) -> Answering<'a, UnlockReply>;

    /// Looks once at what became of an unlock; changes nothing.
    fn settle<'a>(&'a self, open: &'a OpenUnlock) -> Answering<'a, Settled>;

    /// Ends what was begun with the system (a session), before the program ends.
    fn close(&self) -> Answering<'_, ()> {
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
    mailbox: &Mailbox,
) -> Result<Arc<dyn Provider>, Problem> {
    Ok(match &config.backend {
        Backend::PingOne(settings) => {
            let tls = [settings.api(), settings.token_endpoint()].iter().any(|url| !url.starts_with("http:"));
            let http = Http::new(config.name.clone(), &config.wire, clients.get(&config.wire, tls)?, log.clone());
            Arc::new(pingone::PingOne::new(config, settings, http)?)
        }
        Backend::JumpCloud(settings) => {
            let tls = [settings.console(), settings.insights(), settings.token_endpoint()]
                .iter()
                .any(|url| !url.starts_with("http:"));
            let http = Http::new(config.name.clone(), &config.wire, clients.get(&config.wire, tls)?, log.clone());
            Arc::new(jumpcloud::JumpCloud::new(config, settings, http)?)
        }
        Backend::Adaxes(settings) => {
            let tls = !settings.base().starts_with("http:");
            let http = Http::new(config.name.clone(), &config.wire, clients.get(&config.wire, tls)?, log.clone());
            Arc::new(adaxes::Adaxes::new(config, settings, http)?)
        }
        Backend::AppleMdm(settings) => {
            let tls = !settings.base().starts_with("http:");
            let http = Http::new(config.name.clone(), &config.wire, clients.get(&config.wire, tls)?, log.clone());
            Arc::new(apple_mdm::AppleMdm::new(config, settings, http, mailbox)?)
        }
    })
}
