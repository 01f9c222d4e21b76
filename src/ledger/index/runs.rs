//! The runs, and which files hold something of each.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ledger::entry::{Entry, LedgerEvent};
use crate::ledger::reader::Journal;
use crate::ledger::run_history::RunListEntry;

use super::unmatched_ends::EarlyEntries;
use super::{Index, Projection, RecordPosition};

/// Every plan and run of a ledger.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct RunIndex {
    by_id: BTreeMap<Uuid, KeptRun>,
    /// The intents of rows whose end nobody knows yet: what is said of them later may stand in any file.
    rows: BTreeMap<Uuid, RunRow>,
    /// By intent: the files in which its end stands.
    early: EarlyEntries<(String, bool)>,
}

/// What the index keeps of one run.
#[derive(Debug, Default, Deserialize, Serialize)]
struct KeptRun {
    /// The files that hold something of it.
    files: BTreeSet<String>,
    /// True for a plan that was run.
    is_begun: bool,
    /// What a list shows of it; none where something was recorded since.
    summary: Option<RunListEntry>,
}

/// The row of a run that an unlock belongs to.
#[derive(Debug, Deserialize, Serialize)]
struct RunRow {
    run: Uuid,
    /// True until the end of this reading: another file may hold an earlier end.
    is_ended: bool,
}

impl Projection for RunIndex {
    const NAME: &'static str = "runs.2";

    fn take(&mut self, place: &RecordPosition, entry: &Entry) {
        match &entry.event {
            LedgerEvent::Planned(id, ..) | LedgerEvent::RunEnded(id, _) => drop(self.said(*id, &place.file)),
            LedgerEvent::Started(id, _) => self.said(*id, &place.file).is_begun = true,
            LedgerEvent::Row(part, _) => drop(self.said(part.run, &place.file)),
            LedgerEvent::Intent(intent, unlock) => {
                let early = self.early.take(intent.0);
                let Some(part) = unlock.part else { return };
                self.said(part.run, &place.file);
                for (file, _) in &early {
                    self.said(part.run, file);
                }
                let is_ended = early.iter().any(|(_, is_end)| *is_end);
                self.rows.insert(intent.0, RunRow { run: part.run, is_ended });
            }
            LedgerEvent::Outcome(intent, ending) => self.of_row(intent.0, &place.file, !ending.outcome.is_undecided()),
            LedgerEvent::Answer(answered) => self.of_row(answered.intent.0, &place.file, false),
            _ => {}
        }
    }

    fn settle(&mut self, _now: Timestamp) {
        self.early.settle();
        self.rows.retain(|_, row| !row.is_ended);
    }
}

impl RunIndex {
    fn said(&mut self, run: Uuid, file: &str) -> &mut KeptRun {
        let run = self.by_id.entry(run).or_default();
        if !run.files.contains(file) {
            run.files.insert(file.to_owned());
        }
        run.summary = None;
        run
    }

    fn of_row(&mut self, intent: Uuid, file: &str, is_end: bool) {
        match self.rows.get_mut(&intent) {
            Some(row) => {
                row.is_ended |= is_end;
                let run = row.run;
                self.said(run, file);
            }
            None => self.early.put(intent, (file.to_owned(), is_end)),
        }
    }
}

impl Index<RunIndex> {
    /// Every run, the newest first.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn all(&mut self) -> io::Result<Vec<RunListEntry>> {
        let directory = self.directory.clone();
        let (mut found, mut is_news) = (Vec::new(), false);
        for (id, run) in self.current()?.by_id.iter_mut().filter(|(_, run)| run.is_begun) {
            let summary = match &run.summary {
                Some(summary) => summary,
                None => {
                    let journal = Journal::of(&directory, &run.files)?;
                    let Some(read) = journal.recorded_run(*id) else { continue };
                    is_news = true;
                    run.summary.insert(read)
                }
            };
            found.push(summary.clone());
        }
        // What was counted of a run isn't counted again by the next process.
        if is_news {
            self.keep();
        }
        found.sort_by_key(|run| std::cmp::Reverse(run.at));
        Ok(found)
    }

    /// What the ledger holds of a run or plan: the files with something of it.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn journal(&mut self, id: Uuid) -> io::Result<Journal> {
        let directory = self.directory.clone();
        match self.current()?.by_id.get(&id) {
            Some(run) => Journal::of(&directory, &run.files),
            None => Ok(Journal::default()),
        }
    }
}
