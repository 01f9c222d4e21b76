//! What a system answers, and what a look at it shows.

use std::time::Duration;

use crate::domain::account::Account;
use crate::domain::outcome::Outcome;
use crate::domain::problem::Problem;
use crate::domain::step::Progress;
use crate::domain::untrusted::Untrusted;

/// What a provider answered to an unlock request.
#[derive(Clone, Debug, PartialEq)]
pub enum UnlockReply {
    /// It takes it; with its own words.
    Accepted(Untrusted),
    /// It holds it for a device that answers later; with the system's own id of the request.
    Queued(Vec<Progress>, Option<Untrusted>),
    /// It took it and says how it ended, or what it waits for; with its own words.
    Ended(Outcome, Untrusted, Option<Problem>),
    /// It is still at it, or wants something else first: go on with this token after that time. Nothing waits for it
    /// but the flow.
    Pending {
        /// What to go on with; the backend's own.
        token: Untrusted,
        /// No sooner than this.
        ask_again_after: Duration,
        /// What happened so far.
        progress: Vec<Progress>,
    },
    /// It did not take it: ask again after this time.
    Throttled(Duration, Problem),
    /// It refused, or nothing was sent: certain that nothing was done.
    NotDone(Problem),
    /// The bytes were sent and no usable answer came.
    InDoubt(Problem),
}

/// What one look at an open unlock showed.
#[derive(Clone, Debug, PartialEq)]
pub struct PollResult {
    /// What is known to have happened so far, oldest first; what was told before is not told again.
    pub progress: Vec<Progress>,
    /// What was seen now, in words; blank when the progress says it all.
    pub detail: Untrusted,
    /// What it means for the layer in question.
    pub status: PollStatus,
    /// The account as read, where it could be read.
    pub account: Option<Box<Account>>,
}

impl PollResult {
    /// One look without earlier steps.
    pub fn seen(detail: impl Into<Untrusted>, status: PollStatus, account: Option<Box<Account>>) -> Self {
        Self { progress: Vec::new(), detail: detail.into(), status, account }
    }
}

/// The meaning of one look.
#[derive(Clone, Debug, PartialEq)]
pub enum PollStatus {
    /// It is over.
    Ended(Outcome, Option<Problem>),
    /// The system says that there is no such account. One such answer may be a slip: ask again after this time, and
    /// believe it then.
    Gone(Duration, Problem),
    /// Not yet: ask again no sooner than this. The problem says why it couldn't be read.
    AskAgain(Duration, Option<Problem>),
    /// The system holds it for a device that hasn't answered: ask again no sooner than this. The problem says why
    /// the answer couldn't be asked for.
    Waiting(Duration, Option<Problem>),
}
