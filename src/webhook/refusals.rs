//! Counts the events that were refused at the receiver's door.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

use crate::engine::webhook_refusals::Refusals;

/// The file is written this often at most, whoever knocks.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);
/// The ledger gets a record this often at most.
const RECORD: SignedDuration = SignedDuration::from_hours(1);

/// The door's own count.
pub struct RefusalCounter {
    ledger: PathBuf,
    state: Mutex<(Refusals, Option<Timestamp>)>,
}

/// What a refusal is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalEffect {
    /// It is the first in this process: somebody should know.
    pub is_first: bool,
    /// The ledger should get a record of so many.
    pub record: Option<u64>,
}

impl RefusalCounter {
    /// The door beside that ledger.
    pub fn new(ledger: &Path) -> Self {
        Self { ledger: ledger.to_owned(), state: Mutex::new((Refusals::read(ledger), None)) }
    }

    /// Counts one.
    pub fn refuse(&self, now: Timestamp) -> RefusalEffect {
        let mut state = self.state.lock();
        let (refusals, written) = &mut *state;
        refusals.count += 1;
        refusals.since = refusals.since.or(Some(now));
        refusals.last = Some(now);
        // Also where the clock was put back.
        let is_due = |at: Option<Timestamp>, pause| at.is_none_or(|at| now < at || now.duration_since(at) >= pause);
        let is_first = written.is_none();
        let record = is_due(refusals.recorded, RECORD).then_some(refusals.count);
        if record.is_some() {
            refusals.recorded = Some(now);
        }
        if record.is_some() || is_due(*written, PAUSE) {
            *written = Some(now);
            // Where it can't be written, the count of this process is told all the same.
            let _ = refusals.write(&self.ledger);
        }
        RefusalEffect { is_first, record }
    }

    /// Writes what was counted since.
    pub fn settle(&self) {
        let state = self.state.lock();
        if state.1.is_some() {
            let _ = state.0.write(&self.ledger);
        }
    }
}

#[cfg(test)]
mod tests;
