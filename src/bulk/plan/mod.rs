//! A plan: what each line of a list came to, before anything is sent.

mod verdict;

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::Timestamp;

use crate::bulk::ListEntry;
use crate::domain::case_folding::fold;
use crate::domain::{AccountKey, Cause, ProviderName, Untrusted};

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
    pub fn why(&self) -> String {
        match &self.by {
            Some(column) => format!("{} (found by {column})", self.reason),
            None => self.reason.clone(),
        }
    }

    /// What its plan warned of beside the cause of the lock, and what still keeps its person out after the unlock: the
    /// password has expired.
    pub fn caution(&self) -> Option<&str> {
        self.reason.split_once("; ").map(|(_, caution)| caution).filter(|caution| !caution.is_empty())
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
    pub fn provider(&self) -> Option<&ProviderName> {
        self.account.as_ref().map(|account| &account.key.provider)
    }

    /// That provider's name; empty where the line led to no account.
    pub fn provider_name(&self) -> &str {
        self.provider().map_or("", ProviderName::as_str)
    }

    /// True where a run of these verdicts unlocks it.
    pub fn is_meant(&self, verdicts: &[Verdict]) -> bool {
        self.account.is_some() && verdicts.contains(&self.verdict)
    }

    /// Whose row it is: the account's user name, and what stood in the list where the line led to no account.
    pub fn name(&self) -> &Untrusted {
        self.account.as_ref().map_or(&self.input, |account| &account.username)
    }
}

/// How many there are of each word: a verdict, an outcome, a system.
pub fn totals<W: Ord>(words: impl IntoIterator<Item = W>) -> BTreeMap<W, u64> {
    let mut totals = BTreeMap::new();
    for word in words {
        *totals.entry(word).or_default() += 1;
    }
    totals
}

/// Which accounts and texts stand in the plan already. It keeps hashes of texts, not the texts.
#[derive(Clone, Debug, Default)]
pub struct Dedup {
    texts: HashMap<u64, u64>,
    accounts: HashMap<AccountKey, u64>,
}

impl Dedup {
    /// The earlier line that names nobody else, for the same providers. Two people may share an address.
    pub fn text(&mut self, entry: &ListEntry) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        let texts = std::iter::once(&entry.text).chain(entry.further.iter().map(|(_, text)| text));
        texts.for_each(|text| fold(text.as_data().trim()).hash(&mut hasher));
        entry.provider.hash(&mut hasher);
        let hash = hasher.finish();
        let first = self.texts.get(&hash).copied();
        if first.is_none() {
            self.texts.insert(hash, entry.line);
        }
        first
    }

    /// Makes a row a duplicate when its account stands in an earlier line.
    pub fn account(&mut self, mut row: Row) -> Row {
        let Some(key) = row.account.as_ref().map(|account| account.key.clone()) else { return row };
        match self.accounts.get(&key) {
            Some(first) => {
                row.verdict = Verdict::Duplicate;
                row.reason = format!("the same account as in line {first}");
            }
            None => {
                self.accounts.insert(key, row.line);
            }
        }
        row
    }
}
