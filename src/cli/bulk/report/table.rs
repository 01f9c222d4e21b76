//! A report, as a table on the terminal.

use std::io::{IsTerminal as _, stdout};

use uuid::Uuid;

use crate::bulk::plan::Row;
use crate::bulk::report::{RowResult, label, why};
use crate::cli::console::say;
use crate::cli::output::out;
use crate::cli::style;
use crate::cli::table::{Table, TableField};
use crate::domain::{Outcome, Untrusted};
use crate::engine::time_zone;
use crate::ledger::RecordedRun;
use crate::widgets::columns::Column;
use crate::widgets::format::stretch;

pub(super) const COLUMNS: [Column; 5] = [
    Column::fact("LINE", 4, 2),
    Column::fact("OUTCOME", 8, 0),
    Column::name("SYSTEM", 6, 1),
    Column::name("USER", 6, 0),
    Column::name("WHY", 12, 0),
];

/// What failed stands first. A pipe gets the rows; head and sum are told beside it.
pub(super) fn table(head: &[String], mut shown: Vec<(&Row, &str, RowResult)>, sum: &str) {
    let tell = if stdout().is_terminal() { out } else { say };
    head.iter().filter(|line| !line.is_empty() || stdout().is_terminal()).for_each(|line| tell(line));
    shown.sort_by_key(|(row, _, ended)| match ended.outcome {
        Some(outcome) if outcome.is_done() => 3,
        Some(_) => 0,
        None if row.account.is_none() => 2,
        None => 1,
    });
    let theme = style::text().theme;
    let mut table = Table::new(&COLUMNS);
    for (row, word, ended) in &shown {
        let name = row.account.as_ref().map_or(&row.input, |account| &account.username);
        let tone = match ended.outcome {
            Some(outcome) if outcome.is_done() => theme.success,
            Some(outcome) if outcome.is_waiting() || outcome == Outcome::LeftAlone => theme.warning,
            Some(_) => theme.danger,
            None => theme.muted,
        };
        table.row(vec![
            TableField::new(row.line.to_string(), theme.muted),
            TableField::new(label(word), tone).piped(*word),
            TableField::plain(row.provider().map_or("", |provider| provider.as_str())),
            TableField::plain(name.line()),
            TableField::plain(why(row, ended).line()),
        ]);
    }
    table.print();
    tell(sum);
}

/// When, how long, who, which ticket.
pub(super) fn head(id: Uuid, recorded: Option<&RecordedRun>, is_markdown: bool) -> Vec<String> {
    let title = if is_markdown { format!("**Bulk unlock {id}**") } else { format!("run {id}") };
    let Some(run) = recorded else { return vec![title, String::new()] };
    let at = run.at.to_zoned(time_zone::shown()).strftime("%Y-%m-%d %H:%M:%S %Z");
    let took = stretch(run.last.duration_since(run.at));
    let own = |text: &Untrusted| if is_markdown { text.markdown() } else { text.line() };
    let ticket =
        run.started.audit.ticket.as_ref().map_or_else(|| "no ticket".to_owned(), |one| format!("ticket {}", own(one)));
    let stopped = run.stopped.as_ref().map(|why| format!(", {}", own(why))).unwrap_or_default();
    vec![title, format!("begun {at} by {}, {took}, {ticket}{stopped}", own(&run.operator)), String::new()]
}
