//! The steps of an unlock.

use jiff::Timestamp;

use super::untrusted::Untrusted;
use super::word_enum::words;

words! {
    /// Where an unlock stands.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum StepState {
        /// The operator confirmed it.
        Asked = "asked",
        /// The account was read once more before anything is written or sent.
        Read = "read",
        /// The intent is on disk.
        Recorded = "recorded",
        /// The request goes out.
        Sent = "sent",
        /// The system answered that it takes the request.
        Accepted = "accepted",
        /// The system asked to wait before it takes the request.
        Throttled = "throttled",
        /// No usable answer came: the request may or may not have been carried out.
        InDoubt = "in_doubt",
        /// The system's own state is being re-read.
        Verifying = "verifying",
        /// The system's own state says it is open.
        Verified = "verified",
        /// A management server holds the command for its device.
        Queued = "queued",
        /// The device was told to come and fetch it.
        Pushed = "pushed",
        /// The device couldn't be told; it gets the command when it comes by itself.
        PushFailed = "push_failed",
        /// The device has it and can't do it now; it will be asked again.
        NotNow = "not_now",
        /// The device did it.
        Acknowledged = "acknowledged",
        /// The device couldn't do it.
        DeviceError = "device_error",
        /// The device couldn't read the command.
        FormatError = "format_error",
        /// Anything worth a line that changes nothing.
        Note = "note",
        /// It is over.
        Ended = "ended",
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
pub struct ReportedStep {
    /// What.
    pub state: StepState,
    /// More, perhaps in the other side's words.
    pub detail: Untrusted,
}

impl ReportedStep {
    /// A step.
    pub fn new(state: StepState, detail: impl Into<Untrusted>) -> Self {
        Self { state, detail: detail.into() }
    }
}
