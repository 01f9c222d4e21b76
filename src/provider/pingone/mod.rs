//! `PingOne` directory users.
//!
//! Facts of the wire come from developer.pingidentity.com/pingone-api (users, user passwords, password
//! policies, audit activities); where the pages leave a doubt, both answers are understood.

mod audit;
mod auth;
mod call;
mod check;
mod errors;
mod mapping;
mod read;
mod scim_filter;
mod search;
mod settle;
mod unlock;
mod wire;

use std::collections::HashMap;
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

/// One `PingOne` environment.
pub struct PingOne {
    info: ProviderInfo,
    http: Http,
    settings: config::PingOne,
    /// `{api}/v1/environments/{id}`, without a trailing slash.
    environment: Url,
    token_endpoint: Url,
    client_secret: OnceCell<Secret>,
    tokens: TokenCache,
    policies: Mutex<HashMap<Untrusted, read::CachedPolicy>>,
}

impl PingOne {
    /// Builds it from its settings.
    ///
    /// # Errors
    /// A [`Problem`] when a URL can't be used.
    pub fn new(config: &ProviderConfig, settings: &config::PingOne, http: Http) -> Result<Self, Problem> {
        let environment = format!("{}/environments/{}", settings.api(), settings.environment_id);
        Ok(Self {
            info: ProviderInfo::of(config, environment.clone(), endpoints(&config.backend)),
            http,
            environment: checked_url(&environment)?,
            token_endpoint: checked_url(&settings.token_endpoint())?,
            settings: settings.clone(),
            client_secret: OnceCell::new(),
            tokens: TokenCache::default(),
            policies: Mutex::default(),
        })
    }

    fn key(&self, id: &Untrusted) -> AccountKey {
        AccountKey { provider: self.info.name.clone(), id: id.clone() }
    }

    /// A URL below the environment. Every segment is encoded, so that an id can't change the path.
    fn url(&self, segments: &[&Untrusted]) -> Url {
        let mut url = self.environment.clone();
        let mut path = url.path().trim_end_matches('/').to_owned();
        for segment in segments {
            path.push('/');
            path.push_str(&segment.url());
        }
        url.set_path(&path);
        url
    }

    /// User ids are UUIDs; anything else is refused here, before it becomes part of a URL.
    fn user_url(&self, id: &Untrusted) -> Result<Url, Problem> {
        if uuid::Uuid::try_parse(id.as_data()).is_err() {
            return Err(Problem::new(
                Code::BadId,
                "this is no PingOne user id",
                format!("`{}` is no UUID", id.line()),
                "search for the person and act on the account that is found",
            ));
        }
        Ok(self.url(&[&"users".into(), id]))
    }
}

impl Provider for PingOne {
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
        Box::pin(settle::look(self, open))
    }
}
