//! A run: the rows of a plan as unlocks, a window of them at a time. First one alone, then five, then the rest, so that
//! what goes wrong goes wrong with few.

mod control;
mod schedule;
mod settings;
mod status;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::domain::{ClockReading, Code, Outcome, ProviderName, UnsentRow};
use crate::flow::unlock::UnlockFlow;
use crate::flow::{UnlockCall, UnlockEvent};

use super::abort_rules::AbortTally;
use super::plan::Row;

pub use settings::{Concurrency, MOST_BY_YES, ReadyRun, RowState, RunCommand, RunSettings};

use settings::CANARY;

/// A run.
#[derive(Clone, Debug)]
pub struct Run {
    settings: RunSettings,
    rows: Vec<Row>,
    states: Vec<RowState>,
    waiting: BTreeMap<ProviderName, VecDeque<usize>>,
    running: BTreeMap<usize, UnlockFlow>,
    stage: usize,
    /// Rows that this stage may still start.
    allowance: usize,
    /// Until then the run rests after a canary.
    rest_until: Option<Duration>,
    paused: bool,
    stopped: Option<String>,
    rules: AbortTally,
    /// The rows that ended in this process, in that order.
    log: Vec<usize>,
    ended: usize,
    meant: usize,
    began: Duration,
}

impl Run {
    /// A run from its beginning, or as an earlier process left it: its open rows are being looked at.
    pub fn new(ready: ReadyRun, now: ClockReading) -> Self {
        let mut run = Self {
            states: vec![RowState::NotMeant; ready.rows.len()],
            rows: ready.rows,
            settings: ready.settings,
            waiting: BTreeMap::new(),
            running: BTreeMap::new(),
            stage: 0,
            allowance: 0,
            rest_until: None,
            paused: false,
            stopped: None,
            rules: AbortTally::default(),
            log: Vec::new(),
            ended: 0,
            meant: 0,
            began: now.mono,
        };
        let mut went_well = 0;
        for at in 0..run.rows.len() {
            if !run.rows.get(at).is_some_and(|row| row.is_meant(&run.settings.verdicts)) {
                continue;
            }
            run.meant += 1;
            match ready.known.get(&at) {
                Some(outcome) => {
                    // What was open anyway proves nothing.
                    went_well += usize::from(matches!(outcome, Outcome::Unlocked | Outcome::Acknowledged));
                    run.ended += 1;
                    run.put(at, RowState::Ended(*outcome, None));
                }
                None if ready.open.contains(&at) => run.put(at, RowState::Looking),
                None => run.wait(at),
            }
        }
        // Canaries that went well in an earlier process need not go first again.
        let mut passed = 0;
        while let Some(size) = CANARY.get(run.stage)
            && went_well >= passed + size
        {
            passed += size;
            run.stage += 1;
        }
        run.allowance = run.stage_size();
        run
    }

    fn put(&mut self, at: usize, state: RowState) {
        if let Some(place) = self.states.get_mut(at) {
            *place = state;
        }
    }

    /// Has a row wait, behind those of its system that wait already.
    fn wait(&mut self, at: usize) {
        if let Some(provider) = self.rows.get(at).and_then(Row::provider).cloned() {
            self.put(at, RowState::Waiting);
            self.waiting.entry(provider).or_default().push_back(at);
        }
    }

    /// Takes what a look at a row showed that an earlier process had begun.
    pub fn looked(&mut self, now: ClockReading, at: usize, outcome: Outcome, again: bool) -> Vec<RunCommand> {
        if !matches!(self.state(at), RowState::Looking) {
            return Vec::new();
        }
        if again {
            self.wait(at);
            // The stage may have ended while this row was looked at, and nothing else was left.
            self.next_stage(now);
        } else {
            self.ended += 1;
            self.put(at, RowState::Ended(outcome, None));
        }
        self.tick(now)
    }

    /// Whoever waits for a device looks at once.
    pub fn heard(&mut self, now: ClockReading) -> Vec<RunCommand> {
        self.running.iter_mut().flat_map(|(at, flow)| commands(*at, flow.heard(now))).collect()
    }

    /// When [`Self::tick`] has something to do.
    pub fn wake(&self) -> Option<Duration> {
        self.running.values().filter_map(UnlockFlow::wake).chain(self.rest_until).min()
    }

    /// Goes on with what is due, and starts rows where there is room.
    pub fn tick(&mut self, now: ClockReading) -> Vec<RunCommand> {
        let mut acts = Vec::new();
        for (at, flow) in &mut self.running {
            if flow.wake().is_some_and(|wake| wake <= now.mono) {
                acts.extend(commands(*at, flow.tick(now)));
            }
        }
        if self.rest_until.is_some_and(|until| until <= now.mono) {
            self.rest_until = None;
        }
        self.start_rows(now, &mut acts);
        acts
    }

    /// Takes what came of a step.
    pub fn handle(&mut self, now: ClockReading, at: usize, event: UnlockEvent) -> Vec<RunCommand> {
        let mut acts = Vec::new();
        if let Some(flow) = self.running.get_mut(&at) {
            acts.extend(commands(at, flow.handle(now, event)));
        }
        self.put_back(at);
        if self.ended_by_now(at, &mut acts) {
            self.next_stage(now);
        }
        self.start_rows(now, &mut acts);
        acts
    }

    /// Nothing was sent for a row: it was no canary.
    fn give_back(&mut self) {
        if self.stage < CANARY.len() {
            self.allowance += 1;
        }
    }

    /// Takes a row out of the window when its unlock is over.
    fn ended_by_now(&mut self, at: usize, acts: &mut Vec<RunCommand>) -> bool {
        let Some(flow) = self.running.get(&at) else { return false };
        let Some((outcome, problem)) = flow.outcome() else { return false };
        let (problem, asked) = (problem.cloned().map(Box::new), flow.intent().is_some());
        let key = flow.order().key.clone();
        let code = problem.as_ref().map(|problem| problem.code);
        // A read that fails says as much of the system as a request that does; that one account is gone says nothing.
        let went_wrong = matches!(outcome, Outcome::Failed | Outcome::StillLocked | Outcome::Unknown);
        if asked || code.is_some_and(Code::is_ledger) || (went_wrong && code != Some(Code::NotFound)) {
            let stage = (self.stage < CANARY.len()).then_some(self.stage);
            if let Some(why) = self.rules.take(outcome, problem.as_deref(), stage) {
                self.stop(why);
            }
        } else {
            self.give_back();
        }
        self.running.remove(&at);
        self.ended += 1;
        self.log.push(at);
        if !asked {
            acts.push(RunCommand::Note(UnsentRow { part: self.part(at), key, outcome, problem: problem.clone() }));
        }
        self.put(at, RowState::Ended(outcome, problem));
        true
    }
}

/// What a row's unlock asks for, with the row.
fn commands(at: usize, calls: Vec<UnlockCall>) -> impl Iterator<Item = RunCommand> {
    calls.into_iter().map(move |call| RunCommand::Unlock(at, call))
}
