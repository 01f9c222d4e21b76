//! Whom a line names, asked of the systems.

use futures_util::future::join_all;

use crate::bulk::ListEntry;
use crate::bulk::list::columns::ColumnConfidence;
use crate::bulk::plan::{Candidate, Row, Verdict, judged};
use crate::domain::{Account, Lock, MatchMode, Problem, ProviderName, Query, Untrusted, in_words};
use crate::engine::Core;
use crate::provider::Provider;

use super::READS;

/// The most accounts that are offered for a text that is nobody's.
pub(super) const NEAR: usize = 6;

/// What is said of who is nobody's.
pub(super) const NOBODY: &str = "nobody has exactly this user name, address or id";

/// The rows of one line: one per account, or one that says why there is none.
pub(super) async fn resolve(core: &Core, entry: &ListEntry, only: Option<&ProviderName>) -> Vec<Row> {
    let asks = |name: &ProviderName| {
        only.is_none_or(|only| only == name) && entry.provider.as_ref().is_none_or(|own| own == name.as_str())
    };
    let asked: Vec<&dyn Provider> =
        core.providers().iter().map(AsRef::as_ref).filter(|provider| asks(&provider.info().name)).collect();
    let answers = join_all(asked.iter().map(|provider| found(*provider, entry))).await;
    let operator = core.ledger().operator().label();
    let mut rows = Vec::new();
    let (mut is_answered, mut is_whole) = (false, true);
    for (provider, answer) in asked.iter().zip(answers) {
        let name = &provider.info().name;
        let several = provider.info().capabilities().multiple_accounts_per_person;
        match answer {
            Ok(SystemMatch::Accounts(accounts, _)) if accounts.len() > 1 && !several => {
                rows.push(ambiguous(entry, &accounts, "accounts are exactly this"));
            }
            Ok(SystemMatch::Accounts(accounts, by)) => {
                is_answered = true;
                let judged =
                    |one| judged(entry.line, entry.text.clone(), entry.ticket.clone(), one, (core.policy(), &operator));
                rows.extend(accounts.iter().map(|one| Row { by: by.map(str::to_owned), ..judged(one) }));
            }
            Ok(SystemMatch::Several(accounts)) => {
                rows.push(ambiguous(entry, &accounts, "accounts are named by the columns of this row"));
            }
            Ok(SystemMatch::Unasked) => {
                let what = entry.rank.map_or("text", ColumnConfidence::word);
                let why = format!("{name} can't be asked about it: it knows no {what}");
                rows.push(Row::without(entry.line, entry.text.clone(), Verdict::Invalid, why));
            }
            Err(problem) => {
                is_whole = false;
                let why =
                    format!("{name} couldn't be asked, so whether this is anybody isn't known: {}", problem.line());
                rows.push(Row::without(entry.line, entry.text.clone(), Verdict::Invalid, why));
            }
        }
    }
    // Nobody has it: of the systems that were asked, one row tells it.
    let has_account = rows.iter().any(|row| row.account.is_some() || !row.candidates.is_empty());
    // While one couldn't be asked, nobody knows that.
    if rows.is_empty() || (is_answered && is_whole && !has_account) {
        rows.push(nobody(entry, &asked).await);
    }
    rows
}

/// A row for who is nobody's: the nearest names are offered, and never taken.
pub(super) async fn nobody(entry: &ListEntry, asked: &[&dyn Provider]) -> Row {
    let query = Query::new(entry.text.as_data(), MatchMode::Prefix);
    let pages = join_all(asked.iter().map(|provider| provider.search(&query, None))).await;
    let near: Vec<Account> = pages.into_iter().filter_map(Result::ok).flat_map(|page| page.accounts).collect();
    // Of too many none is near.
    if near.is_empty() || near.len() > NEAR {
        return Row::without(entry.line, entry.text.clone(), Verdict::NotFound, NOBODY);
    }
    let candidates = near.iter().map(candidate).collect();
    let why = format!("{NOBODY}; somebody near it can be chosen");
    Row { candidates, ..Row::without(entry.line, entry.text.clone(), Verdict::NotFound, why) }
}

/// What a system has of a record.
pub(super) enum SystemMatch {
    /// These accounts, and the column that decided, where there are several.
    Accounts(Vec<Account>, Option<&'static str>),
    /// Two columns name two accounts.
    Several(Vec<Account>),
    /// Nothing in the record is anything that it knows.
    Unasked,
}

/// The accounts of a provider that a record means, read in full: asked by what it knows, the surest first, until one
/// matches. What else the record says must not name anybody else.
pub(super) async fn found(provider: &dyn Provider, entry: &ListEntry) -> Result<SystemMatch, Problem> {
    let knows = provider.info().capabilities().directory_names;
    let can_ask = |rank: Option<ColumnConfidence>| {
        knows || !matches!(rank, Some(ColumnConfidence::Dn | ColumnConfidence::Sid | ColumnConfidence::Guid))
    };
    let further = entry.further.iter().map(|(rank, text)| (Some(*rank), text));
    let all = std::iter::once((entry.rank, &entry.text)).chain(further);
    let texts: Vec<(Option<ColumnConfidence>, &Untrusted)> = all.filter(|(rank, _)| can_ask(*rank)).collect();
    if texts.is_empty() {
        return Ok(SystemMatch::Unasked);
    }
    for (at, (rank, text)) in texts.iter().enumerate() {
        let accounts = exactly(provider, text).await?;
        let [one] = accounts.as_slice() else {
            if accounts.is_empty() {
                continue;
            }
            return Ok(SystemMatch::Accounts(accounts, None));
        };
        for (_, other) in texts.iter().skip(at + 1).filter(|(_, other)| !one.is_exactly(other.as_data())) {
            let others = exactly(provider, other).await?;
            if others.iter().any(|account| account.key != one.key) {
                let all =
                    std::iter::once(one.clone()).chain(others.into_iter().filter(|account| account.key != one.key));
                return Ok(SystemMatch::Several(all.collect()));
            }
        }
        let by = rank.filter(|_| !entry.further.is_empty()).map(ColumnConfidence::word);
        return Ok(SystemMatch::Accounts(accounts, by));
    }
    Ok(SystemMatch::Accounts(Vec::new(), None))
}

/// The accounts that have exactly this text, read in full.
pub(super) async fn exactly(provider: &dyn Provider, text: &Untrusted) -> Result<Vec<Account>, Problem> {
    let page = provider.search(&Query::new(text.as_data(), MatchMode::Exact), None).await?;
    // Of a search that didn't see everybody nothing can be concluded.
    if let Some(problem) = page.incomplete {
        return Err(problem);
    }
    let is_exact = |account: &Account| page.is_resolved || account.is_exactly(text.as_data());
    let exact: Vec<Account> = page.accounts.into_iter().filter(is_exact).collect();
    let reads = join_all(exact.iter().take(READS).map(|account| provider.read(&account.key.id))).await;
    let mut accounts = Vec::new();
    for read in reads {
        accounts.extend(read?);
    }
    accounts.extend(exact.into_iter().skip(READS));
    Ok(accounts)
}

/// An account that a line may mean, with what tells it from others.
pub(super) fn candidate(account: &Account) -> Candidate {
    let email = account.email.as_ref().map(|email| format!(", {}", email.line())).unwrap_or_default();
    let state = match &account.lock {
        Lock::Unknown { .. } => "not read".to_owned(),
        lock => in_words(lock.word()),
    };
    let label = format!("{} ({}{email}), {state}", account.label().line(), account.username.line());
    Candidate { key: account.key.clone(), label: label.into() }
}

pub(super) fn ambiguous(entry: &ListEntry, accounts: &[Account], words: &str) -> Row {
    let candidates: Vec<Candidate> = accounts.iter().map(candidate).collect();
    let why = format!("{} {words}", candidates.len());
    Row { candidates, ..Row::without(entry.line, entry.text.clone(), Verdict::Ambiguous, why) }
}
