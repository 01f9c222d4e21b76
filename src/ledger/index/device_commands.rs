//! The commands that devices may still answer, and what they have answered.

use std::collections::{BTreeMap, HashMap};
use std::io;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{IntentAnswer, IntentId, Unlock};
use crate::ledger::entry::{Entry, LedgerEvent};

use super::unmatched_ends::EarlyEntries;
use super::{Index, Projection, RecordPosition};

/// How long an intent is kept; a management server forgets a command long before.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Where the records of each command stand, by its intent.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct CommandIndex {
    /// The files' names, each once.
    files: Vec<String>,
    /// Their numbers.
    #[serde(skip)]
    numbers: HashMap<String, u32>,
    by_intent: BTreeMap<Uuid, Vec<(u32, u64)>>,
    early: EarlyEntries<RecordPosition>,
}

impl Projection for CommandIndex {
    const NAME: &'static str = "commands.1";

    fn take(&mut self, place: &RecordPosition, entry: &Entry) {
        match &entry.event {
            LedgerEvent::Intent(intent, _) => {
                let answers = self.early.take(intent.0);
                let places = std::iter::once(place).chain(&answers).filter_map(|place| self.short(place)).collect();
                self.by_intent.insert(intent.0, places);
            }
            LedgerEvent::Answer(answered) => match self.short(place) {
                Some(short) if self.by_intent.contains_key(&answered.intent.0) => {
                    self.by_intent.entry(answered.intent.0).or_default().push(short);
                }
                _ => self.early.put(answered.intent.0, place.clone()),
            },
            _ => {}
        }
    }

    fn settle(&mut self, now: Timestamp) {
        self.early.settle();
        // An intent's id begins with its time.
        while self.by_intent.first_key_value().is_some_and(|(intent, _)| is_over(*intent, now)) {
            self.by_intent.pop_first();
        }
    }
}

fn is_over(intent: Uuid, now: Timestamp) -> bool {
    let seconds = intent.get_timestamp().map_or(0, |at| at.to_unix().0);
    let age = now.as_second().saturating_sub(i64::try_from(seconds).unwrap_or(i64::MAX));
    age > KEPT.as_secs()
}

impl CommandIndex {
    fn short(&mut self, place: &RecordPosition) -> Option<(u32, u64)> {
        if self.numbers.len() != self.files.len() {
            self.numbers = self.files.iter().cloned().zip(0..).collect();
        }
        let next = u32::try_from(self.files.len()).ok()?;
        let number = *self.numbers.entry(place.file.clone()).or_insert(next);
        if number == next {
            self.files.push(place.file.clone());
        }
        Some((number, place.offset))
    }

    fn places_of(&self, intent: IntentId) -> Vec<RecordPosition> {
        let place = |(number, offset): &(u32, u64)| {
            Some(RecordPosition { file: self.files.get(*number as usize)?.clone(), offset: *offset })
        };
        self.by_intent.get(&intent.0).into_iter().flatten().filter_map(place).collect()
    }
}

impl Index<CommandIndex> {
    /// The unlock behind a command, and what was answered so far, believed or not; none for a command that this ledger
    /// doesn't know.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn of(&mut self, intent: IntentId) -> io::Result<Option<(Unlock, Vec<IntentAnswer>)>> {
        let journal = self.entries_at(|commands| commands.places_of(intent))?;
        let (mut unlock, mut answers) = (None, Vec::new());
        for entry in journal.files.into_iter().flat_map(|file| file.entries) {
            match entry.event {
                LedgerEvent::Intent(_, own) => unlock = Some(*own),
                LedgerEvent::Answer(answered) => answers.push((entry.at, *answered)),
                _ => {}
            }
        }
        answers.sort_by_key(|(at, _)| *at);
        let answers = answers.into_iter().map(|(_, answered)| answered).collect();
        Ok(unlock.map(|unlock| (unlock, answers)))
    }
}
