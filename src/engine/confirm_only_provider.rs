//! A provider whose accounts are unlocked through another one: it reads as ever, and only confirms.

use std::sync::Arc;

use crate::domain::{
    Account, CheckResult, Code, Cursor, MayUnlock, OpenUnlock, Page, PollResult, Problem, ProviderHealth, ProviderName,
    Query, Unlock, UnlockReply, Untrusted,
};
use crate::ledger::Recorded;
use crate::provider::{BoxFuture, Provider, ProviderInfo};

/// A provider that only confirms.
pub struct ConfirmOnlyProvider {
    /// Itself.
    pub inner: Arc<dyn Provider>,
    /// Through which its accounts are unlocked.
    pub through: ProviderName,
}

impl ConfirmOnlyProvider {
    fn words(&self) -> String {
        format!("it is unlocked through {}; {} only confirms", self.through, self.inner.info().name)
    }

    fn marked(&self, mut account: Account) -> Account {
        account.may_unlock = MayUnlock::No(self.words().into());
        account.unlocked_through = Some(self.through.clone());
        account
    }

    fn marked_page(&self, page: Page) -> Page {
        Page { accounts: page.accounts.into_iter().map(|account| self.marked(account)).collect(), ..page }
    }
}

impl Provider for ConfirmOnlyProvider {
    fn info(&self) -> &ProviderInfo {
        self.inner.info()
    }

    fn health(&self) -> ProviderHealth {
        self.inner.health()
    }

    fn search<'a>(&'a self, query: &'a Query, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(async move { self.inner.search(query, from).await.map(|page| self.marked_page(page)) })
    }

    fn locked<'a>(&'a self, from: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, Problem>> {
        Box::pin(async move { self.inner.locked(from).await.map(|page| self.marked_page(page)) })
    }

    fn fetch<'a>(&'a self, id: &'a Untrusted) -> BoxFuture<'a, Result<Option<Account>, Problem>> {
        Box::pin(async move { Ok(self.inner.fetch(id).await?.map(|account| self.marked(account))) })
    }

    fn unlock<'a>(&'a self, _: &'a Recorded<Unlock>) -> BoxFuture<'a, UnlockReply> {
        let next = format!("unlock the account in {}", self.through);
        let problem = Problem::new(Code::Refused, "nothing is unlocked through this system", self.words(), next);
        Box::pin(std::future::ready(UnlockReply::NotDone(problem)))
    }

    fn verify<'a>(&'a self, open: &'a OpenUnlock) -> BoxFuture<'a, PollResult> {
        self.inner.verify(open)
    }

    fn check(&self) -> BoxFuture<'_, Vec<CheckResult>> {
        Box::pin(async {
            let mut found = self.inner.check().await;
            found.push(CheckResult::good("unlock", self.words()));
            found
        })
    }

    fn forget_refusal(&self) {
        self.inner.forget_refusal();
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.inner.close()
    }
}
