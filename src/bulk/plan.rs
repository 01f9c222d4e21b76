//! A plan: what each line of a list came to, before anything is sent.

use std::collections::BTreeMap;
use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::fold::fold;
use crate::domain::{Account, AccountKey, Cause, Lock, MayUnlock, ProviderName, Untrusted};
use crate::policy::Policy;

/// What is to be done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is locked and will be unlocked.
    Unlock,
    /// It is open already.
    Open,
    /// It is switched off; an unlock would not help.
    Disabled,
    /// Nobody has exactly that name.
    NotFound,
    /// Several accounts have exactly that name.
    Ambiguous,
    /// The same account stands in an earlier line.
    Duplicate,
    /// A rule keeps it out of lists.
    Protected,
    /// An administrator locked it on purpose.
    AdminLocked,
    /// The system reports no lock state.
    NotReported,
    /// The line can't be used, or the account can't be read.
    Invalid,
}

impl Verdict {
    /// Every verdict, the ones to look at first.
    pub const ALL: [Self; 10] = [
        Self::Ambiguous,
        Self::NotFound,
        Self::Invalid,
        Self::AdminLocked,
        Self::Protected,
        Self::Disabled,
        Self::NotReported,
        Self::Duplicate,
        Self::Unlock,
        Self::Open,
    ];

    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unlock => "unlock",
            Self::Open => "open",
            Self::Disabled => "disabled",
            Self::NotFound => "not_found",
            Self::Ambiguous => "ambiguous",
            Self::Duplicate => "duplicate",
            Self::Protected => "protected",
            Self::AdminLocked => "admin_locked",
            Self::NotReported => "not_reported",
            Self::Invalid => "invalid",
        }
    }

    /// True when the line led to exactly one account that could be read.
    #[must_use]
    pub fn is_resolved(self) -> bool {
        !matches!(self, Self::NotFound | Self::Ambiguous | Self::Duplicate | Self::Invalid)
    }
}

/// The account of a row as it was read for the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
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
    pub account: Option<Planned>,
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

/// What an account that was read comes to.
#[must_use]
pub fn judged(
    line: u64,
    input: Untrusted,
    ticket: Option<Untrusted>,
    account: &Account,
    (policy, operator): (&Policy, &Untrusted),
) -> Row {
    let (since, cause) = match &account.lock {
        Lock::Locked { since, cause, .. } => (*since, Some(*cause)),
        _ => (None, None),
    };
    let planned =
        Planned { key: account.key.clone(), username: account.username.clone(), cause, since, as_of: account.as_of };
    let (verdict, reason) = match policy.protects(account, operator) {
        Some(why) => (Verdict::Protected, why),
        None => verdict(account),
    };
    Row { line, input, verdict, account: Some(planned), reason, ticket, candidates: Vec::new(), by: None }
}

fn verdict(account: &Account) -> (Verdict, String) {
    if account.enabled == Some(false) {
        return (Verdict::Disabled, "it is disabled: an unlock does not enable it".to_owned());
    }
    if let Some(guess) = account.guess {
        return (Verdict::Ambiguous, format!("a guess: {guess}"));
    }
    // What the system would refuse isn't asked of it.
    if let (Lock::Locked { .. }, MayUnlock::No(why)) = (&account.lock, &account.may_unlock) {
        return (Verdict::Protected, why.line());
    }
    match &account.lock {
        Lock::Open => (Verdict::Open, "it is not locked".to_owned()),
        Lock::Locked { cause: Cause::Admin, .. } => {
            let by = account.locked_by.as_ref().map_or_else(String::new, |by| format!(" by {}", by.line()));
            (Verdict::AdminLocked, format!("locked on purpose{by}"))
        }
        Lock::Locked { cause, .. } => {
            let warning = account.after_unlock_warning().map(|warning| format!("; {warning}")).unwrap_or_default();
            (Verdict::Unlock, format!("{}{warning}", cause.label()))
        }
        Lock::NotReported => (Verdict::NotReported, "it reports no lock state".to_owned()),
        Lock::Unknown { problem } => {
            let why = problem.as_ref().map_or_else(|| "not read".to_owned(), |problem| problem.line());
            (Verdict::Invalid, format!("its lock state can't be read: {why}"))
        }
    }
}

/// Which accounts and texts stand in the plan already. It keeps hashes of texts, not the texts.
#[derive(Debug, Default)]
pub struct Dedup {
    texts: HashMap<u64, u64>,
    accounts: HashMap<AccountKey, u64>,
}

impl Dedup {
    /// The earlier line with the same text for the same providers.
    pub fn text(&mut self, text: &Untrusted, provider: Option<&str>, line: u64) -> Option<u64> {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        (fold(text.as_data().trim()), provider).hash(&mut hasher);
        match self.texts.entry(hasher.finish()) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(line);
                None
            }
        }
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
