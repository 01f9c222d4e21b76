//! An unlock: the request, what a provider answers, and what a later look shows.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Account, AccountKey, Layer, Outcome, Problem, ReportedStep, Untrusted};

/// The id of one intent in the ledger; it travels to the provider too, where that is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IntentId(pub Uuid);

impl IntentId {
    /// The intent's id as a command's id, where the client names the command.
    pub fn command(self) -> String {
        self.0.as_hyphenated().to_string().to_uppercase()
    }

    /// The id of a question that is asked before the command: the same bits as a UUID of our own making (version
    /// 8), so that whoever knows the intent knows it too.
    pub fn question(self) -> String {
        let own = uuid::Builder::from_custom_bytes(self.0.into_bytes()).into_uuid();
        own.as_hyphenated().to_string().to_uppercase()
    }
}

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One request to open one layer of one account: what an intent record says will be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Unlock {
    /// Which account.
    pub key: AccountKey,
    /// Which of its locks.
    pub layer: Layer,
    /// The user name, for people who read the ledger.
    pub username: Untrusted,
    /// The e-mail address, likewise.
    pub email: Option<Untrusted>,
    /// The helpdesk case.
    pub ticket: Option<Untrusted>,
    /// How the caller was verified.
    pub verified: Option<Untrusted>,
    /// The lock that was seen and confirmed, in words.
    pub seen: String,
    /// Who asks, for the system's own audit trail.
    pub operator: Untrusted,
    /// Which system exactly (its API and tenant), so that it is never looked for in another one.
    pub system: Untrusted,
    /// Other ids that the account was read with, to know an answer about it by; not recorded.
    pub aliases: Vec<Untrusted>,
    /// True when the account's id was typed to confirm it.
    pub typed_id: bool,
    /// True for a further request of one and the same confirmation: another layer, or another try.
    pub further: bool,
    /// An earlier unlock of the account that still waits, and was named before this one was asked for.
    pub beside: Option<IntentId>,
    /// The row of a run that it is.
    pub part: Option<RunRowId>,
}

/// What an unlock is recorded with beside its account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditContext {
    /// The helpdesk case.
    pub ticket: Option<Untrusted>,
    /// How the caller was verified.
    pub verified: Option<Untrusted>,
}

/// A row of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunRowId {
    /// The run.
    pub run: Uuid,
    /// The row of its plan, from 0.
    pub row: u32,
}

/// A row that ended without any request, to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsentRow {
    /// The row.
    pub part: RunRowId,
    /// Its account.
    pub key: AccountKey,
    /// How it ended.
    pub outcome: Outcome,
    /// Why.
    pub problem: Option<Box<Problem>>,
}

/// An unlock whose request may have been sent and whose outcome isn't known yet.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenUnlock {
    /// The intent.
    pub intent: IntentId,
    /// Which account.
    pub key: AccountKey,
    /// Which of its locks.
    pub layer: Layer,
    /// When the intent was recorded.
    pub asked_at: Timestamp,
    /// The system's own id of the request, where it gave one.
    pub handle: Option<Untrusted>,
}

/// What a provider answered to an unlock request.
#[derive(Clone, Debug, PartialEq)]
pub enum UnlockReply {
    /// It takes it; with its own words.
    Accepted(Untrusted),
    /// It holds it for a device that answers later; with the system's own id of the request.
    Queued(Vec<ReportedStep>, Option<Untrusted>),
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
        progress: Vec<ReportedStep>,
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
    pub progress: Vec<ReportedStep>,
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
