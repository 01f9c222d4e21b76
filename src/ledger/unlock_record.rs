//! An unlock with everything that was recorded about it.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{IntentId, OpenUnlock, Outcome, Unlock, Untrusted};

use super::boot_time::BootTime;
use super::entry::{Entry, RecordedOutcome};
use super::order::LinePosition;
use super::recorded::Recorded;

/// An intent with all that is known of its end.
#[derive(Clone, Debug)]
pub struct UnlockRecord {
    /// The intent.
    pub intent: IntentId,
    /// Where it stands.
    pub place: LinePosition,
    /// When it was recorded.
    pub at: Timestamp,
    /// What was asked.
    pub unlock: Unlock,
    /// When, on the clock of the host that asked.
    pub clock: Option<BootTime>,
    /// The first outcome, and when it was recorded.
    pub outcome: Option<(Outcome, Timestamp)>,
    /// Why, in words.
    pub why: Untrusted,
    /// True when it wasn't carried out and was to be asked for again.
    pub again: bool,
    /// The system's own id of the request.
    pub handle: Option<Untrusted>,
    /// True while the process that asked still runs.
    pub in_flight: bool,
    /// A device's last word and when it was recorded, where no outcome was recorded after it: its process ended in between.
    pub heard: Option<(Outcome, Timestamp)>,
    /// What a device said later against the outcome; recorded and not believed.
    pub contradicted: Option<Untrusted>,
}

impl UnlockRecord {
    /// One of which no more is known than that it was asked for.
    pub(super) fn begun(intent: IntentId, unlock: &Unlock, entry: &Entry, (file, in_flight): (usize, bool)) -> Self {
        Self {
            intent,
            place: LinePosition { file, seq: entry.seq },
            at: entry.at,
            unlock: unlock.clone(),
            clock: entry.clock.clone(),
            outcome: None,
            why: Untrusted::default(),
            again: false,
            handle: None,
            in_flight,
            heard: None,
            contradicted: None,
        }
    }

    /// Takes an end that was recorded. A decisive one stands.
    pub(super) fn ends(&mut self, ending: &RecordedOutcome, at: Timestamp) {
        if self.outcome.is_none_or(|(old, _)| old.is_undecided()) {
            self.outcome = Some((ending.outcome, at));
            self.why.clone_from(&ending.why);
            self.again = ending.again;
            self.handle = ending.handle.clone().or(self.handle.take());
        }
    }

    /// True for one to look at again: no outcome, or an unknown one, and its process is gone.
    pub fn is_open(&self) -> bool {
        // Without any outcome record, a running process is still at it.
        self.outcome.map_or(!self.in_flight, |(outcome, _)| outcome.is_undecided())
    }

    /// The proof of its intent, which stands in the ledger: the same request may be sent once more where a system takes
    /// a name once.
    #[must_use]
    pub fn proof(&self) -> Recorded<Unlock> {
        Recorded::new(self.unlock.clone(), self.intent, self.at)
    }

    /// What there is to look at, whoever may be at it.
    pub fn looked_at(&self) -> OpenUnlock {
        OpenUnlock {
            intent: self.intent,
            key: self.unlock.key.clone(),
            layer: self.unlock.layer,
            asked_at: self.at,
            handle: self.handle.clone(),
        }
    }

    /// True while nobody has said how it ended.
    pub fn is_undecided(&self) -> bool {
        self.heard.is_none() && self.outcome.is_none_or(|(outcome, _)| outcome.is_undecided())
    }

    /// How long ago it was recorded, on the clock that the host itself keeps; none where only wall clocks tell.
    pub fn age(&self) -> Option<Duration> {
        BootTime::now()?.since(self.clock.as_ref()?)
    }

    /// The word for a list: an outcome, `in flight`, or `unknown`.
    pub fn word(&self) -> &'static str {
        match self.heard.or(self.outcome) {
            Some((outcome, _)) => outcome.word(),
            None if self.in_flight => "in_flight",
            None => Outcome::Unknown.word(),
        }
    }
}
