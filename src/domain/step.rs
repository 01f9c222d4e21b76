//! The steps of an unlock.

use jiff::Timestamp;

use super::untrusted::Untrusted;

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

/// A step that a system reports, before the engine has stamped it.
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
