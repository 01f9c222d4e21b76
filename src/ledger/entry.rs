//! What the records of a ledger say, once they are read back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{AccountKey, AuditContext, IntentAnswer, IntentId, Outcome, RunRowId, Unlock, Untrusted};

use super::boot_time::BootTime;
use super::ocsf::Head;

/// One line.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number in the file, from 1.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
    /// When it was written.
    pub at: Timestamp,
    /// Who acted: name or uid.
    pub operator: Untrusted,
    /// Who acted: the uid.
    pub operator_uid: Untrusted,
    /// When, on the clock of the host that wrote it; intents alone have it.
    pub clock: Option<BootTime>,
    /// What it says.
    pub event: LedgerEvent,
}

/// What a line says.
#[derive(Clone, Debug)]
pub enum LedgerEvent {
    /// A process began to write.
    Open(FileHeader),
    /// An unlock is about to be sent.
    Intent(IntentId, Box<Unlock>),
    /// An intent ended.
    Outcome(IntentId, Box<RecordedOutcome>),
    /// A plan was frozen: its id, its hash, and how many of its rows have which verdict.
    Planned(Uuid, String, BTreeMap<String, u64>),
    /// A run began or was taken up again.
    Started(Uuid, Box<RunStart>),
    /// A row of a run ended without a request.
    Row(RunRowId, Box<RecordedOutcome>),
    /// A run ended in a process: why it stopped before its end.
    RunEnded(Uuid, Option<Untrusted>),
    /// A device answered.
    Answer(Box<IntentAnswer>),
    /// A rule stood against an unlock.
    Refused(Box<Refusal>),
    /// A kind of line this version doesn't know.
    Other,
}

/// What a file's first record says of the files that were there.
#[derive(Clone, Debug, Default)]
pub struct FileHeader {
    /// The file's own name; earlier releases didn't say it.
    pub file: Option<String>,
    /// The last records that no earlier file names.
    pub heads: Vec<Head>,
    /// The files that were being written to; none where an earlier release named every file.
    pub in_flight: Option<Vec<String>>,
}

/// How something ended.
#[derive(Clone, Debug)]
pub struct RecordedOutcome {
    /// The outcome.
    pub outcome: Outcome,
    /// The system's own id of the request.
    pub handle: Option<Untrusted>,
    /// Why, in words.
    pub why: Untrusted,
    /// True when it wasn't carried out and was to be asked for again.
    pub again: bool,
}

/// An unlock that a rule stood against: nothing was sent.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The account.
    pub key: AccountKey,
    /// Its user name.
    pub username: Untrusted,
    /// The helpdesk case.
    pub ticket: Option<Untrusted>,
    /// The rule's name.
    pub rule: Untrusted,
    /// What it says.
    pub why: Untrusted,
}

/// What a run was started with.
#[derive(Clone, Debug, Default)]
pub struct RunStart {
    /// The hash of its plan.
    pub sha256: String,
    /// The verdicts that are run, by their words.
    pub verdicts: Vec<String>,
    /// The helpdesk case of rows without their own, and how the callers were verified.
    pub audit: AuditContext,
}
