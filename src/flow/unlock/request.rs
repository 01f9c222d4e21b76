//! What an unlock is asked to do, and how long it waits for things.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{AccountKey, Cause, Outcome, RunRowId, Untrusted};

/// A Mac that sleeps over a weekend is still waited for; leaving the program ends the wait, not the command.
const DEVICE: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// What the operator said yes to.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfirmedUnlock {
    /// Which account.
    pub key: AccountKey,
    /// Which system exactly that is: its API and tenant.
    pub system: Untrusted,
    /// The ticket.
    pub ticket: Option<Untrusted>,
    /// How the caller was verified.
    pub verified: Option<Untrusted>,
    /// Who asks.
    pub operator: Untrusted,
    /// The gravest cause that was on the screen when it was confirmed; a graver one needs another yes.
    pub confirmed: Cause,
    /// True when it is one of several: then a deliberate lock is left alone, and not refused.
    pub in_passing: bool,
    /// True when the id was typed: that opens what an administrator locked on purpose, and what is only a guess.
    pub typed_id: bool,
    /// True when it was confirmed knowing that the system reports no lock state.
    pub opens_unreported: bool,
    /// Since when it was locked when it was planned; a later lock is another one.
    pub planned_since: Option<Timestamp>,
    /// The row of a run that it is.
    pub part: Option<RunRowId>,
}

impl ConfirmedUnlock {
    /// How it ends where something speaks against it: left alone as one of several, else refused.
    pub fn left_out(&self) -> Outcome {
        if self.in_passing { Outcome::LeftAlone } else { Outcome::Refused }
    }
}

/// How long this unlock waits for things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Before this has passed since its last bytes left, an unanswered request may still be at work.
    pub settles_after: Duration,
    /// How long an accepted unlock may take to show.
    pub verify: Duration,
    /// How long a device may take to answer.
    pub device: Duration,
}

impl Timeouts {
    /// The usual timeouts, for a provider whose requests are settled after that.
    pub fn with(settles_after: Duration) -> Self {
        Self { settles_after, verify: Duration::from_secs(10), device: DEVICE }
    }
}
