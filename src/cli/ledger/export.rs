//! `unbolt ledger export`: the records as they are, or one row for each unlock. To standard output only.

use std::collections::HashSet;
use std::path::Path;

use crate::cli::exit::Exit;
use crate::cli::output::{data, data_rows, is_open};
use crate::domain::escape::{csv_line, json_inert};
use crate::domain::{IntentId, LedgerRow, Untrusted};
use crate::ledger::{Journal, LedgerEvent, each_line, entry};

use super::filter::{LedgerFilter, rows};
use super::{journal, unreadable};

const CSV_HEAD: &str =
    "at,outcome,ended,operator,provider,username,id,layer,ticket,verified,seen,rule,why,intent,contradicted";

/// One row for each unlock and refusal.
pub fn csv(journal: &Journal, filter: &LedgerFilter) -> Result<Exit, Exit> {
    let rows = rows(journal, filter)?;
    // What standard output can't take is told at the end, as everywhere.
    data_rows(std::iter::once(csv_line(CSV_HEAD.split(','))).chain(rows.iter().map(|row| csv_line(fields(row)))));
    Ok(Exit::Done)
}

fn fields(row: &LedgerRow) -> [String; 15] {
    let text = |text: &Option<Untrusted>| text.as_ref().map(Untrusted::csv).unwrap_or_default();
    [
        row.at.to_string(),
        row.outcome.to_owned(),
        row.ended.map(|at| at.to_string()).unwrap_or_default(),
        row.operator.csv(),
        row.key.provider.to_string(),
        row.username.csv(),
        row.key.id.csv(),
        row.layer.to_owned(),
        text(&row.ticket),
        text(&row.verified),
        Untrusted::from(row.seen.as_str()).csv(),
        text(&row.rule),
        row.why.csv(),
        row.intent.map(|intent| intent.to_string()).unwrap_or_default(),
        text(&row.contradicted),
    ]
}

/// The records byte for byte, so that their hashes still hold; with a filter those of the unlocks that are meant.
pub fn json_lines(directory: &Path, filter: &LedgerFilter) -> Result<Exit, Exit> {
    let everything = filter.is_empty();
    let rows = if everything { Vec::new() } else { rows(&journal(directory, filter)?, filter)? };
    let meant: HashSet<IntentId> = rows.iter().filter_map(|row| row.intent).collect();
    let refused: HashSet<_> = rows.iter().filter(|row| row.rule.is_some()).map(|row| (row.at, &row.key)).collect();
    let is_meant = |line: &str| match entry(line).map(|entry| (entry.at, entry.event)) {
        Some((_, LedgerEvent::Intent(intent, _) | LedgerEvent::Outcome(intent, _))) => meant.contains(&intent),
        Some((_, LedgerEvent::Answer(answered))) => meant.contains(&answered.intent),
        Some((at, LedgerEvent::Refused(refusal))) => refused.contains(&(at, &refusal.key)),
        _ => false,
    };
    let written = each_line(directory, |line| {
        if everything || is_meant(line) {
            // A line that was tampered with may hold anything: it goes out, and steers no terminal.
            data(format!("{}\n", json_inert(line)).as_bytes());
        }
        is_open()
    });
    written.map_err(|e| unreadable(directory, &e))?;
    Ok(Exit::Done)
}
