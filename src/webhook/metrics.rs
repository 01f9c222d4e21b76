//! What the receiver has counted.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many events of which sort.
#[derive(Debug, Default)]
pub struct ReceiverMetrics {
    /// Answers that are in the ledger now.
    pub answers: AtomicU64,
    /// Check-ins and idle Macs: nothing to keep.
    pub others: AtomicU64,
    /// Answers to commands that this ledger doesn't know.
    pub unknown: AtomicU64,
    /// Answers that were heard before.
    pub repeated: AtomicU64,
    /// Answers that contradict an earlier one, or come from another Mac.
    pub contradictions: AtomicU64,
    /// Events that couldn't be understood.
    pub unreadable: AtomicU64,
    /// Senders without the signature or the secret.
    pub refused: AtomicU64,
}

impl ReceiverMetrics {
    /// The counts in one line.
    pub fn words(&self) -> String {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        format!(
            "{} answers, {} other events, {} of unknown commands, {} repeated, {} contradictions, {} unreadable, {} refused",
            of(&self.answers),
            of(&self.others),
            of(&self.unknown),
            of(&self.repeated),
            of(&self.contradictions),
            of(&self.unreadable),
            of(&self.refused)
        )
    }
}
