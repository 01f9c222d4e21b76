//! What the ledger knows of a run: it is the run's memory.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{Outcome, RowRef, Untrusted};

use super::entry::{LedgerEvent, RunStart};
use super::order::LinePosition;
use super::reader::Journal;
use super::unlocked::Unlocked;

/// A row that was begun.
#[derive(Clone, Debug)]
pub enum RowMemory {
    /// It ended; why, in words.
    Ended(Outcome, Untrusted),
    /// It wasn't carried out, and was to be asked for again.
    Again,
    /// A request may be at work: it has to be looked at first.
    Left(Box<Unlocked>),
}

/// A run as it was recorded.
#[derive(Debug, Default)]
pub struct RunMemory {
    /// How it was started; none when it never was.
    pub started: Option<RunStart>,
    /// The rows that were begun, by their place in the plan.
    pub rows: BTreeMap<usize, RowMemory>,
}

/// A run among the others: what a list of them shows.
#[derive(Clone, Debug)]
pub struct RecordedRun {
    /// Its id.
    pub id: Uuid,
    /// When it began.
    pub at: Timestamp,
    /// Who began it.
    pub operator: Untrusted,
    /// What it was started with.
    pub started: RunStart,
    /// How many rows its plan has of which verdict.
    pub planned: BTreeMap<String, u64>,
    /// How many of its rows ended how; open ones aren't among them.
    pub outcomes: Vec<(Outcome, u64)>,
    /// Why it stopped before its end, where a process recorded its end.
    pub stopped: Option<Untrusted>,
    /// When the last of it was recorded.
    pub last: Timestamp,
}

impl Journal {
    /// Every run, the newest first.
    pub fn runs(&self) -> Vec<RecordedRun> {
        let mut planned: BTreeMap<Uuid, BTreeMap<String, u64>> = BTreeMap::new();
        let mut runs: BTreeMap<Uuid, RecordedRun> = BTreeMap::new();
        let mut ends: BTreeMap<Uuid, (Timestamp, Option<Untrusted>)> = BTreeMap::new();
        let mut rows: Vec<(Timestamp, RowRef, Option<Outcome>)> = Vec::new();
        for entry in self.entries() {
            match &entry.event {
                LedgerEvent::Planned(id, _, totals) => {
                    planned.insert(*id, totals.clone());
                }
                LedgerEvent::Started(id, started) => {
                    let begun = runs.entry(*id).or_insert_with(|| RecordedRun {
                        id: *id,
                        at: entry.at,
                        operator: entry.operator.clone(),
                        started: (**started).clone(),
                        planned: BTreeMap::new(),
                        outcomes: Vec::new(),
                        stopped: None,
                        last: entry.at,
                    });
                    if entry.at < begun.at {
                        (begun.at, begun.operator) = (entry.at, entry.operator.clone());
                    }
                }
                LedgerEvent::RunEnded(id, stopped) => {
                    let end = ends.entry(*id).or_insert_with(|| (entry.at, stopped.clone()));
                    if entry.at >= end.0 {
                        *end = (entry.at, stopped.clone());
                    }
                }
                LedgerEvent::Row(part, ending) => rows.push((entry.at, *part, Some(ending.outcome))),
                _ => {}
            }
        }
        for unlocked in self.unlocks() {
            let Some(part) = unlocked.unlock.part else { continue };
            let ended = unlocked.heard.or(unlocked.outcome);
            let outcome =
                ended.map(|(outcome, _)| outcome).filter(|outcome| !unlocked.again && !outcome.is_undecided());
            rows.push((ended.map_or(unlocked.at, |(_, at)| at), part, outcome));
        }
        rows.sort_by_key(|row| row.0);
        // The last word about a row stands.
        let mut ended: BTreeMap<(Uuid, u32), Option<Outcome>> = BTreeMap::new();
        for (at, part, outcome) in rows {
            if let Some(run) = runs.get_mut(&part.run) {
                ended.insert((part.run, part.row), outcome);
                run.last = run.last.max(at);
            }
        }
        let mut outcomes: BTreeMap<Uuid, BTreeMap<Outcome, u64>> = BTreeMap::new();
        for ((run, _), outcome) in ended {
            if let Some(outcome) = outcome {
                *outcomes.entry(run).or_default().entry(outcome).or_default() += 1;
            }
        }
        let mut runs: Vec<RecordedRun> = runs.into_values().collect();
        for run in &mut runs {
            run.outcomes = outcomes.remove(&run.id).unwrap_or_default().into_iter().collect();
            run.planned = planned.remove(&run.id).unwrap_or_default();
            run.stopped = ends.remove(&run.id).and_then(|(_, stopped)| stopped);
        }
        runs.sort_by_key(|run| std::cmp::Reverse(run.at));
        runs
    }

    /// The plan of that hash was frozen here.
    pub fn knows_plan(&self, id: Uuid, sha256: &str) -> bool {
        let is_it =
            |event: &LedgerEvent| matches!(event, LedgerEvent::Planned(plan, hash, _) if *plan == id && hash == sha256);
        self.entries().any(|entry| is_it(&entry.event))
    }

    /// What is known of a run. Who holds it may be sure that no other process is at its rows.
    pub fn run(&self, id: Uuid) -> RunMemory {
        let mut memory = RunMemory::default();
        // When each row was last heard of: a note may be newer than an unlock, or older.
        let mut heard: BTreeMap<usize, (LinePosition, Timestamp)> = BTreeMap::new();
        let files = self.files.iter().enumerate();
        let lines = files.flat_map(|(number, file)| file.entries.iter().map(move |entry| (number, entry)));
        for (number, entry) in lines {
            match &entry.event {
                LedgerEvent::Started(run, started) if *run == id => {
                    memory.started.get_or_insert_with(|| (**started).clone());
                }
                LedgerEvent::Row(part, ending) if part.run == id => {
                    let row = part.row as usize;
                    let here = (LinePosition { file: number, seq: entry.seq }, entry.at);
                    if heard.get(&row).is_none_or(|before| self.is_later(here, *before)) {
                        heard.insert(row, here);
                        memory.rows.insert(row, RowMemory::Ended(ending.outcome, ending.why.clone()));
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
                Some(_) if unlocked.again => RowMemory::Again,
                Some((outcome, _)) => RowMemory::Ended(outcome, unlocked.why),
                None => RowMemory::Left(Box::new(unlocked)),
            };
            memory.rows.insert(row, memory_of_row);
        }
        memory
    }
}
