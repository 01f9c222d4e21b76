//! What the ledger knows of a run: it is the run's memory.

use std::collections::{BTreeMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::domain::{AccountKey, OpenUnlock, Outcome, Untrusted};

use super::order::LinePlace;
use super::read::{Event, Journal, Started, Unlocked};

/// A row that was begun.
#[derive(Clone, Debug)]
pub enum RowMemory {
    /// It ended; why, in words.
    Ended(Outcome, Untrusted),
    /// It wasn't carried out, and was to be asked for again.
    Again,
    /// A request may be at work: it has to be looked at first.
    Left(Box<Unlocked>, Box<OpenUnlock>),
}

/// A run as it was recorded.
#[derive(Debug, Default)]
pub struct RunMemory {
    /// How it was started; none when it never was.
    pub started: Option<Started>,
    /// The rows that were begun, by their place in the plan.
    pub rows: BTreeMap<usize, RowMemory>,
}

impl Journal {
    /// The plan of that hash was frozen here.
    #[must_use]
    pub fn knows_plan(&self, id: Uuid, sha256: &str) -> bool {
        let is_it = |event: &Event| matches!(event, Event::Planned(plan, hash) if *plan == id && hash == sha256);
        self.files.iter().flat_map(|file| &file.entries).any(|entry| is_it(&entry.event))
    }

    /// What is known of a run. Who holds it may be sure that no other process is at its rows.
    #[must_use]
    pub fn run(&self, id: Uuid) -> RunMemory {
        let mut memory = RunMemory::default();
        // When each row was last heard of: a note may be newer than an unlock, or older.
        let mut heard: BTreeMap<usize, (LinePlace, Timestamp)> = BTreeMap::new();
        let files = self.files.iter().enumerate();
        let lines = files.flat_map(|(number, file)| file.entries.iter().map(move |entry| (number, entry)));
        for (number, entry) in lines {
            match &entry.event {
                Event::Started(run, started) if *run == id => {
                    memory.started.get_or_insert_with(|| (**started).clone());
                }
                Event::Row(part, ending) if part.run == id => {
                    let row = part.row as usize;
                    let here = (LinePlace { file: number, seq: entry.seq }, entry.at);
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
            let memory_of_row = match (unlocked.outcome, unlocked.open()) {
                (Some(_), None) if unlocked.again => RowMemory::Again,
                (Some((outcome, _)), None) => RowMemory::Ended(outcome, unlocked.why.clone()),
                (_, Some(open)) => RowMemory::Left(Box::new(unlocked), Box::new(open)),
                (None, None) => {
                    let open = unlocked.looked_at();
                    RowMemory::Left(Box::new(unlocked), Box::new(open))
                }
            };
            memory.rows.insert(row, memory_of_row);
        }
        memory
    }

    /// The accounts that were unlocked here since then.
    #[must_use]
    pub fn unlocked_since(&self, now: Timestamp, ago: SignedDuration) -> HashSet<AccountKey> {
        self.unlocks()
            .into_iter()
            .filter(|unlocked| now.duration_since(unlocked.at) < ago)
            .filter(|unlocked| unlocked.outcome.is_some_and(|(outcome, _)| outcome == Outcome::Unlocked))
            .map(|unlocked| unlocked.unlock.key)
            .collect()
    }
}
