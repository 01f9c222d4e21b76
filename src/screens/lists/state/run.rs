//! The run of a list: what comes of its acts goes in, and what is to be done comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::bulk::plan::Row;
use crate::bulk::run::{Act, RowState};
use crate::bulk::{Run, RunSettings};
use crate::domain::{Outcome, Part, Problem, Stamp};
use crate::flow::{Call, UnlockEvent};
use crate::screens::message::Effect;

use crate::screens::lists::state::{ListRow, ListsTab};

impl ListsTab {
    /// The plan is frozen: its rows are what is run, and the run begins.
    pub fn begin(&mut self, settings: RunSettings, rows: Vec<Row>, now: Stamp) -> Vec<Effect> {
        self.freezing = false;
        self.rows = rows.iter().map(|row| ListRow { row: row.clone(), dropped: false }).collect();
        self.end_told = false;
        let mut run = Run::new(settings, rows, &BTreeMap::new(), &BTreeSet::new(), now);
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
    pub fn heard(&mut self, now: Stamp) -> Vec<Effect> {
        let acts = self.run.as_mut().map(|run| run.heard(now)).unwrap_or_default();
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

    /// How many rows of the run failed, so that they can be done again.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.run.as_ref().map_or(0, |run| run.outcomes().filter(|outcome| Run::is_failure(*outcome)).count())
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
