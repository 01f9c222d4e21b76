//! Asking the providers for every line of a list.

use std::io;

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};

use crate::bulk::plan::{Candidate, Row, Seen, Verdict, judged};
use crate::bulk::{Entry, Line};
use crate::domain::{Account, Match, Problem, ProviderName, Query};
use crate::provider::Provider;
use crate::runtime::Core;

/// Lines that are asked for at once.
const AT_ONCE: usize = 16;
/// Accounts of one provider that are read for one line; more are candidates all the same.
const READS: usize = 8;

/// What a line came to before the providers were asked.
enum Asked {
    Row(Row),
    Entry(Entry),
}

/// Resolves lines as they are read; `tell` hears of every row, in the list's order.
///
/// # Errors
/// When the list can't be read, or has more rows than `most`.
pub async fn plan(
    core: &Core,
    lines: impl Iterator<Item = io::Result<Line>>,
    only: Option<&ProviderName>,
    most: usize,
    mut tell: impl FnMut(Row),
) -> Result<(), String> {
    let mut seen = Seen::default();
    let mut accounts = Seen::default();
    let mut broken = None;
    // A list that can't be read any further ends the stream; what was read so far is told.
    let asked: Vec<Asked> = lines
        .map_while(|line| line.map_err(|e| broken = Some(e.to_string())).ok())
        .map(|line| prepared(core, &mut seen, line, only))
        .take(most + 1)
        .collect();
    let too_many = || format!("the list has more than {most} rows: the policy's bulk_max_rows");
    // Before anybody is asked.
    if asked.len() > most {
        return Err(too_many());
    }
    let mut rows = Box::pin(
        stream::iter(asked)
            .map(|asked| async move {
                match asked {
                    Asked::Row(row) => vec![row],
                    Asked::Entry(entry) => resolve(core, &entry, only).await,
                }
            })
            .buffered(AT_ONCE),
    );
    let mut count = 0;
    while let Some(of_line) = rows.next().await {
        for row in of_line {
            count += 1;
            if count > most {
                return Err(too_many());
            }
            tell(accounts.account(row));
        }
    }
    drop(rows);
    broken.map_or(Ok(()), Err)
}

fn prepared(core: &Core, seen: &mut Seen, line: Line, only: Option<&ProviderName>) -> Asked {
    let entry = match line {
        Line::Entry(entry) => entry,
        Line::Rejected { line, input, why } => return Asked::Row(Row::without(line, input, Verdict::Invalid, why)),
    };
    if let Some(name) = &entry.provider {
        let known = ProviderName::new(name).filter(|name| core.provider(name).is_some());
        if known.is_none() {
            let why = format!("no provider is named `{}`", crate::domain::Untrusted::from(name.as_str()).line());
            return Asked::Row(Row::without(entry.line, entry.text, Verdict::Invalid, why));
        }
        if only.is_some_and(|only| only.as_str() != name) {
            let why = format!("the line is for {name}, which isn't asked");
            return Asked::Row(Row::without(entry.line, entry.text, Verdict::Invalid, why));
        }
    }
    match seen.text(&entry.text, entry.provider.as_deref(), entry.line) {
        Some(first) => {
            let why = format!("the same as line {first}");
            Asked::Row(Row::without(entry.line, entry.text, Verdict::Duplicate, why))
        }
        None => Asked::Entry(entry),
    }
}

/// The rows of one line: one per account, or one that says why there is none.
async fn resolve(core: &Core, entry: &Entry, only: Option<&ProviderName>) -> Vec<Row> {
    let asks = |name: &ProviderName| {
        only.is_none_or(|only| only == name) && entry.provider.as_ref().is_none_or(|own| own == name.as_str())
    };
    let asked: Vec<&dyn Provider> =
        core.providers().iter().map(AsRef::as_ref).filter(|provider| asks(&provider.info().name)).collect();
    let answers = join_all(asked.iter().map(|provider| found(*provider, entry))).await;
    let operator = core.ledger().operator().label();
    let mut rows = Vec::new();
    for (provider, answer) in asked.iter().zip(answers) {
        match answer {
            Ok(accounts) if accounts.len() > 1 && !provider.info().capabilities().multiple_accounts_per_person => {
                rows.push(ambiguous(entry, &accounts));
            }
            Ok(accounts) => {
                let ticket = || entry.ticket.clone();
                rows.extend(
                    accounts
                        .iter()
                        .map(|one| judged(entry.line, entry.text.clone(), ticket(), one, (core.policy(), &operator))),
                );
            }
            Err(problem) => {
                let why = format!("{} couldn't be asked: {}", provider.info().name, problem.line());
                rows.push(Row::without(entry.line, entry.text.clone(), Verdict::Invalid, why));
            }
        }
    }
    if rows.is_empty() {
        rows.push(Row::without(
            entry.line,
            entry.text.clone(),
            Verdict::NotFound,
            "nobody has exactly this user name, address or id",
        ));
    }
    rows
}

/// The accounts of a provider that are exactly meant, read in full.
async fn found(provider: &dyn Provider, entry: &Entry) -> Result<Vec<Account>, Problem> {
    let page = provider.search(&Query::new(entry.text.as_data(), Match::Exact), None).await?;
    // Of a search that didn't see everybody nothing can be concluded.
    if let Some(problem) = page.incomplete {
        return Err(problem);
    }
    let is_exact = |account: &Account| page.is_resolved || account.is_exactly(entry.text.as_data());
    let exact: Vec<Account> = page.accounts.into_iter().filter(is_exact).collect();
    let reads = join_all(exact.iter().take(READS).map(|account| provider.read(&account.key.id))).await;
    let mut accounts = Vec::new();
    for read in reads {
        accounts.extend(read?);
    }
    accounts.extend(exact.into_iter().skip(READS));
    Ok(accounts)
}

fn ambiguous(entry: &Entry, accounts: &[Account]) -> Row {
    let label = |account: &Account| {
        let email = account.email.as_ref().map(|email| format!(", {}", email.line())).unwrap_or_default();
        format!(
            "{} ({}{email}), {}",
            account.label().line(),
            account.username.line(),
            account.lock.word().replace('_', " ")
        )
    };
    let candidates: Vec<Candidate> =
        accounts.iter().map(|account| Candidate { key: account.key.clone(), label: label(account).into() }).collect();
    let why = format!("{} accounts are exactly this", candidates.len());
    Row { candidates, ..Row::without(entry.line, entry.text.clone(), Verdict::Ambiguous, why) }
}

/// The row again, for one chosen account.
///
/// # Errors
/// A [`Problem`] when it can't be read.
pub async fn chosen(core: &Core, row: &Row, candidate: &Candidate) -> Result<Row, Problem> {
    let gone = || Problem::new(crate::domain::Code::NotFound, "the account no longer exists", "", "choose another one");
    let provider = core.provider(&candidate.key.provider).ok_or_else(gone)?;
    let account = provider.read(&candidate.key.id).await?.ok_or_else(gone)?;
    let rules = (core.policy(), &core.ledger().operator().label());
    Ok(judged(row.line, row.input.clone(), row.ticket.clone(), &account, rules))
}
