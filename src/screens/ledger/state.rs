//! What was done: the unlocks and refusals of the ledger, the newest first.

use jiff::Timestamp;

use crate::domain::Record;

use crate::screens::list_state::ListState;

/// The tab.
#[derive(Clone, Debug, Default)]
pub struct LedgerTab {
    /// What was recorded, the newest first.
    pub rows: Vec<Record>,
    /// Which is selected.
    pub lines: ListState,
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
    pub fn selected(&self) -> Option<&Record> {
        self.rows.get(self.lines.at)
    }

    /// Takes what was read; the selection stays with its record.
    pub fn take(&mut self, result: Result<Vec<Record>, String>, now: Timestamp) {
        self.reading = false;
        match result {
            Ok(rows) => {
                let was = self.selected().cloned();
                self.rows = rows;
                let same = |row: &Record| was.as_ref().is_some_and(|was| was.at == row.at && was.key == row.key);
                self.lines.at = self.rows.iter().position(same).unwrap_or(0);
                (self.problem, self.as_of) = (None, Some(now));
            }
            Err(why) => self.problem = Some(why),
        }
        self.lines.scroll(self.rows.len());
    }
}
