//! Asking the providers for every line of a list.

mod resolve;

use futures_util::stream::{self, StreamExt as _};

use crate::bulk::plan::{Candidate, Dedup, Row, Verdict, judged};
use crate::bulk::{ListEntry, ListLine};
use crate::domain::{Problem, ProviderName};
use crate::engine::Core;

use resolve::resolve;

/// Lines that are asked for at once.
const AT_ONCE: usize = 16;
/// Accounts of one provider that are read for one line; more are candidates all the same.
const READS: usize = 8;

/// What a line came to before the providers were asked.
enum Asked {
    Row(Row),
    Entry(ListEntry),
}

/// Resolves lines as they are read; `tell` hears of every row, in the list's order.
///
/// # Errors
/// When the list has more rows than `most`.
pub async fn plan(
    core: &Core,
    lines: impl Iterator<Item = ListLine>,
    only: Option<&ProviderName>,
    most: usize,
    mut tell: impl FnMut(Row),
) -> Result<(), String> {
    let mut seen = Dedup::default();
    let asked: Vec<Asked> = lines.map(|line| prepared(core, &mut seen, line, only)).take(most + 1).collect();
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
            tell(seen.account(row));
        }
    }
    Ok(())
}

fn prepared(core: &Core, seen: &mut Dedup, line: ListLine, only: Option<&ProviderName>) -> Asked {
    let entry = match line {
        ListLine::Entry(entry) => entry,
        ListLine::Rejected { line, input, why } => return Asked::Row(Row::without(line, input, Verdict::Invalid, why)),
    };
    let row = |verdict, why: String| Asked::Row(Row::without(entry.line, entry.text.clone(), verdict, why));
    if let Some(name) = &entry.provider {
        let known = ProviderName::new(name).filter(|name| core.provider(name).is_some());
        if known.is_none() {
            let shown = crate::domain::Untrusted::from(name.as_str()).line();
            return row(Verdict::Invalid, format!("no provider is named `{shown}`"));
        }
        if only.is_some_and(|only| only.as_str() != name) {
            return row(Verdict::Invalid, format!("the line is for {name}, which isn't asked"));
        }
    }
    match seen.text(&entry) {
        Some(first) => row(Verdict::Duplicate, format!("the same as line {first}")),
        None => Asked::Entry(entry),
    }
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
