//! What a policy file, or a `[policy]` table, says. Each of them tightens; none loosens another.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::policy::{Hours, OnSinkFailure, OwnAccountRule, Policy, TicketPattern, VerificationRequirement};
use crate::settings::diagnostics::{Complaint, read_text};
use crate::settings::duration;

/// Where the machine's owner keeps the policy.
pub const SYSTEM_FILE: &str = "/etc/unbolt/policy.toml";

/// Whether unlocks need a ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketRequirement {
    /// They may have one.
    #[default]
    Optional,
    /// They need one.
    Required,
}

/// The settings; what isn't set says nothing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySettings {
    /// Another policy file, which tightens further.
    pub file: Option<PathBuf>,
    /// Nothing is unlocked at all.
    pub read_only: Option<bool>,
    /// Whether unlocks need a ticket: `optional` or `required`.
    pub ticket: Option<TicketRequirement>,
    /// What a ticket looks like: a regular expression over the whole of it.
    pub ticket_pattern: Option<TicketPattern>,
    /// Whether it is recorded how a caller was verified: `off`, `ask` or `require`.
    pub verification: Option<VerificationRequirement>,
    /// The ways of verification.
    pub methods: Option<Vec<String>>,
    /// Accounts whose id has to be typed and that no list opens; `*` stands for anything.
    pub protected: Option<Vec<String>>,
    /// The same by the names or ids of groups.
    pub protected_groups: Option<Vec<String>>,
    /// Accounts that are never unlocked.
    pub refused: Option<Vec<String>>,
    /// The same by the names or ids of groups.
    pub refused_groups: Option<Vec<String>>,
    /// An operator's own account: `refuse`, `type` or `allow`.
    pub own_account: Option<OwnAccountRule>,
    /// When unlocks are done: within one of them.
    pub hours: Option<Vec<Hours>>,
    /// The most unlocks of one account within 24 hours.
    pub account_a_day: Option<u32>,
    /// The most unlocks of one operator within an hour, lists apart.
    pub operator_an_hour: Option<u32>,
    /// The most rows of one run, whatever `--max` says.
    pub bulk_max_rows: Option<usize>,
    /// After so long without a key the screen is locked.
    #[serde(with = "duration::maybe")]
    pub idle_lock: Option<Duration>,
    /// The program that locks it; without one the screen ends.
    pub idle_command: Option<Vec<String>>,
    /// What happens when the ledger's heads can't be copied elsewhere: `queue` or `refuse`.
    pub on_sink_failure: Option<OnSinkFailure>,
}

impl PolicySettings {
    /// Reads a policy file; its settings stand at its top.
    ///
    /// # Errors
    /// A [`Complaint`] with the file and, where it has one, the line.
    pub fn read(path: &Path) -> Result<Self, Complaint> {
        let text = read_text(path, "the policy")?;
        let settings: Self = toml::from_str(&text).map_err(|e| Complaint::from_toml(&text, &e).in_file(path))?;
        if settings.file.is_some() {
            return Err(Complaint::new("a policy file names no further one").in_file(path));
        }
        Ok(settings)
    }
}

impl From<&Policy> for PolicySettings {
    /// The rules as settings that would make them.
    fn from(policy: &Policy) -> Self {
        let some = |list: &Vec<String>| Some(list.clone());
        Self {
            file: None,
            read_only: Some(policy.read_only),
            ticket: Some(if policy.ticket_required {
                TicketRequirement::Required
            } else {
                TicketRequirement::Optional
            }),
            ticket_pattern: policy.ticket_patterns.first().cloned(),
            verification: Some(policy.verification),
            methods: some(&policy.methods),
            protected: some(&policy.protected),
            protected_groups: some(&policy.protected_groups),
            refused: some(&policy.refused),
            refused_groups: some(&policy.refused_groups),
            own_account: Some(policy.own_account),
            hours: Some(policy.hours.iter().flatten().cloned().collect()),
            account_a_day: policy.account_a_day,
            operator_an_hour: policy.operator_an_hour,
            bulk_max_rows: Some(policy.bulk_max_rows),
            idle_lock: policy.idle_lock,
            idle_command: some(&policy.idle_command),
            on_sink_failure: Some(policy.on_sink_failure),
        }
    }
}

/// The rules that all of these settings leave: for each rule the strictest word counts.
pub fn strictest(system: Option<&PolicySettings>, others: &[PolicySettings]) -> Policy {
    let usual = Policy::default();
    let built_in = PolicySettings {
        own_account: system.is_none_or(|own| own.own_account.is_none()).then_some(usual.own_account),
        bulk_max_rows: system.is_none_or(|own| own.bulk_max_rows.is_none()).then_some(usual.bulk_max_rows),
        ..PolicySettings::default()
    };
    // Where the machine's owner has a policy, what it leaves unsaid is as usual, and nobody else's to loosen.
    let own: Vec<&PolicySettings> = system.into_iter().chain(system.map(|_| &built_in)).collect();
    let all: Vec<&PolicySettings> = own.into_iter().chain(others).collect();
    let lists = |of: fn(&PolicySettings) -> &Option<Vec<String>>| -> Vec<String> {
        all.iter().filter_map(|one| of(one).as_ref()).flatten().cloned().collect()
    };
    let most = |of: fn(&PolicySettings) -> Option<u32>| all.iter().filter_map(|one| of(one)).min();
    Policy {
        read_only: all.iter().any(|one| one.read_only == Some(true)),
        ticket_required: all.iter().any(|one| one.ticket == Some(TicketRequirement::Required)),
        ticket_patterns: all.iter().filter_map(|one| one.ticket_pattern.clone()).collect(),
        verification: all.iter().filter_map(|one| one.verification).max().unwrap_or(usual.verification),
        methods: methods(system, &all).unwrap_or(usual.methods),
        protected: lists(|one| &one.protected),
        protected_groups: lists(|one| &one.protected_groups),
        refused: lists(|one| &one.refused),
        refused_groups: lists(|one| &one.refused_groups),
        own_account: all.iter().filter_map(|one| one.own_account).max().unwrap_or(usual.own_account),
        hours: all.iter().filter_map(|one| one.hours.clone()).filter(|set| !set.is_empty()).collect(),
        account_a_day: most(|one| one.account_a_day),
        operator_an_hour: most(|one| one.operator_an_hour),
        limits_bind: false,
        bulk_max_rows: all.iter().filter_map(|one| one.bulk_max_rows).min().unwrap_or(usual.bulk_max_rows),
        idle_lock: all.iter().filter_map(|one| one.idle_lock).min(),
        idle_command: match system.filter(|system| system.idle_lock.is_some()) {
            // Whoever says when the screen is locked says by what.
            Some(system) => system.idle_command.clone().unwrap_or_default(),
            None => all.iter().find_map(|one| one.idle_command.clone()).unwrap_or_default(),
        },
        on_sink_failure: all.iter().filter_map(|one| one.on_sink_failure).max().unwrap_or(usual.on_sink_failure),
    }
}

/// What everybody who names methods names. A machine's owner who asks for verification without naming methods means
/// the usual ones.
fn methods(system: Option<&PolicySettings>, all: &[&PolicySettings]) -> Option<Vec<String>> {
    let asks = system.is_some_and(|system| system.verification.is_some() && system.methods.is_none());
    let usual = asks.then(|| Policy::default().methods);
    let mut named = usual.into_iter().chain(all.iter().filter_map(|one| one.methods.clone()));
    let first = named.next()?;
    Some(named.fold(first, |kept, other| kept.into_iter().filter(|one| other.contains(one)).collect()))
}

#[cfg(test)]
mod tests;
