//! The one definition of what a record says: it is written and read back by these types, and the published schema
//! (`assets/schemas/ledger_record.json`) is made from them and from their documentation.
//!
//! Everything stands under `unmapped.unbolt`, as OCSF has no names for it. A member that is missing was not known, or
//! not yet recorded by the release that wrote the line.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(test)]
use schemars::JsonSchema;

/// A file's last record, as the first record of a new file names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Head {
    /// The file's name.
    pub file: String,
    /// The record's number.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// What a record says, by its kind.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum EventLine {
    /// A process began to write this file.
    Open {
        /// The file's own name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<String>,
        /// The last records that no earlier file names.
        #[serde(default)]
        heads: Vec<Head>,
        /// The files that were being written to at that moment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_flight: Option<Vec<String>>,
    },
    /// An unlock is about to be sent. It is on disk before the request goes out.
    Intent(Box<IntentRecord>),
    /// How an intent ended. The first decisive outcome of an intent stands.
    Outcome(Box<OutcomeRecord>),
    /// A plan was sealed.
    Plan {
        /// The plan's id, which is its run's as well.
        run: Uuid,
        /// SHA-256 of the plan, in hexadecimal.
        sha256: String,
        /// How many of its rows have which verdict.
        #[serde(default)]
        totals: BTreeMap<String, u64>,
    },
    /// A run began, or was taken up again.
    Run {
        /// The run's id.
        run: Uuid,
        /// SHA-256 of its plan.
        #[serde(default)]
        sha256: String,
        /// The verdicts that are run.
        #[serde(default)]
        verdicts: Vec<String>,
        /// The helpdesk case of rows without their own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<String>,
        /// How the callers were verified.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verified: Option<String>,
    },
    /// A row of a run ended without a request.
    Row {
        /// The run's id.
        run: Uuid,
        /// The row's place in the plan, from 0.
        row: u32,
        /// The provider.
        #[serde(default)]
        provider: String,
        /// How it ended.
        outcome: String,
        /// Why.
        #[serde(default)]
        problem: Option<ProblemRecord>,
    },
    /// A run ended in this process.
    RunEnd {
        /// The run's id.
        run: Uuid,
        /// Why it stopped before its end.
        #[serde(default)]
        stopped: Option<String>,
        /// How many rows ended how.
        #[serde(default)]
        totals: BTreeMap<String, u64>,
    },
    /// A device answered a command.
    Answer(Box<AnswerRecord>),
    /// A rule stood against an unlock; nothing was sent.
    Refusal {
        /// The provider.
        provider: String,
        /// The rule's name.
        rule: String,
        /// What it says.
        #[serde(default)]
        why: String,
        /// The helpdesk case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<String>,
    },
    /// Events for the webhook's receiver were refused: they had no valid signature or secret.
    WebhookRefused {
        /// How many until now.
        #[serde(default)]
        count: u64,
    },
    /// A kind of record that this release doesn't know.
    #[serde(other)]
    Other,
}

/// What is about to be sent.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct IntentRecord {
    /// The intent's id: UUID version 7.
    pub intent: Uuid,
    /// The provider.
    pub provider: String,
    /// The address of the system behind it.
    #[serde(default)]
    pub system: String,
    /// Which of the account's locks is to be opened.
    pub layer: String,
    /// What was read before: the evidence on which the operator decided.
    #[serde(default)]
    pub seen: String,
    /// The helpdesk case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// How the caller was verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<String>,
    /// True when the operator typed the account's id.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub typed_id: bool,
    /// True for another request of one and the same unlock: it counts against no limit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub further: bool,
    /// When, on the clock of the host that wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockRecord>,
    /// The open intent of the same account that this one knowingly goes beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<Uuid>,
    /// The run that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Uuid>,
    /// The row's place in the plan, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
}

/// How an intent ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct OutcomeRecord {
    /// The intent's id.
    pub intent: Uuid,
    /// The provider.
    #[serde(default)]
    pub provider: String,
    /// Which of the account's locks was to be opened.
    #[serde(default)]
    pub layer: String,
    /// The outcome: `unlocked`, `still_locked`, `unknown` and so on.
    pub outcome: String,
    /// By what it became known: `run` for the process that asked, `resolve` for a later look, `hand` for a person.
    #[serde(default)]
    pub by: String,
    /// What was seen on the way.
    #[serde(default)]
    pub steps: Vec<StepRecord>,
    /// Why, where it isn't good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemRecord>,
    /// True when it wasn't carried out and was to be asked for again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// The system's own id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
}

/// What a device answered, as it came in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct AnswerRecord {
    /// The intent that the command belongs to.
    pub intent: Uuid,
    /// The provider.
    pub provider: String,
    /// The command's id.
    pub command: String,
    /// The device's id.
    pub device: String,
    /// The device's word: `Acknowledged`, `Error`, `CommandFormatError`, `NotNow` or another.
    pub status: String,
    /// When it was received.
    pub at: Timestamp,
    /// The error chain, the outermost link first.
    #[serde(default)]
    pub chain: Vec<ChainLinkRecord>,
    /// More in words.
    #[serde(default)]
    pub detail: String,
    /// The event's own id.
    #[serde(default)]
    pub event: String,
    /// How the sender was known: by its signature, or by a secret in the path.
    #[serde(default)]
    pub evidence: String,
    /// True when it contradicts an earlier answer, or comes of another device: it is recorded and not believed.
    #[serde(default)]
    pub contradicts: bool,
    /// The account names that the device listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<String>>,
}

/// A moment on a host's own clock.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ClockRecord {
    /// Which start of the host it counts from.
    pub boot: String,
    /// Milliseconds since then.
    pub ms: u64,
}

/// A step on the way.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct StepRecord {
    /// When.
    pub at: String,
    /// What was reached.
    pub state: String,
    /// More in words.
    #[serde(default)]
    pub detail: String,
}

/// Why something isn't good.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ProblemRecord {
    /// The kind, as in `assets/schemas/problem.json`.
    #[serde(default)]
    pub code: String,
    /// What happened.
    #[serde(default)]
    pub what: String,
    /// Why.
    #[serde(default)]
    pub why: String,
}

/// A link of a device's error chain.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ChainLinkRecord {
    /// The error's number.
    pub code: Option<i64>,
    /// Whose numbers they are.
    pub domain: String,
    /// What the device says of it.
    pub text: String,
}
