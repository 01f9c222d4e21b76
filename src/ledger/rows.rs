//! Every unlock and every refusal of a journal, as lists show them.

use std::io;
use std::path::Path;
use std::time::SystemTime;

use crate::domain::{LedgerRow, Outcome};

use super::entry::{Entry, LedgerEvent, Refusal};
use super::reader::Journal;
use super::storage::names;
use super::unlock_record::UnlockRecord;

/// The newest records of a ledger, the last first; the files that were written to last are read, and no others.
///
/// # Errors
/// When the directory can't be listed or a file can't be read.
pub fn newest_records(directory: &Path, most: usize) -> io::Result<Vec<LedgerRow>> {
    let mut files: Vec<(SystemTime, String)> = names(directory)?
        .into_iter()
        .filter_map(|name| Some((directory.join(&name).metadata().ok()?.modified().ok()?, name)))
        .collect();
    files.sort_unstable();
    let (mut journal, mut count) = (Journal::default(), 0);
    // An unlock and its end are two records.
    while let Some((_, name)) = files.pop_if(|_| count < 2 * most) {
        let read = Journal::of(directory, [&name])?;
        count += read.files.iter().map(|file| file.entries.len()).sum::<usize>();
        journal.files.extend(read.files);
    }
    journal.files.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    let mut rows = journal.records();
    rows.reverse();
    rows.truncate(most);
    Ok(rows)
}

impl Journal {
    /// All of them, oldest first.
    pub fn records(&self) -> Vec<LedgerRow> {
        let refusals = self.entries().filter_map(|entry| match &entry.event {
            LedgerEvent::Refused(refusal) => Some(refused(entry, refusal)),
            _ => None,
        });
        let mut records: Vec<LedgerRow> = self.unlocks().into_iter().map(unlocked).chain(refusals).collect();
        records.sort_by_key(|record| record.at);
        records
    }
}

fn unlocked(one: UnlockRecord) -> LedgerRow {
    LedgerRow {
        at: one.at,
        outcome: one.word(),
        open: one.is_undecided(),
        run: one.unlock.part.map(|part| part.run),
        ended: one.heard.or(one.outcome).map(|(_, at)| at),
        operator: one.unlock.operator,
        key: one.unlock.key,
        username: one.unlock.username,
        email: one.unlock.email,
        layer: one.unlock.layer.0,
        ticket: one.unlock.ticket,
        verified: one.unlock.verified,
        seen: one.unlock.seen,
        why: one.why,
        rule: None,
        intent: Some(one.intent),
        contradicted: one.contradicted,
    }
}

fn refused(entry: &Entry, one: &Refusal) -> LedgerRow {
    LedgerRow {
        at: entry.at,
        outcome: Outcome::Refused.word(),
        open: false,
        run: None,
        ended: Some(entry.at),
        operator: entry.operator.clone(),
        key: one.key.clone(),
        username: one.username.clone(),
        email: None,
        layer: "",
        ticket: one.ticket.clone(),
        verified: None,
        seen: String::new(),
        why: one.why.clone(),
        rule: Some(one.rule.clone()),
        intent: None,
        contradicted: None,
    }
}
