//! What a line of a list came to.

use serde::{Deserialize, Serialize};

use crate::domain::word_enum::words;
use crate::domain::{Account, Cause, Lock, MayUnlock, Untrusted};
use crate::policy::Policy;

use super::{PlannedAccount, Row};

words! {
    /// What is to be done with a row; what has to be looked at stands first.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Verdict {
        /// Several accounts have exactly that name.
        Ambiguous = "ambiguous",
        /// Nobody has exactly that name.
        NotFound = "not_found",
        /// The line can't be used, or the account can't be read.
        Invalid = "invalid",
        /// An administrator locked it on purpose.
        AdminLocked = "admin_locked",
        /// A rule keeps it out of lists.
        Protected = "protected",
        /// It is switched off; an unlock would not help.
        Disabled = "disabled",
        /// The system reports no lock state.
        NotReported = "not_reported",
        /// The same account stands in an earlier line.
        Duplicate = "duplicate",
        /// It is locked and will be unlocked.
        Unlock = "unlock",
        /// It is open already.
        Open = "open",
    }
}

impl Verdict {
    /// True when the line led to exactly one account that could be read.
    pub fn is_resolved(self) -> bool {
        !matches!(self, Self::NotFound | Self::Ambiguous | Self::Duplicate | Self::Invalid)
    }
}

/// What an account that was read comes to.
pub fn judged(
    line: u64,
    input: Untrusted,
    ticket: Option<Untrusted>,
    account: &Account,
    (policy, operator): (&Policy, &Untrusted),
) -> Row {
    let planned = PlannedAccount {
        key: account.key.clone(),
        username: account.username.clone(),
        cause: account.lock.cause(),
        since: account.lock.since(),
        as_of: account.as_of,
    };
    let (verdict, reason) = match policy.protects(account, operator) {
        Some(why) => (Verdict::Protected, why),
        None => verdict(account),
    };
    Row { line, input, verdict, account: Some(planned), reason, ticket, candidates: Vec::new(), by: None }
}

pub(super) fn verdict(account: &Account) -> (Verdict, String) {
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
    let warning = account.after_unlock_warning().map(|warning| format!("; {warning}")).unwrap_or_default();
    match &account.lock {
        Lock::Open => (Verdict::Open, "it is not locked".to_owned()),
        Lock::Locked { cause: Cause::Admin, .. } => {
            let by = account.locked_by.as_ref().map_or_else(String::new, |by| format!(" by {}", by.line()));
            (Verdict::AdminLocked, format!("locked on purpose{}{warning}", by.replace("; ", ", ")))
        }
        Lock::Locked { cause, .. } => (Verdict::Unlock, format!("{}{warning}", cause.label())),
        Lock::NotReported => (Verdict::NotReported, "it reports no lock state".to_owned()),
        Lock::Unknown { problem } => {
            let why = problem.as_ref().map_or_else(|| "not read".to_owned(), |problem| problem.line());
            (Verdict::Invalid, format!("its lock state can't be read: {why}"))
        }
    }
}
