//! The bulk tab: a list as it is planned, edited, frozen and run. The cursor follows the row and never its place.

mod filter;
mod list_row;
mod run;
pub mod runs;

use std::collections::{BTreeMap, HashSet};

use crate::bulk::Run;
use crate::bulk::plan::{Dedup, Row, Verdict, totals};
use crate::domain::Untrusted;
use crate::flow::FlowId;
use crate::screens::list_state::ListState;

use filter::FilterScan;

pub use list_row::{ListRow, ListSource, entry};
use runs::RunsList;

/// The flows of a run have numbers of their own.
const FLOWS: u64 = 1 << 48;

/// The column that orders the rows at first: what needs a look on top.
const VERDICT: usize = 1;

/// The tab.
#[derive(Clone, Debug, Default)]
pub struct ListsTab {
    /// The rows, in the list's order.
    pub rows: Vec<ListRow>,
    /// Selection, filter and order of them.
    pub list: ListState,
    /// Which list this is: what comes late for another one is dropped.
    pub generation: u64,
    /// The lines that are looked up, or were.
    pub lines: usize,
    /// The encoding that a list was taken for, where nothing said so.
    pub guess: Option<&'static str>,
    /// Lists that are being planned, and accounts that are being read for a choice.
    pub planning: usize,
    /// Being frozen.
    pub freezing: bool,
    /// The run, once there is one.
    pub run: Option<Run>,
    /// The alarms of the plan that was frozen.
    pub alarms: Vec<String>,
    /// The runs of this ledger.
    pub runs: RunsList,
    /// True while a run of an earlier process is taken up, and until it is recorded that it goes on.
    pub resumes: bool,
    /// True when the failed rows are tried again once that is recorded.
    pub retries: bool,
    /// True while the cursor follows what the run is at.
    pub follows: bool,
    scan: Option<FilterScan>,
    /// Rows came while the filter was at work: it begins again afterwards.
    stale: bool,
    seen: Dedup,
    end_told: bool,
}

impl ListsTab {
    /// Without a list, ordered as it is at first.
    pub fn new() -> Self {
        Self { list: ListState::sorted_by(VERDICT), ..Self::default() }
    }

    /// True while there is no list, and the runs of this ledger show in its place.
    pub fn shows_runs(&self) -> bool {
        self.rows.is_empty() && self.planning == 0 && self.run.is_none() && !self.runs.runs.is_empty()
    }

    /// The number of the flow of that row.
    pub fn flow_id(row: usize) -> FlowId {
        FlowId(FLOWS + row as u64)
    }

    /// The row of a flow of this tab.
    pub fn row_of(id: FlowId) -> Option<usize> {
        id.0.checked_sub(FLOWS).and_then(|row| usize::try_from(row).ok())
    }

    /// Takes rows that were planned.
    pub fn add(&mut self, rows: Vec<Row>) {
        for row in rows {
            let row = self.seen.account(row);
            self.rows.push(ListRow { row, dropped: false });
        }
        self.stale = self.is_scanning();
        if !self.stale {
            self.arrange();
        }
    }

    /// Forgets what a line came to, and what was only the same as it; gives the lines that have to be looked up anew.
    pub fn remove_line(&mut self, line: u64, input: &Untrusted) -> Vec<Row> {
        let is_meant = |row: &Row| row.line == line && row.input == *input;
        let of_line: Vec<Row> = self.rows.iter().map(|one| &one.row).filter(|row| is_meant(row)).cloned().collect();
        let is_same = |row: &Row| {
            let same_account = |gone: &Row| match (&gone.account, &row.account) {
                (Some(gone), Some(own)) => gone.key == own.key,
                _ => gone.input.same_name(row.input.as_data()),
            };
            !is_meant(row) && row.verdict == Verdict::Duplicate && of_line.iter().any(same_account)
        };
        let again: Vec<Row> = self.rows.iter().map(|one| &one.row).filter(|row| is_same(row)).cloned().collect();
        let mut gone: HashSet<(u64, Untrusted)> = again.iter().map(|row| (row.line, row.input.clone())).collect();
        gone.insert((line, input.clone()));
        self.rows.retain(|one| !gone.contains(&(one.row.line, one.row.input.clone())));
        self.seen = Dedup::default();
        for one in &mut self.rows {
            one.row = self.seen.account(one.row.clone());
        }
        self.lines = self.lines.saturating_sub(gone.len());
        self.arrange();
        again
    }

    /// Replaces a row by the one of the chosen candidate.
    pub fn put(&mut self, at: usize, row: Row) {
        let row = self.seen.account(row);
        if let Some(place) = self.rows.get_mut(at) {
            place.row = row;
        }
        // The row goes where its new verdict belongs; the cursor stays, on the next one that needs somebody.
        let was = self.list.at;
        self.arrange();
        self.list.at = was.min(self.list.shown.len().saturating_sub(1));
        self.list.scroll();
    }

    /// Forgets the list.
    pub fn clear(&mut self) {
        let (runs, page) = (std::mem::take(&mut self.runs), self.list.page);
        *self = Self { runs, generation: self.generation + 1, ..Self::new() };
        self.list.page = page;
    }

    /// How many people of its lines were looked up; one may be several rows.
    pub fn looked_up(&self) -> usize {
        self.rows.iter().map(|one| (one.row.line, &one.row.input)).collect::<HashSet<_>>().len()
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<(usize, &ListRow)> {
        let at = self.list.selected()?;
        Some((at, self.rows.get(at)?))
    }

    /// The rows that will be run.
    pub fn kept(&self) -> Vec<Row> {
        self.rows.iter().filter(|one| !one.dropped).map(|one| one.row.clone()).collect()
    }

    /// True when every row that would be unlocked has a ticket of its own.
    pub fn has_tickets(&self) -> bool {
        let meant = |one: &&ListRow| !one.dropped && one.row.verdict == Verdict::Unlock;
        self.rows.iter().filter(meant).all(|one| one.row.ticket.is_some())
    }

    /// True when whoever leaves now leaves rows of a run undone that went on in this process.
    pub fn leaves_rows(&self) -> bool {
        !self.resumes && self.left() > 0
    }

    /// How many rows of the run are still to be done.
    pub fn left(&self) -> usize {
        self.run.as_ref().map_or(0, Run::left)
    }

    /// True when there is a run, and nothing is left of it to do.
    pub fn is_finished(&self) -> bool {
        self.run.as_ref().is_some_and(Run::is_over) && self.left() == 0
    }

    /// How many rows will be unlocked.
    pub fn meant(&self) -> usize {
        self.rows.iter().filter(|one| !one.dropped && one.row.verdict == Verdict::Unlock).count()
    }

    /// How many rows have which verdict; dropped ones count as that.
    pub fn totals(&self) -> BTreeMap<&'static str, u64> {
        totals(self.rows.iter().map(|one| if one.dropped { "dropped" } else { one.row.verdict.word() }))
    }

    /// True when leaving this list loses work.
    pub fn is_unsaved(&self) -> bool {
        !self.rows.is_empty() && self.run.as_ref().is_none_or(|run| !run.is_over() || run.stopped().is_some())
    }
}
