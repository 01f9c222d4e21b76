//! A plan, as a table on the terminal.

use std::collections::BTreeMap;

use ratatui::style::Style;

use crate::bulk::SealedPlan;
use crate::bulk::plan::{Candidate, Row, Verdict};
use crate::cli::console::say;
use crate::cli::style;
use crate::cli::table::{Table, TableField};
use crate::domain::{ProviderName, Untrusted};
use crate::engine::Core;
use crate::engine::bulk::estimate;
use crate::widgets::columns::Column;

pub(super) const COLUMNS: [Column; 7] = [
    Column::fact("VERDICT", 8, 0),
    Column::fact("LINE", 4, 0),
    Column::name("LISTED AS", 8, 0),
    Column::name("SYSTEM", 6, 2),
    Column::name("USER", 6, 4),
    Column::fact("ID", 64, 9),
    Column::name("WHY", 12, 0),
];

/// A row of the plan.
pub(super) fn fields(row: &Row) -> Vec<TableField> {
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

pub(super) fn tone(verdict: Verdict) -> Style {
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
    let mut table = Table::new(&COLUMNS);
    for &verdict in Verdict::ALL {
        for row in plan.rows.iter().filter(|row| row.verdict == verdict) {
            table.row(fields(row));
            row.candidates.iter().for_each(|one| table.row(candidate(one)));
        }
    }
    table.print();
    let mut per: BTreeMap<ProviderName, u64> = BTreeMap::new();
    for row in plan.rows.iter().filter(|row| row.verdict == Verdict::Unlock) {
        if let Some(provider) = row.provider() {
            *per.entry(provider.clone()).or_default() += 1;
        }
    }
    let words: Vec<String> = plan.totals().iter().map(|(word, n)| format!("{n} {}", word.replace('_', " "))).collect();
    let rows = if plan.rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", plan.rows.len()) };
    say(&format!("{rows}: {}", words.join(", ")));
    for (provider, n) in &per {
        say(&format!("to unlock in {provider}: {n}"));
    }
    if !per.is_empty() {
        say(&format!("at the configured rates a run takes about {} s", estimate(core, &per).as_secs().max(1)));
    }
}
