//! The unlocks whose end nobody knows yet, whoever asked for them.

use std::collections::{BTreeMap, VecDeque};
use std::io;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{AccountKey, IntentAnswer, IntentId};
use crate::ledger::entry::{Entry, LedgerEvent};
use crate::ledger::unlock_record::UnlockRecord;

use super::unmatched_ends::EarlyEntries;
use super::{Index, Projection, RecordPosition};

/// How many of those that have ended are remembered.
const ENDED: usize = 1_000;

/// Where the records of each of them stand.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct OpenUnlockIndex {
    open: BTreeMap<Uuid, OpenUnlock>,
    /// Those that have ended while this process read, the last ones: somebody may wait for them.
    #[serde(skip)]
    ended: VecDeque<(Uuid, OpenUnlock)>,
    early: EarlyEntries<(RecordPosition, bool)>,
}

/// One of them.
#[derive(Debug, Deserialize, Serialize)]
struct OpenUnlock {
    provider: String,
    id: String,
    /// Its intent, what was said of its end, and its device's answers.
    places: Vec<RecordPosition>,
}

impl OpenUnlock {
    fn is_of(&self, key: &AccountKey) -> bool {
        self.provider == key.provider.as_str() && self.id == key.id.as_data()
    }
}

impl Projection for OpenUnlockIndex {
    const NAME: &'static str = "open-unlocks.1";

    fn take(&mut self, place: &RecordPosition, entry: &Entry) {
        match &entry.event {
            LedgerEvent::Intent(intent, unlock) => {
                let early = self.early.take(intent.0);
                let is_ended = early.iter().any(|(_, is_end)| *is_end);
                let places = std::iter::once(place.clone()).chain(early.into_iter().map(|(place, _)| place)).collect();
                let (provider, id) = (unlock.key.provider.to_string(), unlock.key.id.as_data().to_owned());
                let unlock = OpenUnlock { provider, id, places };
                if is_ended {
                    return self.remember(intent.0, unlock);
                }
                self.open.insert(intent.0, unlock);
            }
            LedgerEvent::Outcome(intent, ending) => self.said(intent.0, place, !ending.outcome.is_undecided()),
            LedgerEvent::Answer(answered) => self.said(answered.intent.0, place, false),
            _ => {}
        }
    }

    fn settle(&mut self, _now: Timestamp) {
        self.early.settle();
    }
}

impl OpenUnlockIndex {
    fn said(&mut self, intent: Uuid, place: &RecordPosition, is_end: bool) {
        match self.open.get_mut(&intent) {
            Some(open) => {
                open.places.push(place.clone());
                if is_end && let Some(open) = self.open.remove(&intent) {
                    self.remember(intent, open);
                }
            }
            None => match self.ended.iter_mut().find(|(ended, _)| *ended == intent) {
                Some((_, ended)) => ended.places.push(place.clone()),
                None => self.early.put(intent, (place.clone(), is_end)),
            },
        }
    }

    fn remember(&mut self, intent: Uuid, unlock: OpenUnlock) {
        self.ended.push_back((intent, unlock));
        if self.ended.len() > ENDED {
            self.ended.pop_front();
        }
    }

    fn places_of(&self, intent: Uuid) -> Vec<RecordPosition> {
        let ended = || self.ended.iter().find(|(ended, _)| *ended == intent).map(|(_, unlock)| unlock);
        self.open.get(&intent).or_else(ended).map(|unlock| unlock.places.clone()).unwrap_or_default()
    }

    fn places(&self, of: Option<&AccountKey>) -> Vec<RecordPosition> {
        let meant = self.open.values().filter(|open| of.is_none_or(|key| open.is_of(key)));
        meant.flat_map(|open| open.places.iter().cloned()).collect()
    }

    fn ended_places(&self, key: &AccountKey) -> Vec<RecordPosition> {
        let meant = self.ended.iter().filter(|(_, unlock)| unlock.is_of(key));
        meant.flat_map(|(_, unlock)| unlock.places.iter().cloned()).collect()
    }
}

impl Index<OpenUnlockIndex> {
    /// All of them, or those of an account, the oldest first.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn unlocks(&mut self, of: Option<&AccountKey>) -> io::Result<Vec<UnlockRecord>> {
        Ok(self.entries_at(|known| known.places(of))?.unlocks())
    }

    /// Those of an account that have ended since this process reads.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn ended(&mut self, key: &AccountKey) -> io::Result<Vec<UnlockRecord>> {
        Ok(self.entries_at(|known| known.ended_places(key))?.unlocks())
    }

    /// One that was open when it was asked for before.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn get(&mut self, intent: IntentId) -> io::Result<Option<UnlockRecord>> {
        let journal = self.entries_at(|known| known.places_of(intent.0))?;
        Ok(journal.unlocks().into_iter().find(|unlocked| unlocked.intent == intent))
    }

    /// What devices have answered to those that are open, whatever was believed.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn answers(&mut self) -> io::Result<Vec<IntentAnswer>> {
        let journal = self.entries_at(|known| known.places(None))?;
        let entries = journal.files.into_iter().flat_map(|file| file.entries);
        let answers = entries.filter_map(|entry| match entry.event {
            LedgerEvent::Answer(answered) => Some(*answered),
            _ => None,
        });
        Ok(answers.collect())
    }
}
