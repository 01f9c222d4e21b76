//! Ends that are read before their beginnings: files are read one after the other, and another process may write to two
//! of them meanwhile. Whatever ended before a reading began stands in the ledger by the next one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What was said of intents that weren't read yet; kept for one more reading.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct EarlyEntries<T> {
    waiting: BTreeMap<Uuid, (Vec<T>, bool)>,
}

impl<T> EarlyEntries<T> {
    /// Keeps something of an intent.
    pub fn put(&mut self, intent: Uuid, what: T) {
        self.waiting.entry(intent).or_default().0.push(what);
    }

    /// What was said of that intent.
    pub fn take(&mut self, intent: Uuid) -> Vec<T> {
        self.waiting.remove(&intent).map(|(said, _)| said).unwrap_or_default()
    }

    /// A reading is over.
    pub fn settle(&mut self) {
        self.waiting.retain(|_, (_, is_old)| !std::mem::replace(is_old, true));
    }
}
