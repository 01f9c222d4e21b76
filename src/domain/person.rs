//! One human: the accounts that belong together, and why we think so.

use serde::{Deserialize, Serialize};

use super::word_enum::words;
use super::{AccountKey, Untrusted};

words! {
    /// Why two accounts were taken to belong to one person.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum LinkRule {
        /// An administrator's map says so; no setting names it.
        #[serde(skip)]
        Map = "map",
        /// Two systems know one account by one id; no setting names it.
        #[serde(skip)]
        Id = "id",
        /// The same e-mail address.
        Email = "email",
        /// The same user name.
        Username = "username",
        /// The same employee id.
        EmployeeId = "employee_id",
    }
}

impl LinkRule {
    /// The rules by which accounts are joined where nobody says otherwise, the strongest first.
    pub const USUAL: [Self; 3] = [Self::Email, Self::Username, Self::EmployeeId];
}

/// One reason for a join: the rule and the value both sides share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkEvidence {
    /// The rule.
    pub rule: LinkRule,
    /// The shared value.
    pub value: Untrusted,
}

/// The accounts of one human.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name on the row.
    pub name: Untrusted,
    /// Why the accounts belong together; empty for a single one.
    pub evidence: Vec<LinkEvidence>,
    /// Why it was not joined with others it resembles.
    pub apart: Option<String>,
    /// The accounts, in the order in which they were first seen.
    pub accounts: Vec<AccountKey>,
}
