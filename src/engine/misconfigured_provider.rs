//! A provider whose settings can't be used: it answers every question with that problem, so that one
//! mistake in the configuration doesn't keep the others from working.

use std::future::ready;

use crate::domain::{
    Account, CheckResult, Cursor, Page, Problem, ProviderHealth, Query, Unlock, UnlockReply, Untrusted,
};
use crate::ledger::Recorded;
use crate::provider::{BoxFuture, Provider, ProviderInfo};

/// A provider that can't be built.
pub struct MisconfiguredProvider {
    /// What it would be.
    pub info: ProviderInfo,
    /// Why it isn't.
    pub problem: Problem,
}

impl Provider for MisconfiguredProvider {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn health(&self) -> ProviderHealth {
        ProviderHealth { reachable: Some(false), problem: Some(self.problem.clone()), ..ProviderHealth::default() }
    }

    fn search<'a>(&'a self, _: &'a Query, _: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(ready(Err(self.problem.clone())))
    }

    fn locked<'a>(&'a self, _: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(ready(Err(self.problem.clone())))
    }

    fn fetch<'a>(&'a self, _: &'a Untrusted) -> BoxFuture<'a, Result<Option<Account>, Problem>> {
        Box::pin(ready(Err(self.problem.clone())))
    }

    fn unlock<'a>(&'a self, _: &'a Recorded<Unlock>) -> BoxFuture<'a, UnlockReply> {
        Box::pin(ready(UnlockReply::NotDone(self.problem.clone())))
    }

    fn check(&self) -> BoxFuture<'_, Vec<CheckResult>> {
        Box::pin(ready(vec![CheckResult::bad("config", "", &self.problem)]))
    }
}
