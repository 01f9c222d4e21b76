//! The proof that an intent is on disk.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::Mutex;

use crate::domain::{IntentId, OpenUnlock, Unlock};

/// Something whose intent record was written and synced. Only the ledger makes one, so whoever
/// holds it may act.
#[derive(Debug)]
pub struct Recorded<T> {
    what: T,
    intent: IntentId,
    at: Timestamp,
    /// When bytes of its request left last.
    left: Mutex<Option<Instant>>,
}

impl<T> Recorded<T> {
    pub(super) fn new(what: T, intent: IntentId, at: Timestamp) -> Self {
        Self { what, intent, at, left: Mutex::default() }
    }

    /// What was recorded.
    pub fn what(&self) -> &T {
        &self.what
    }

    /// The intent's id.
    pub fn intent(&self) -> IntentId {
        self.intent
    }

    /// Notes that bytes of its request leave now.
    pub fn leaves(&self) {
        *self.left.lock() = Some(Instant::now());
    }

    /// How long ago bytes of its request left last; none before the first.
    pub fn left_ago(&self) -> Option<Duration> {
        self.left.lock().map(|at| at.elapsed())
    }
}

impl Recorded<Unlock> {
    /// The unlock as one whose outcome isn't known yet.
    pub fn open(&self) -> OpenUnlock {
        OpenUnlock {
            intent: self.intent,
            key: self.what.key.clone(),
            layer: self.what.layer,
            asked_at: self.at,
            handle: None,
        }
    }
}

impl<T> PartialEq for Recorded<T> {
    /// Each intent is recorded once.
    fn eq(&self, other: &Self) -> bool {
        self.intent == other.intent
    }
}
