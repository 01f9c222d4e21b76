//! The `[policy]` table.

use serde::Deserialize;

use crate::policy::Policy;

/// What lists may do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySettings {
    /// Accounts that no list opens, by patterns over user name, address and id; `*` stands for anything.
    pub protected: Vec<String>,
    /// The most rows of one run, whatever `--max` says.
    pub bulk_max_rows: usize,
}

impl Default for PolicySettings {
    fn default() -> Self {
        let usual = Policy::default();
        Self { protected: usual.protected, bulk_max_rows: usual.bulk_max_rows }
    }
}

impl PolicySettings {
    /// The rules.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy { protected: self.protected.clone(), bulk_max_rows: self.bulk_max_rows }
    }
}
