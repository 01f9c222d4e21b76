//! What the ledger knows of a run: it is the run's memory.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::domain::{Outcome, Untrusted};

use super::entry::{LedgerEvent, RunStart};
use super::order::LinePosition;
use super::reader::Journal;
use super::unlock_record::UnlockRecord;

/// A row that was begun.
#[derive(Clone, Debug)]
pub enum RowHistory {
    /// It ended; why, in words.
    Ended(Outcome, Untrusted),
    /// It wasn't carried out, and was to be asked for again.
    Again,
    /// A request may be at work: it has to be looked at first.
    Left(Box<UnlockRecord>),
}

/// A run as it was recorded.
#[derive(Debug, Default)]
pub struct RunHistory {
    /// How it was started; none when it never was.
    pub started: Option<RunStart>,
    /// How often it was begun or gone on with.
    pub starts: usize,
    /// The rows that were begun, by their place in the plan.
    pub rows: BTreeMap<usize, RowHistory>,
}

/// A run among the others: what a list of them shows. An index keeps it as it is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct RunListEntry {
    /// Its id.
    pub id: Uuid,
    /// When it began.
    pub at: Timestamp,
    /// Who began it.
    #[serde(serialize_with = "kept")]
    pub operator: Untrusted,
    /// The verdicts that are run, by their words.
    pub verdicts: Vec<String>,
    /// The helpdesk case of rows without their own.
    #[serde(serialize_with = "kept_if_any")]
    pub ticket: Option<Untrusted>,
    /// How many rows its plan has of which verdict.
    pub planned: BTreeMap<String, u64>,
    /// How many of its rows ended how; open ones aren't among them.
    pub outcomes: Vec<(Outcome, u64)>,
    /// Why it stopped before its end, where a process recorded its end.
    #[serde(serialize_with = "kept_if_any")]
    pub stopped: Option<Untrusted>,
    /// When the last of it was recorded.
    pub last: Timestamp,
}

fn kept<S: Serializer>(text: &Untrusted, out: S) -> Result<S::Ok, S::Error> {
    text.as_data().serialize(out)
}

fn kept_if_any<'a, S: Serializer>(text: impl Into<Option<&'a Untrusted>>, out: S) -> Result<S::Ok, S::Error> {
    text.into().map(Untrusted::as_data).serialize(out)
}

impl Journal {
    /// A run as a list shows it; none where it never began.
    pub fn recorded_run(&self, id: Uuid) -> Option<RunListEntry> {
        let (mut run, mut planned): (Option<RunListEntry>, _) = (None, BTreeMap::new());
        let mut end: Option<(Timestamp, &Option<Untrusted>)> = None;
        let mut rows: Vec<(Timestamp, u32, Option<Outcome>)> = Vec::new();
        for entry in self.entries() {
            match &entry.event {
                LedgerEvent::Planned(plan, _, totals) if *plan == id => planned.clone_from(totals),
                LedgerEvent::Started(run_id, started) if *run_id == id => {
                    let begun = run.get_or_insert_with(|| RunListEntry {
                        id,
                        at: entry.at,
                        operator: entry.operator.clone(),
                        verdicts: started.verdicts.clone(),
                        ticket: started.audit.ticket.clone(),
                        planned: BTreeMap::new(),
                        outcomes: Vec::new(),
                        stopped: None,
                        last: entry.at,
                    });
                    if entry.at < begun.at {
                        (begun.at, begun.operator) = (entry.at, entry.operator.clone());
                    }
                }
                LedgerEvent::RunEnded(run_id, stopped) if *run_id == id && end.is_none_or(|(at, _)| entry.at >= at) => {
                    end = Some((entry.at, stopped));
                }
                LedgerEvent::Row(part, ending) if part.run == id => {
                    rows.push((entry.at, part.row, Some(ending.outcome)));
                }
                _ => {}
            }
        }
        let mut run = run?;
        for unlocked in self.unlocks() {
            let Some(part) = unlocked.unlock.part.filter(|part| part.run == id) else { continue };
            let ended = unlocked.heard.or(unlocked.outcome);
            let outcome =
                ended.map(|(outcome, _)| outcome).filter(|outcome| !unlocked.again && !outcome.is_undecided());
            rows.push((ended.map_or(unlocked.at, |(_, at)| at), part.row, outcome));
        }
        rows.sort_by_key(|row| row.0);
        run.last = rows.last().map_or(run.last, |(at, ..)| run.last.max(*at));
        // The last word about a row stands.
        let rows: BTreeMap<u32, Option<Outcome>> = rows.into_iter().map(|(_, row, outcome)| (row, outcome)).collect();
        let mut outcomes: BTreeMap<Outcome, u64> = BTreeMap::new();
        for outcome in rows.into_values().flatten() {
            *outcomes.entry(outcome).or_default() += 1;
        }
        run.outcomes = outcomes.into_iter().collect();
        run.planned = planned;
        run.stopped = end.and_then(|(_, stopped)| stopped.clone());
        Some(run)
    }

    /// The plan of that hash was frozen here.
    pub fn knows_plan(&self, id: Uuid, sha256: &str) -> bool {
        let is_it =
            |event: &LedgerEvent| matches!(event, LedgerEvent::Planned(plan, hash, _) if *plan == id && hash == sha256);
        self.entries().any(|entry| is_it(&entry.event))
    }

    /// What is known of a run. Who holds it may be sure that no other process is at its rows.
    pub fn run(&self, id: Uuid) -> RunHistory {
        let mut memory = RunHistory::default();
        // When each row was last heard of: a note may be newer than an unlock, or older.
        let mut heard: BTreeMap<usize, (LinePosition, Timestamp)> = BTreeMap::new();
        let files = self.files.iter().enumerate();
        let lines = files.flat_map(|(number, file)| file.entries.iter().map(move |entry| (number, entry)));
        for (number, entry) in lines {
            match &entry.event {
                LedgerEvent::Started(run, started) if *run == id => {
                    memory.started.get_or_insert_with(|| (**started).clone());
                    memory.starts += 1;
                }
                LedgerEvent::Row(part, ending) if part.run == id => {
                    let row = part.row as usize;
                    let here = (LinePosition { file: number, seq: entry.seq }, entry.at);
                    if heard.get(&row).is_none_or(|before| self.is_later(here, *before)) {
                        heard.insert(row, here);
                        memory.rows.insert(row, RowHistory::Ended(ending.outcome, ending.why.clone()));
                    }
                }
                _ => {}
            }
        }
        // The last request of a row says where it stands.
        for unlocked in self.unlocks() {
            let Some(part) = unlocked.unlock.part.filter(|part| part.run == id) else { continue };
            let row = part.row as usize;
            let here = (unlocked.place, unlocked.at);
            if heard.get(&row).is_some_and(|before| self.is_later(*before, here)) {
                continue;
            }
            heard.insert(row, here);
            let memory_of_row = match unlocked.outcome.filter(|_| !unlocked.is_open()) {
                Some(_) if unlocked.again => RowHistory::Again,
                Some((outcome, _)) => RowHistory::Ended(outcome, unlocked.why),
                None => RowHistory::Left(Box::new(unlocked)),
            };
            memory.rows.insert(row, memory_of_row);
        }
        memory
    }
}
