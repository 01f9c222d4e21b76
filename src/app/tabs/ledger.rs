//! What was done: the unlocks and refusals of the ledger, the newest first.

use jiff::Timestamp;

use crate::domain::{AccountKey, Untrusted};

use super::Lines;

/// An unlock or a refusal, as it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// When it was asked for.
    pub at: Timestamp,
    /// The outcome's word.
    pub outcome: &'static str,
    /// True without a decisive outcome.
    pub open: bool,
    /// Who asked.
    pub operator: Untrusted,
    /// The account.
    pub key: AccountKey,
    /// Its user name.
    pub username: Untrusted,
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
    /// Its intent.
    pub intent: Option<String>,
}

/// The tab.
#[derive(Clone, Debug, Default)]
pub struct LedgerTab {
    /// What was recorded, the newest first.
    pub rows: Vec<Recorded>,
    /// Which is selected.
    pub lines: Lines,
    /// True while the ledger is being read.
    pub reading: bool,
    /// Why it couldn't be.
    pub problem: Option<String>,
    /// When it was read.
    pub as_of: Option<Timestamp>,
}

impl LedgerTab {
    /// The selected record.
    #[must_use]
    pub fn selected(&self) -> Option<&Recorded> {
        self.rows.get(self.lines.at)
    }

    /// Takes what was read; the selection stays with its record.
    pub fn take(&mut self, result: Result<Vec<Recorded>, String>, now: Timestamp) {
        self.reading = false;
        match result {
            Ok(rows) => {
                let was = self.selected().cloned();
                self.rows = rows;
                let same = |row: &Recorded| was.as_ref().is_some_and(|was| was.at == row.at && was.key == row.key);
                self.lines.at = self.rows.iter().position(same).unwrap_or(0);
                (self.problem, self.as_of) = (None, Some(now));
            }
            Err(why) => self.problem = Some(why),
        }
        self.lines.scroll(self.rows.len());
    }
}
