//! An unlock: the request, its steps, what a provider answers, and how it ended.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::account::{Account, AccountKey, Layer};
use super::problem::Problem;
use super::untrusted::Untrusted;

/// The id of one intent in the ledger; it travels to the provider too, where that is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IntentId(pub Uuid);

impl IntentId {
    /// The intent's id as a command's id, where the client names the command.
    #[must_use]
    pub fn command(self) -> String {
        self.0.as_hyphenated().to_string().to_uppercase()
    }

    /// The id of a question that is asked before the command: the same bits as a UUID of our own making (version
    /// 8), so that whoever knows the intent knows it too.
    #[must_use]
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
    /// True when the account's id was typed to confirm it.
    pub typed_id: bool,
    /// True for a further request of one and the same confirmation: another layer, or another try.
    pub further: bool,
    /// The row of a run that it is.
    pub part: Option<Part>,
}

/// What an unlock is recorded with beside its account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Papers {
    /// The helpdesk case.
    pub ticket: Option<Untrusted>,
    /// How the caller was verified.
    pub verified: Option<Untrusted>,
}

/// A row of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// The run.
    pub run: Uuid,
    /// The row of its plan, from 0.
    pub row: u32,
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
    /// The name one signs in with, as the intent has it.
    pub username: Untrusted,
    /// The system's own id of the request, where it gave one.
    pub handle: Option<Untrusted>,
}

/// Where an unlock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// The operator confirmed it.
    Asked,
    /// The account was read once more before anything is written or sent.
    Read,
    /// The intent is on disk.
    Recorded,
    /// The request goes out.
    Sent,
    /// The system answered that it takes the request.
    Accepted,
    /// The system asked to wait before it takes the request.
    Throttled,
    /// No usable answer came: the request may or may not have been carried out.
    InDoubt,
    /// The system's own state is being re-read.
    Verifying,
    /// The system's own state says it is open.
    Verified,
    /// A management server holds the command for its device.
    Queued,
    /// The device was told to come and fetch it.
    Pushed,
    /// The device couldn't be told; it gets the command when it comes by itself.
    PushFailed,
    /// The device has it and can't do it now; it will be asked again.
    NotNow,
    /// The device did it.
    Acknowledged,
    /// The device couldn't do it.
    DeviceError,
    /// The device couldn't read the command.
    FormatError,
    /// Anything worth a line that changes nothing.
    Note,
    /// It is over.
    Ended,
}

impl StepState {
    /// The word in JSON and on the screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Read => "read",
            Self::Recorded => "recorded",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Throttled => "throttled",
            Self::InDoubt => "in_doubt",
            Self::Verifying => "verifying",
            Self::Verified => "verified",
            Self::Queued => "queued",
            Self::Pushed => "pushed",
            Self::PushFailed => "push_failed",
            Self::NotNow => "not_now",
            Self::Acknowledged => "acknowledged",
            Self::DeviceError => "device_error",
            Self::FormatError => "format_error",
            Self::Note => "note",
            Self::Ended => "ended",
        }
    }
}

/// One line of an unlock's progress.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// What.
    pub state: StepState,
    /// More, perhaps in the other side's words.
    pub detail: Untrusted,
}

/// A step that a system reports, before the runtime has stamped it.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// What.
    pub state: StepState,
    /// More, perhaps in the other side's words.
    pub detail: Untrusted,
}

impl Progress {
    /// A step.
    pub fn new(state: StepState, detail: impl Into<Untrusted>) -> Self {
        Self { state, detail: detail.into() }
    }
}

/// How an unlock ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The system's own re-read status says it is open.
    Unlocked,
    /// The device itself said that it carried the command out.
    Acknowledged,
    /// It was open already; nothing was sent.
    AlreadyOpen,
    /// Somebody has to approve it first.
    PendingApproval,
    /// The system took it; nobody has seen more yet.
    Accepted,
    /// The system took it, and the account still reads as locked.
    StillLocked,
    /// It opened and was locked again.
    Relocked,
    /// Not touched on purpose.
    LeftAlone,
    /// A rule forbade it; nothing was sent.
    Refused,
    /// It was not done, for certain.
    Failed,
    /// Nobody knows whether it was done.
    Unknown,
}

impl Outcome {
    /// Every outcome, for tables and for reading a ledger back.
    pub const ALL: [Self; 11] = [
        Self::Unlocked,
        Self::Acknowledged,
        Self::AlreadyOpen,
        Self::PendingApproval,
        Self::Accepted,
        Self::StillLocked,
        Self::Relocked,
        Self::LeftAlone,
        Self::Refused,
        Self::Failed,
        Self::Unknown,
    ];

    /// The word in JSON and in the ledger.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unlocked => "unlocked",
            Self::Acknowledged => "acknowledged",
            Self::AlreadyOpen => "already_open",
            Self::PendingApproval => "pending_approval",
            Self::Accepted => "accepted",
            Self::StillLocked => "still_locked",
            Self::Relocked => "relocked",
            Self::LeftAlone => "left_alone",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }

    /// True when the caller can be told that it is done (`already_open` and `left_alone` count).
    #[must_use]
    pub fn is_done(self) -> bool {
        matches!(self, Self::Unlocked | Self::Acknowledged | Self::AlreadyOpen | Self::LeftAlone)
    }

    /// True when nothing further is certain until somebody looks again.
    #[must_use]
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::PendingApproval | Self::Accepted)
    }
}

/// What a provider answered to an unlock request.
#[derive(Clone, Debug, PartialEq)]
pub enum UnlockReply {
    /// It takes it; with its own words.
    Accepted(Untrusted),
    /// It holds it for a device that answers later; with the system's own id of the request.
    Queued(Vec<Progress>, Option<Untrusted>),
    /// It took it and says how it ended, or what it waits for; with its own words.
    Ended(Outcome, Untrusted, Option<Problem>),
    /// It did not take it: ask again after this time.
    Throttled(Duration, Problem),
    /// It refused, or nothing was sent: certain that nothing was done.
    NotDone(Problem),
    /// The bytes were sent and no usable answer came.
    InDoubt(Problem),
}

/// What one look at an open unlock showed.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// What is known to have happened so far, oldest first; what was told before is not told again.
    pub progress: Vec<Progress>,
    /// What was seen now, in words; blank when the progress says it all.
    pub detail: Untrusted,
    /// What it means for the layer in question.
    pub verdict: Verdict,
    /// The account as read, where it could be read.
    pub account: Option<Box<Account>>,
}

impl Settled {
    /// One look without earlier steps.
    pub fn seen(detail: impl Into<Untrusted>, verdict: Verdict, account: Option<Box<Account>>) -> Self {
        Self { progress: Vec::new(), detail: detail.into(), verdict, account }
    }
}

/// The meaning of one look.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It is over.
    Ended(Outcome, Option<Problem>),
    /// Not yet: ask again no sooner than this. The problem says why it couldn't be read.
    AskAgain(Duration, Option<Problem>),
    /// The system holds it for a device that hasn't answered: ask again no sooner than this. The problem says why
    /// the answer couldn't be asked for.
    Waiting(Duration, Option<Problem>),
}
