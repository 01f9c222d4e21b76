//! A plan, as a table on the terminal.

use ratatui::style::Style;

use crate::bulk::SealedPlan;
use crate::bulk::plan::{Candidate, Row, Verdict, totals};
use crate::cli::console::say;
use crate::cli::style;
use crate::cli::table::{self, TableField};
use crate::domain::Untrusted;
use crate::engine::Core;
use crate::engine::bulk::estimate;
use crate::widgets::columns::Column;
use crate::widgets::format::count;

const COLUMNS: [Column; 7] = [
    Column::fact("VERDICT", 8, 0),
    Column::fact("LINE", 4, 0),
    Column::name("LISTED AS", 8, 0),
    Column::name("SYSTEM", 6, 2),
    Column::name("USER", 6, 4),
    Column::fact("ID", 64, 9),
    Column::name("WHY", 12, 0),
];

/// A row of the plan.
fn fields(row: &Row) -> Vec<TableField> {
    let theme = style::text().theme;
    let account = row.account.as_ref();
    vec![
        TableField::new(row.verdict.word().replace('_', " "), tone(row.verdict)).piped(row.verdict.word()),
        TableField::new(row.line.to_string(), theme.muted),
        TableField::plain(row.input.line()),
        TableField::plain(account.map(|account| account.key.provider.to_string()).unwrap_or_default()),
        TableField::plain(account.map(|account| account.username.line()).unwrap_or_default()),
        TableField::new(account.map(|account| account.key.id.line()).unwrap_or_default(), theme.muted),
        TableField::plain(Untrusted::from(row.why()).line()),
    ]
}

/// An account that an ambiguous row may mean.
fn candidate(candidate: &Candidate) -> Vec<TableField> {
    let theme = style::text().theme;
    vec![
        TableField::new("  perhaps", theme.muted).piped("candidate"),
        TableField::default(),
        TableField::plain(candidate.label.line()),
        TableField::plain(candidate.key.provider.as_str()),
        TableField::default(),
        TableField::plain(candidate.key.id.line()),
        TableField::default(),
    ]
}

fn tone(verdict: Verdict) -> Style {
    let theme = style::text().theme;
    match verdict {
        Verdict::Unlock => theme.success,
        Verdict::Open | Verdict::NotReported | Verdict::Duplicate => theme.muted,
        Verdict::Invalid => theme.danger,
        _ => theme.warning,
    }
}

/// The rows, problems on top; then the totals per provider and the time that a run will take.
pub(super) fn show(core: &Core, plan: &SealedPlan) {
    let by_verdict =
        Verdict::ALL.iter().flat_map(|verdict| plan.rows.iter().filter(move |row| row.verdict == *verdict));
    let rows = by_verdict.flat_map(|row| std::iter::once(fields(row)).chain(row.candidates.iter().map(candidate)));
    table::print(&COLUMNS, rows);
    let meant = plan.rows.iter().filter(|row| row.verdict == Verdict::Unlock);
    let per = totals(meant.filter_map(|row| row.provider().cloned()));
    let words: Vec<String> = plan.totals().iter().map(|(word, n)| format!("{n} {}", word.replace('_', " "))).collect();
    let rows = count(plan.rows.len(), "row", "rows");
    say(&format!("{rows}: {}", words.join(", ")));
    for (provider, n) in &per {
        say(&format!("to unlock in {provider}: {n}"));
    }
    if !per.is_empty() {
        say(&format!("at the configured rates a run takes about {} s", estimate(core, &per).as_secs().max(1)));
    }
}
