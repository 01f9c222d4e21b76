//! The bulk tab: a list as it is planned, edited, frozen and run. The cursor follows the row and never its place.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use tui_input::Input;

use crate::bulk::plan::{Row, Seen, Verdict};
use crate::bulk::run::{Act, RowState};
use crate::bulk::{Entry, Run, RunSettings};
use crate::domain::{Account, Outcome, Part, Problem, Stamp};
use crate::flow::{Call, FlowId, UnlockEvent};

use super::event::Effect;
use super::tabs::lines;

/// Rows that are filtered between two looks at the keys.
const SLICE: usize = 4_000;
/// The flows of a run have numbers of their own.
const FLOWS: u64 = 1 << 48;

/// How the preview is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What needs a look first.
    #[default]
    Odd,
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

/// The look through all rows for the filter, a slice at a time.
#[derive(Clone, Debug, Default)]
struct Scan {
    /// The rows in the order in which they are shown.
    order: Vec<u32>,
    /// How far it has come.
    next: usize,
    /// What fits so far.
    found: Vec<u32>,
}

/// The tab.
#[derive(Debug, Default)]
pub struct BulkTab {
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

impl Clone for BulkTab {
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

impl BulkTab {
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

    /// Begins to order and filter anew; [`Self::tick`] goes on.
    pub fn arrange(&mut self) {
        #[allow(clippy::cast_possible_truncation, reason = "no list has four thousand million rows")]
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        if self.sort == Sort::Odd {
            let rank = |at: &u32| {
                let verdict = self.rows.get(*at as usize).map(|one| one.row.verdict);
                verdict.and_then(|verdict| Verdict::ALL.iter().position(|other| *other == verdict))
            };
            order.sort_by_key(rank);
        }
        self.scan = Some(Scan { order, next: 0, found: Vec::new() });
        if self.rows.len() <= SLICE {
            self.scan_on();
        }
    }

    /// True while the filter has rows left to look at.
    #[must_use]
    pub fn is_scanning(&self) -> bool {
        self.scan.is_some()
    }

    fn scan_on(&mut self) {
        let Some(mut scan) = self.scan.take() else { return };
        let wanted = self.filter.value().trim().to_lowercase();
        let until = (scan.next + SLICE).min(scan.order.len());
        for at in scan.order.get(scan.next..until).unwrap_or_default() {
            if wanted.is_empty() || self.rows.get(*at as usize).is_some_and(|one| fits(one, &wanted)) {
                scan.found.push(*at);
            }
        }
        scan.next = until;
        if scan.next < scan.order.len() {
            self.scan = Some(scan);
            return;
        }
        self.visible = scan.found;
        if std::mem::take(&mut self.stale) {
            self.arrange();
        }
        if self.position().is_none() {
            self.selected = self.visible.first().copied();
            self.top = 0;
        }
        self.scroll();
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
        self.top = lines::top(self.position().unwrap_or(0), self.top, self.page, self.visible.len());
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

    /// The plan is frozen: its rows are what is run, and the run begins.
    pub fn begin(&mut self, settings: RunSettings, rows: Vec<Row>, now: Stamp) -> Vec<Effect> {
        self.freezing = false;
        self.rows = rows.iter().map(|row| ListRow { row: row.clone(), dropped: false }).collect();
        self.end_told = false;
        let mut run = Run::new(settings, rows, &BTreeMap::new(), now);
        let acts = run.tick(now);
        self.run = Some(run);
        self.arrange();
        self.effects(acts)
    }

    /// Takes what came of a step of a row.
    pub fn handle(&mut self, now: Stamp, row: usize, event: UnlockEvent) -> Vec<Effect> {
        let acts = self.run.as_mut().map(|run| run.handle(now, row, event)).unwrap_or_default();
        self.effects(acts)
    }

    /// Goes on with what is due.
    pub fn tick(&mut self, now: Stamp) -> Vec<Effect> {
        self.scan_on();
        let due = self.run.as_ref().and_then(Run::wake).is_some_and(|wake| wake <= now.mono);
        let acts = if due { self.run.as_mut().map(|run| run.tick(now)).unwrap_or_default() } else { Vec::new() };
        self.effects(acts)
    }

    /// Does something to the run, and starts what may be started then.
    pub fn change_run(&mut self, now: Stamp, change: impl FnOnce(&mut Run)) -> Vec<Effect> {
        let Some(run) = &mut self.run else { return Vec::new() };
        change(run);
        self.end_told = false;
        let acts = run.tick(now);
        self.effects(acts)
    }

    /// A device has answered.
    pub fn heard(&mut self) -> Vec<Effect> {
        let acts = self.run.as_mut().map(Run::heard).unwrap_or_default();
        self.effects(acts)
    }

    /// Gives up on what is at work.
    pub fn abandon(&mut self, now: Stamp) -> Vec<Effect> {
        let acts = self.run.as_mut().map(|run| run.abandon(now)).unwrap_or_default();
        self.effects(acts)
    }

    /// When [`Self::tick`] has something to do.
    #[must_use]
    pub fn wake(&self) -> Option<Duration> {
        if self.is_scanning() {
            return Some(Duration::ZERO);
        }
        self.run.as_ref().and_then(Run::wake)
    }

    /// Rows at work.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.run.as_ref().map_or(0, Run::in_flight)
    }

    fn effects(&mut self, acts: Vec<Act>) -> Vec<Effect> {
        let Some(run) = &self.run else { return Vec::new() };
        let id = run.settings().id;
        let mut effects: Vec<Effect> = acts
            .into_iter()
            .filter_map(|act| match act {
                Act::Unlock(row, call) => Some(Effect::Call(Call::Unlock(Self::flow_id(row), call))),
                Act::Note(row, outcome, problem) => {
                    let key = run.rows().get(row)?.account.as_ref()?.key.clone();
                    let part = Part { run: id, row: u32::try_from(row).unwrap_or(u32::MAX) };
                    Some(Effect::NoteRow { part, key, outcome, problem })
                }
            })
            .collect();
        if run.is_over() && !self.end_told {
            self.end_told = true;
            let stopped = run.stopped().map(str::to_owned);
            effects.push(Effect::NoteEnd { run: id, stopped, totals: run.totals() });
        }
        effects
    }

    /// The outcome of a row, once it has one.
    #[must_use]
    pub fn outcome(&self, at: usize) -> Option<(Outcome, Option<&Problem>)> {
        match self.run.as_ref()?.state(at) {
            RowState::Ended(outcome, problem) => Some((*outcome, problem.as_deref())),
            _ => None,
        }
    }
}

fn fits(one: &ListRow, wanted: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(wanted);
    has(one.row.input.as_data())
        || has(one.row.verdict.word())
        || has(&one.row.reason)
        || one.row.account.as_ref().is_some_and(|account| {
            has(account.username.as_data()) || has(account.key.provider.as_str()) || has(account.key.id.as_data())
        })
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
