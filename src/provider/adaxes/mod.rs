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
    Account, AccountKey, Cursor, Finding, OpenUnlock, Page, Problem, Query, Secret, Settled, Unlock, UnlockReply,
    Untrusted, Vitals,
};
use crate::ledger::Recorded;

use super::http::Http;
use super::http::client_builder::checked_url;
use super::token::TokenCache;
use super::{About, Answering, Provider, endpoints};

/// One Adaxes service.
pub struct Adaxes {
    about: About,
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
            about: About::of(config, settings.base(), endpoints(&config.backend)),
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
        AccountKey { provider: self.about.name.clone(), id: id.clone() }
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url
    }
}

impl Provider for Adaxes {
    fn about(&self) -> &About {
        &self.about
    }

    fn vitals(&self) -> Vitals {
        self.http.vitals()
    }

    fn search<'a>(&'a self, query: &'a Query, _: Option<&'a Cursor>) -> Answering<'a, Result<Page, Problem>> {
        Box::pin(search::page(self, query))
    }

    fn locked<'a>(&'a self, _: Option<&'a Cursor>) -> Answering<'a, Result<Page, Problem>> {
        Box::pin(search::locked(self))
    }

    fn read<'a>(&'a self, id: &'a Untrusted) -> Answering<'a, Result<Option<Account>, Problem>> {
        Box::pin(read::account(self, id))
    }

    fn unlock<'a>(&'a self, unlock: &'a Recorded<Unlock>) -> Answering<'a, UnlockReply> {
        Box::pin(unlock::send(self, unlock))
    }

    fn check(&self) -> Answering<'_, Vec<Finding>> {
        Box::pin(check::findings(self))
    }

    fn settle<'a>(&'a self, open: &'a OpenUnlock) -> Answering<'a, Settled> {
        Box::pin(unlock::look(self, open))
    }

    fn close(&self) -> Answering<'_, ()> {
        Box::pin(auth::end(self))
    }
}
