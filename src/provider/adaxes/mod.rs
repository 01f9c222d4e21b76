//! Active Directory through Softerra Adaxes' REST component.

mod auth;
mod check;
mod errors;
mod ids;
mod operation_result;
mod read;
mod search;
mod unlock;
mod wire;

use std::sync::atomic::AtomicBool;

use reqwest::Url;
use tokio::sync::OnceCell;

use crate::config::{self, ProviderConfig};
use crate::domain::{
    Account, AccountKey, Cursor, Finding, OpenUnlock, Page, PollResult, Problem, ProviderHealth, Query, Secret, Unlock,
    UnlockReply, Untrusted,
};
use crate::ledger::Recorded;

use super::http::Http;
use super::http::client_builder::checked_url;
use super::token::TokenCache;
use super::{BoxFuture, Provider, ProviderInfo, endpoints};

/// One Adaxes service.
pub struct Adaxes {
    info: ProviderInfo,
    http: Http,
    settings: config::Adaxes,
    base: Url,
    secret: OnceCell<Secret>,
    tokens: TokenCache,
    /// The session of the handshake, ended with the provider.
    session: tokio::sync::Mutex<Option<String>>,
    /// True once the service turned out to know the 2021.1 search only.
    is_old: AtomicBool,
}

impl Adaxes {
    /// Builds it from its settings.
    ///
    /// # Errors
    /// A [`Problem`] when the URL can't be used.
    pub fn new(config: &ProviderConfig, settings: &config::Adaxes, http: Http) -> Result<Self, Problem> {
        Ok(Self {
            info: ProviderInfo::of(config, settings.base(), endpoints(&config.backend)),
            http,
            base: checked_url(&settings.base())?,
            settings: settings.clone(),
            secret: OnceCell::new(),
            tokens: TokenCache::default(),
            session: tokio::sync::Mutex::default(),
            is_old: AtomicBool::new(false),
        })
    }

    fn key(&self, id: &Untrusted) -> AccountKey {
        AccountKey { provider: self.info.name.clone(), id: id.clone() }
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url
    }
}

impl Provider for Adaxes {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn health(&self) -> ProviderHealth {
        self.http.health()
    }

    fn search<'a>(&'a self, query: &'a Query, _: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(search::page(self, query))
    }

    fn locked<'a>(&'a self, _: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(search::locked(self))
    }

    fn read<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Account>, Problem>> {
        Box::pin(read::account(self, id))
    }

    fn unlock<'a>(&'a self, unlock: &'a Recorded<Unlock>) -> BoxFuture<'a, UnlockReply> {
        Box::pin(unlock::send(self, unlock))
    }

    fn check(&self) -> BoxFuture<'_, Vec<Finding>> {
        Box::pin(check::findings(self))
    }

    fn verify<'a>(&'a self, open: &'a OpenUnlock) -> BoxFuture<'a, PollResult> {
        Box::pin(unlock::look(self, open))
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(auth::end(self))
    }
}
