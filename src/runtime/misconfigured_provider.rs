//! A provider whose settings can't be used: it answers every question with that problem, so that one
//! mistake in the configuration doesn't keep the others from working.

use std::future::ready;

use crate::domain::{
    Account, Cursor, Finding, OpenUnlock, Page, Problem, Query, Settled, Unlock, UnlockReply, Untrusted, Verdict,
    Vitals,
};
use crate::ledger::Recorded;
use crate::provider::{About, Answering, Provider};

/// A provider that can't be built.
pub struct Broken {
    /// What it would be.
    pub about: About,
    /// Why it isn't.
    pub problem: Problem,
}

impl Provider for Broken {
    fn about(&self) -> &About {
        &self.about
    }

    fn vitals(&self) -> Vitals {
        Vitals { reachable: Some(false), problem: Some(self.problem.clone()), ..Vitals::default() }
    }

    fn search<'a>(&'a self, _: &'a Query, _: Option<&'a Cursor>) -> Answering<'a, Result<Page, Problem>> {
        Box::pin(ready(Err(self.problem.clone())))
    }

    fn locked<'a>(&'a self, _: Option<&'a Cursor>) -> Answering<'a, Result<Page, Problem>> {
        Box::pin(ready(Err(self.problem.clone())))
    }

    fn read<'a>(&'a self, _: &'a Untrusted) -> Answering<'a, Result<Option<Account>, Problem>> {
        Box::pin(ready(Err(self.problem.clone())))
    }

    fn unlock<'a>(&'a self, _: &'a Recorded<Unlock>) -> Answering<'a, UnlockReply> {
        Box::pin(ready(UnlockReply::NotDone(self.problem.clone())))
    }

    fn check(&self) -> Answering<'_, Vec<Finding>> {
        Box::pin(ready(vec![Finding::bad("config", "", &self.problem)]))
    }

    fn settle<'a>(&'a self, _: &'a OpenUnlock) -> Answering<'a, Settled> {
        let verdict = Verdict::AskAgain(std::time::Duration::from_secs(5), Some(self.problem.clone()));
        Box::pin(ready(Settled::seen(self.problem.what.as_ref(), verdict, None)))
    }
}
