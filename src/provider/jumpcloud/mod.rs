//! JumpCloud system users (console API v1) and Directory Insights.

mod check;
mod detail_fields;
mod errors;
mod policy;
mod read;
mod search;
mod unlock;
mod wire;

use std::sync::Mutex;

use reqwest::Url;
use tokio::sync::OnceCell;

use crate::config::{self, ProviderConfig};
use crate::domain::{
    Account, AccountKey, Code, Cursor, Finding, OpenUnlock, Page, PollResult, Problem, ProviderHealth, Query, Secret,
    Unlock, UnlockReply, Untrusted,
};
use crate::ledger::Recorded;

use super::http::Http;
use super::http::client_builder::checked_url;
use super::token::TokenCache;
use super::{BoxFuture, Provider, ProviderInfo, endpoints};

/// One JumpCloud organisation.
pub struct JumpCloud {
    info: ProviderInfo,
    http: Http,
    settings: config::JumpCloud,
    console: Url,
    insights: Url,
    token_endpoint: Url,
    secret: OnceCell<Secret>,
    tokens: TokenCache,
    policy: Mutex<Option<policy::Cached>>,
}

impl JumpCloud {
    /// Builds it from its settings.
    ///
    /// # Errors
    /// A [`Problem`] when a URL can't be used.
    pub fn new(config: &ProviderConfig, settings: &config::JumpCloud, http: Http) -> Result<Self, Problem> {
        let system = match &settings.org_id {
            Some(org) => format!("{} organisation {org}", settings.console()),
            None => settings.console(),
        };
        Ok(Self {
            info: ProviderInfo::of(config, system, endpoints(&config.backend)),
            http,
            console: checked_url(&settings.console())?,
            insights: checked_url(&settings.insights())?,
            token_endpoint: checked_url(&settings.token_endpoint())?,
            settings: settings.clone(),
            secret: OnceCell::new(),
            tokens: TokenCache::default(),
            policy: Mutex::default(),
        })
    }

    fn key(&self, id: &Untrusted) -> AccountKey {
        AccountKey { provider: self.info.name.clone(), id: id.clone() }
    }

    fn url(&self, path: &str) -> Url {
        below(&self.console, path)
    }

    /// User ids are 24 characters of a-z and 0-9; anything else never becomes part of a URL.
    fn user_url(&self, id: &Untrusted, rest: &str) -> Result<Url, Problem> {
        let text = id.as_data();
        if text.len() != 24 || !text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
            return Err(Problem::new(
                Code::BadId,
                "this is no JumpCloud user id",
                format!("`{}` is not 24 letters and digits", id.line()),
                "search for the person and act on the account that is found",
            ));
        }
        Ok(self.url(&format!("/api/systemusers/{}{rest}", id.url())))
    }
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

impl Provider for JumpCloud {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn health(&self) -> ProviderHealth {
        self.http.health()
    }

    fn search<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(search::page(self, query, from))
    }

    fn locked<'a>(&'a self, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(search::locked(self, from))
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
}
