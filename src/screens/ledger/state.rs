//! What was done: the unlocks and refusals of the ledger, the newest first.

use jiff::Timestamp;

use crate::domain::Record;

use crate::screens::list_state::{ListState, Rows, SortKey};

/// The tab.
#[derive(Clone, Debug, Default)]
pub struct LedgerTab {
    /// What was recorded, the newest first.
    pub rows: Vec<Record>,
    /// Selection, filter and order of them.
    pub list: ListState,
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
        self.list.selected().and_then(|row| self.rows.get(row))
    }

    /// Takes what was read; the selection stays with its record.
    pub fn take(&mut self, result: Result<Vec<Record>, String>, now: Timestamp) {
        self.reading = false;
        match result {
            Ok(rows) => {
                let was = self.selected().cloned();
                self.rows = rows;
                let same = |row: &Record| was.as_ref().is_some_and(|was| was.at == row.at && was.key == row.key);
                let at = self.rows.iter().position(same);
                self.arrange();
                match at {
                    Some(row) => self.list.select(row),
                    None => (self.list.at, self.list.top) = (0, 0),
                }
                (self.problem, self.as_of) = (None, Some(now));
            }
            Err(why) => self.problem = Some(why),
        }
    }

    /// Filters and orders anew.
    pub fn arrange(&mut self) {
        let mut list = std::mem::take(&mut self.list);
        list.arrange(self);
        self.list = list;
    }
}

impl Rows for LedgerTab {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> usize {
        6
    }

    fn text(&self, at: usize) -> String {
        let Some(row) = self.rows.get(at) else { return String::new() };
        let ticket = row.ticket.as_ref().map_or("", |ticket| ticket.as_data());
        let parts =
            [row.username.as_data(), row.key.id.as_data(), ticket, row.operator.as_data(), row.why.as_data()].join(" ");
        format!("{} {} {parts}", row.outcome.replace('_', " "), row.key.provider)
    }

    fn key(&self, at: usize, column: usize) -> SortKey {
        let Some(row) = self.rows.get(at) else { return SortKey::Absent };
        match column {
            0 => SortKey::latest(Some(row.at)),
            1 => SortKey::text(row.outcome),
            2 => SortKey::text(row.key.provider.as_str()),
            3 => SortKey::text(row.username.as_data()),
            4 => SortKey::text(row.ticket.as_ref().map_or("", |ticket| ticket.as_data())),
            _ => SortKey::text(row.operator.as_data()),
        }
    }
}
