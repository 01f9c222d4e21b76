//! A plan: what each line of a list came to, before anything is sent.

mod dedup;
mod verdict;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::{AccountKey, Cause, ProviderName, Untrusted};

pub use dedup::Dedup;
pub use verdict::{Verdict, judged};

/// The account of a row as it was read for the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedAccount {
    /// Which account.
    pub key: AccountKey,
    /// Its user name.
    pub username: Untrusted,
    /// Why it is locked.
    pub cause: Option<Cause>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// When that was read.
    pub as_of: Timestamp,
}

/// One of several accounts that a line may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which account.
    pub key: AccountKey,
    /// Who it is, in words.
    pub label: Untrusted,
}

/// One row of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the list, from 1; a line may give several rows.
    pub line: u64,
    /// What stood there.
    pub input: Untrusted,
    /// What is to be done.
    pub verdict: Verdict,
    /// The account, where the line led to one.
    pub account: Option<PlannedAccount>,
    /// Why, in words.
    pub reason: String,
    /// Its helpdesk case.
    pub ticket: Option<Untrusted>,
    /// The accounts it may mean.
    pub candidates: Vec<Candidate>,
    /// The column that led to the account, where the record has several that name one.
    pub by: Option<String>,
}

impl Row {
    /// Why, with the column that decided.
    #[must_use]
    pub fn why(&self) -> String {
        match &self.by {
            Some(column) => format!("{} (found by {column})", self.reason),
            None => self.reason.clone(),
        }
    }

    /// What its plan warned of beside the cause of the lock, and what still keeps its person out after the unlock: the
    /// password has expired. Empty where there is nothing.
    #[must_use]
    pub fn caution(&self) -> &str {
        self.reason.split_once("; ").map_or("", |(_, caution)| caution)
    }

    /// A row without an account.
    pub fn without(line: u64, input: Untrusted, verdict: Verdict, reason: impl Into<String>) -> Self {
        Self {
            line,
            input,
            verdict,
            account: None,
            reason: reason.into(),
            ticket: None,
            candidates: Vec::new(),
            by: None,
        }
    }

    /// The provider it would be unlocked in.
    #[must_use]
    pub fn provider(&self) -> Option<&ProviderName> {
        self.account.as_ref().map(|account| &account.key.provider)
    }
}

/// How many rows have which verdict.
pub type Totals = BTreeMap<&'static str, u64>;

/// Counts the verdicts.
#[must_use]
pub fn totals(rows: &[Row]) -> Totals {
    let mut totals = Totals::new();
    for row in rows {
        *totals.entry(row.verdict.word()).or_default() += 1;
    }
    totals
}
