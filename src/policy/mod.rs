//! What a desk may do, as its owner has decided. Pure: it is given what is to be done, by whom, and what was
//! done before, and answers with the rules that stand against it.

pub mod consent;
mod evaluate;
mod hours;
mod pattern;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use evaluate::{Denial, PolicyInput, PolicyRule};
pub use hours::Hours;
pub use pattern::{TicketPattern, fits};

/// Whether it is recorded how a caller was verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VerificationRequirement {
    /// Not asked for.
    #[default]
    Off,
    /// Offered in the confirmation.
    Ask,
    /// Without it nothing is unlocked.
    Require,
}

/// What becomes of an operator's own account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OwnAccountRule {
    /// It is one like every other.
    Allow,
    /// Its id has to be typed.
    Type,
    /// A colleague has to do it.
    #[default]
    Refuse,
}

/// What happens when the copy of the ledger's heads elsewhere can't be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OnSinkFailure {
    /// It waits in the outbox.
    #[default]
    Queue,
    /// Nothing is unlocked until it can.
    Refuse,
}

/// The rules in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Nothing is unlocked at all.
    pub read_only: bool,
    /// Nothing is unlocked without a ticket.
    pub ticket_required: bool,
    /// What a ticket looks like, by all of these.
    pub ticket_patterns: Vec<TicketPattern>,
    /// Whether it is recorded how a caller was verified.
    pub verification: VerificationRequirement,
    /// The ways of verification.
    pub methods: Vec<String>,
    /// Accounts whose id has to be typed, and that no list opens: patterns over user name, address and id.
    pub protected: Vec<String>,
    /// The same by the names or ids of groups.
    pub protected_groups: Vec<String>,
    /// Accounts that are never unlocked: patterns over user name, address and id.
    pub refused: Vec<String>,
    /// The same by the names or ids of groups.
    pub refused_groups: Vec<String>,
    /// What becomes of an operator's own account.
    pub own_account: OwnAccountRule,
    /// When unlocks are allowed: within one of each set.
    pub hours: Vec<Vec<Hours>>,
    /// The most unlocks of one account within 24 hours.
    pub account_a_day: Option<u32>,
    /// The most unlocks of one operator within an hour, lists apart.
    pub operator_an_hour: Option<u32>,
    /// True where the operator can't change the ledger that limits are counted from.
    pub limits_bind: bool,
    /// The most rows of one run, whatever is asked for.
    pub bulk_max_rows: usize,
    /// After so long without a key the screen is locked.
    pub idle_lock: Option<Duration>,
    /// The program that locks it; without one the screen ends.
    pub idle_command: Vec<String>,
    /// What happens when the copy of the ledger's heads elsewhere can't be made.
    pub on_sink_failure: OnSinkFailure,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            read_only: false,
            ticket_required: false,
            ticket_patterns: Vec::new(),
            verification: VerificationRequirement::default(),
            methods: ["call-back", "badge", "manager", "video"].map(str::to_owned).to_vec(),
            protected: Vec::new(),
            protected_groups: Vec::new(),
            refused: Vec::new(),
            refused_groups: Vec::new(),
            own_account: OwnAccountRule::default(),
            hours: Vec::new(),
            account_a_day: None,
            operator_an_hour: None,
            limits_bind: false,
            bulk_max_rows: 5_000,
            idle_lock: None,
            idle_command: Vec::new(),
            on_sink_failure: OnSinkFailure::default(),
        }
    }
}

impl Policy {
    /// True when history has to be counted.
    pub fn has_limits(&self) -> bool {
        self.account_a_day.is_some() || self.operator_an_hour.is_some()
    }

    /// What of an account's groups the rules go by: their names, and their ids.
    pub fn groups_needed(&self) -> (bool, bool) {
        let mut patterns = self.protected_groups.iter().chain(&self.refused_groups);
        let is_id = |pattern: &&String| pattern.chars().all(|c| c.is_ascii_hexdigit() || c == '-' || c == '*');
        (patterns.clone().next().is_some(), patterns.any(|pattern| is_id(&pattern)))
    }
}
