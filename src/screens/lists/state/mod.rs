//! The bulk tab: a list as it is planned, edited, frozen and run. The cursor follows the row and never its place.

mod filter;
mod run;

use std::collections::BTreeMap;
use std::path::PathBuf;

use tui_input::Input;

use crate::bulk::Entry;
use crate::bulk::Run;
use crate::bulk::RunSettings;
use crate::bulk::plan::Row;
use crate::bulk::plan::Seen;
use crate::bulk::plan::Verdict;
use crate::domain::Account;
use crate::flow::FlowId;

use filter::Scan;

/// The flows of a run have numbers of their own.
const FLOWS: u64 = 1 << 48;

/// How the preview is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What needs a look first.
    #[default]
    ProblemsFirst,
    /// As in the list.
    Line,
}

/// Where a list comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Pasted text.
    Text(String),
    /// People of the desk.
    Entries(Vec<Entry>),
}

/// One row of the tab.
#[derive(Clone, Debug)]
pub struct ListRow {
    /// As it was planned.
    pub row: Row,
    /// Taken out by the operator.
    pub dropped: bool,
}

/// The tab.
#[derive(Debug, Default)]
pub struct ListsTab {
    /// The rows, in the list's order.
    pub rows: Vec<ListRow>,
    /// What is typed to filter them.
    pub filter: Input,
    /// Their order.
    pub sort: Sort,
    /// The rows that are shown.
    pub visible: Vec<u32>,
    /// The row under the cursor.
    pub selected: Option<u32>,
    /// The first visible row.
    pub top: usize,
    /// Rows that fit on the screen, as last drawn.
    pub page: usize,
    /// Which list this is: what comes late for another one is dropped.
    pub generation: u64,
    /// Lists that are being planned, and accounts that are being read for a choice.
    pub planning: usize,
    /// Being frozen.
    pub freezing: bool,
    /// The run, once there is one.
    pub run: Option<Run>,
    /// The alarms of the plan that was frozen.
    pub alarms: Vec<String>,
    scan: Option<Scan>,
    /// Rows came while the filter was at work: it begins again afterwards.
    stale: bool,
    seen: Seen,
    end_told: bool,
}

impl Clone for ListsTab {
    /// Only for snapshots of the state in tests: what was seen is not copied.
    fn clone(&self) -> Self {
        Self {
            rows: self.rows.clone(),
            filter: self.filter.clone(),
            sort: self.sort,
            visible: self.visible.clone(),
            selected: self.selected,
            top: self.top,
            page: self.page,
            generation: self.generation,
            planning: self.planning,
            freezing: self.freezing,
            run: self.run.clone(),
            alarms: self.alarms.clone(),
            scan: self.scan.clone(),
            stale: self.stale,
            seen: Seen::default(),
            end_told: self.end_told,
        }
    }
}

impl ListsTab {
    /// True while rows may be changed: before the plan is frozen.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.run.is_none() && !self.freezing
    }

    /// The number of the flow of that row.
    #[must_use]
    pub fn flow_id(row: usize) -> FlowId {
        FlowId(FLOWS + row as u64)
    }

    /// The row of a flow of this tab.
    #[must_use]
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

    /// Replaces a row by the one of the chosen candidate.
    pub fn put(&mut self, at: usize, row: Row) {
        let row = self.seen.account(row);
        if let Some(place) = self.rows.get_mut(at) {
            place.row = row;
        }
        self.arrange();
    }

    /// Forgets the list.
    pub fn clear(&mut self) {
        *self = Self { page: self.page, generation: self.generation + 1, ..Self::default() };
    }

    /// Where the selected row stands among those shown.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        let selected = self.selected?;
        self.visible.iter().position(|at| *at == selected)
    }

    /// The row under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<(usize, &ListRow)> {
        let at = self.position().and(self.selected)? as usize;
        Some((at, self.rows.get(at)?))
    }

    /// Moves the cursor.
    pub fn step(&mut self, by: isize) {
        let last = self.visible.len().saturating_sub(1);
        let at = self.position().map_or(0, |at| at.saturating_add_signed(by).min(last));
        self.selected = self.visible.get(at).copied();
        self.scroll();
    }

    /// Keeps the cursor visible; the list moves by half a page.
    pub fn scroll(&mut self) {
        self.top =
            crate::screens::list_state::top(self.position().unwrap_or(0), self.top, self.page, self.visible.len());
    }

    /// The rows that will be run.
    #[must_use]
    pub fn kept(&self) -> Vec<Row> {
        self.rows.iter().filter(|one| !one.dropped).map(|one| one.row.clone()).collect()
    }

    /// True when every row that would be unlocked has a ticket of its own.
    #[must_use]
    pub fn has_tickets(&self) -> bool {
        let meant = |one: &&ListRow| !one.dropped && one.row.verdict == Verdict::Unlock;
        self.rows.iter().filter(meant).all(|one| one.row.ticket.is_some())
    }

    /// How many rows of the run are still to be done.
    #[must_use]
    pub fn left(&self) -> usize {
        self.run.as_ref().map_or(0, |run| run.progress().1 - run.progress().0)
    }

    /// How many rows will be unlocked.
    #[must_use]
    pub fn meant(&self) -> usize {
        self.rows.iter().filter(|one| !one.dropped && one.row.verdict == Verdict::Unlock).count()
    }

    /// How many rows have which verdict; dropped ones count as that.
    #[must_use]
    pub fn totals(&self) -> BTreeMap<&'static str, u64> {
        let mut totals = BTreeMap::new();
        for one in &self.rows {
            *totals.entry(if one.dropped { "dropped" } else { one.row.verdict.word() }).or_default() += 1;
        }
        totals
    }

    /// True when leaving this list loses work.
    #[must_use]
    pub fn is_unsaved(&self) -> bool {
        !self.rows.is_empty() && self.run.as_ref().is_none_or(|run| !run.is_over() || run.stopped().is_some())
    }
}

/// A plan that was frozen, and may begin.
#[derive(Clone, Debug)]
pub struct Begun {
    /// How its run goes.
    pub settings: RunSettings,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// The line of an account that the desk sends here.
#[must_use]
pub fn entry(line: u64, account: &Account) -> Entry {
    Entry { line, text: account.key.id.clone(), provider: Some(account.key.provider.as_str().to_owned()), ticket: None }
}
