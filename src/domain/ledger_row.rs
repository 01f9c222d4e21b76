//! What the ledger holds of one unlock or refusal, as lists show it.

use jiff::Timestamp;
use uuid::Uuid;

use super::{AccountKey, IntentId, Untrusted};

/// An unlock or a refusal, as it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerRow {
    /// When it was asked for.
    pub at: Timestamp,
    /// The outcome's word.
    pub outcome: &'static str,
    /// When that was recorded.
    pub ended: Option<Timestamp>,
    /// Who asked.
    pub operator: Untrusted,
    /// The account.
    pub key: AccountKey,
    /// Its user name.
    pub username: Untrusted,
    /// Its address.
    pub email: Option<Untrusted>,
    /// Which of its locks; empty for a refusal.
    pub layer: &'static str,
    /// The helpdesk case.
    pub ticket: Option<Untrusted>,
    /// How the caller was verified.
    pub verified: Option<Untrusted>,
    /// The lock that was confirmed.
    pub seen: String,
    /// Why it ended so, or what the rule says.
    pub why: Untrusted,
    /// The rule that stood against it.
    pub rule: Option<Untrusted>,
    /// Its intent; a refusal has none.
    pub intent: Option<IntentId>,
    /// The run that it is a row of.
    pub run: Option<Uuid>,
    /// True without a decisive outcome.
    pub open: bool,
    /// What a device said later against the outcome; recorded and not believed.
    pub contradicted: Option<Untrusted>,
}
