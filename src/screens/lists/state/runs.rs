//! The runs of this ledger: what the tab shows while no list is there.

use jiff::Timestamp;

use crate::bulk::runs::{RunStatus, RunSummary};
use crate::screens::list_state::{ListState, Rows, SortKey};

/// The runs, and how they are looked at.
#[derive(Clone, Debug, Default)]
pub struct RunsList {
    /// The newest first.
    pub runs: Vec<RunSummary>,
    /// Selection, filter and order of them.
    pub list: ListState,
    /// Why they couldn't be read.
    pub problem: Option<String>,
    /// True once they were read, or couldn't be.
    pub is_read: bool,
}

impl RunsList {
    /// Takes what was read.
    pub fn take(&mut self, read: Result<Vec<RunSummary>, String>) {
        self.is_read = true;
        match read {
            Ok(runs) => (self.runs, self.problem) = (runs, None),
            Err(why) => self.problem = Some(why),
        }
        self.arrange();
    }

    /// Filters and orders anew.
    pub fn arrange(&mut self) {
        let mut list = std::mem::take(&mut self.list);
        list.arrange(self);
        self.list = list;
    }

    /// The run under the cursor.
    pub fn selected(&self) -> Option<&RunSummary> {
        self.runs.get(self.list.selected()?)
    }

    /// The newest run that an operator began since then and left with rows to do.
    pub fn left_by(&self, operator: &str, since: Timestamp) -> Option<&RunSummary> {
        let is_own = |run: &&RunSummary| run.operator.as_data() == operator && run.at >= since;
        self.runs.iter().filter(is_own).find(|run| run.is_left())
    }
}

impl Rows for RunsList {
    fn count(&self) -> usize {
        self.runs.len()
    }

    fn columns(&self) -> usize {
        6
    }

    fn text(&self, at: usize) -> String {
        let Some(run) = self.runs.get(at) else { return String::new() };
        let ticket = run.ticket.as_ref().map(crate::domain::Untrusted::as_data).unwrap_or_default();
        let why = match &run.status {
            RunStatus::Stopped(why) => why.as_data(),
            _ => "",
        };
        format!("{} {} {} {ticket} {} {why}", run.id, run.at, run.operator.as_data(), run.word())
    }

    fn key(&self, at: usize, column: usize) -> SortKey {
        let Some(run) = self.runs.get(at) else { return SortKey::Absent };
        match column {
            0 => SortKey::latest(Some(run.at)),
            1 => SortKey::text(run.operator.as_data()),
            2 => SortKey::Number(-i64::try_from(run.left()).unwrap_or(i64::MAX)),
            3 => SortKey::text(run.word()),
            4 => SortKey::text(run.ticket.as_ref().map_or("", |ticket| ticket.as_data())),
            _ => SortKey::text(&run.id.to_string()),
        }
    }
}
