//! A run: the rows of a plan as unlocks, a window of them at a time. First one alone, then five, then the rest, so that
//! what goes wrong goes wrong with few.

mod control;
mod schedule;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{AuditContext, Code, Outcome, Problem, ProviderName, Stamp, Untrusted};
use crate::flow::unlock::{Trouble, UnlockFlow};
use crate::flow::{UnlockCall, UnlockEvent};

use super::abort_rules::StopRules;
use super::plan::{Row, Verdict};

/// Up to so many rows are confirmed by a yes; more by their number.
pub const MOST_BY_YES: usize = 10;

/// How many rows go before the rest, stage by stage.
const CANARY: [usize; 2] = [1, 5];

/// How one provider is treated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concurrency {
    /// Rows at work at once.
    pub window: usize,
    /// From then on an unanswered request can no longer be under way.
    pub settles_after: Duration,
    /// Which system exactly: its API and tenant.
    pub system: Untrusted,
}

/// How a run goes.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSettings {
    /// Its id.
    pub id: Uuid,
    /// Each provider's pace.
    pub paces: BTreeMap<ProviderName, Concurrency>,
    /// The pause after each canary.
    pub pause: Duration,
    /// How long to follow an unlock that was accepted.
    pub wait: Duration,
    /// The verdicts that are run.
    pub verdicts: Vec<Verdict>,
    /// Who runs it.
    pub operator: Untrusted,
    /// The helpdesk case of rows without their own, and how the callers were verified.
    pub papers: AuditContext,
}

/// A run that may begin, or go on as it was left.
#[derive(Clone, Debug)]
pub struct ReadyRun {
    /// How it goes.
    pub settings: RunSettings,
    /// The rows of its plan.
    pub rows: Vec<Row>,
    /// How rows ended in an earlier process.
    pub known: BTreeMap<usize, Outcome>,
    /// The rows that an earlier process left open: they are looked at before they are anything else.
    pub open: BTreeSet<usize>,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq)]
pub enum RowState {
    /// Not part of this run.
    NotMeant,
    /// Begun by an earlier process: being looked at, and not yet anything else.
    Looking,
    /// To be done.
    Waiting,
    /// Being done.
    Running,
    /// Over.
    Ended(Outcome, Option<Box<Problem>>),
}

/// What the runtime is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum RunCommand {
    /// A step of that row's unlock.
    Unlock(usize, UnlockCall),
    /// Record that this row ended without any request.
    Note(usize, Outcome, Option<Box<Problem>>),
}

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
    rules: StopRules,
    /// The rows that ended in this process, in that order.
    log: Vec<usize>,
    ended: usize,
    meant: usize,
    /// Rows that are being looked at.
    looking: usize,
    began: Duration,
}

impl Run {
    /// A run of these rows. `known` says how rows ended in an earlier process; those of `looking` are being looked at.
    #[must_use]
    pub fn new(
        settings: RunSettings,
        rows: Vec<Row>,
        known: &BTreeMap<usize, Outcome>,
        looking: &BTreeSet<usize>,
        now: Stamp,
    ) -> Self {
        let mut run = Self {
            states: vec![RowState::NotMeant; rows.len()],
            rows,
            settings,
            waiting: BTreeMap::new(),
            running: BTreeMap::new(),
            stage: 0,
            allowance: 0,
            rest_until: None,
            paused: false,
            stopped: None,
            rules: StopRules::default(),
            log: Vec::new(),
            ended: 0,
            meant: 0,
            looking: 0,
            began: now.mono,
        };
        let mut went_well = 0;
        for at in 0..run.rows.len() {
            let Some(row) = run.rows.get(at) else { continue };
            let (Some(provider), true) = (row.provider().cloned(), run.settings.verdicts.contains(&row.verdict)) else {
                continue;
            };
            run.meant += 1;
            match known.get(&at) {
                Some(outcome) => {
                    // What was open anyway proves nothing.
                    went_well += usize::from(matches!(outcome, Outcome::Unlocked | Outcome::Acknowledged));
                    run.ended += 1;
                    run.put(at, RowState::Ended(*outcome, None));
                }
                None if looking.contains(&at) => {
                    run.looking += 1;
                    run.put(at, RowState::Looking);
                }
                None => {
                    run.put(at, RowState::Waiting);
                    run.waiting.entry(provider).or_default().push_back(at);
                }
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

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &RunSettings {
        &self.settings
    }

    /// The rows of the plan.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Where that row stands.
    #[must_use]
    pub fn state(&self, at: usize) -> &RowState {
        self.states.get(at).unwrap_or(&RowState::NotMeant)
    }

    /// The unlock of a row that is at work.
    #[must_use]
    pub fn flow(&self, at: usize) -> Option<&UnlockFlow> {
        self.running.get(&at)
    }

    /// What is wrong at present: of each system that makes trouble how many rows wait, and the one that goes on last.
    #[must_use]
    pub fn troubles(&self) -> BTreeMap<&ProviderName, (usize, Trouble<'_>)> {
        let mut troubles: BTreeMap<&ProviderName, (usize, Trouble<'_>)> = BTreeMap::new();
        for flow in self.running.values() {
            let Some(trouble) = flow.trouble() else { continue };
            let (rows, worst) = troubles.entry(&flow.order().key.provider).or_insert((0, trouble));
            *rows += 1;
            if (trouble.sends, trouble.next) > (worst.sends, worst.next) {
                *worst = trouble;
            }
        }
        troubles
    }

    /// True when a lock that somebody set on purpose is among the rows that are not over, or among the failed ones: it is
    /// opened with its id typed, and by no number.
    #[must_use]
    pub fn needs_ids(&self, retries: bool) -> bool {
        self.rows.iter().zip(&self.states).any(|(row, state)| {
            row.verdict == Verdict::AdminLocked
                && match state {
                    RowState::NotMeant => false,
                    RowState::Ended(outcome, _) => retries && Self::is_failure(*outcome),
                    _ => true,
                }
        })
    }

    /// How many rows are meant, and how many of them are over.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.ended, self.meant)
    }

    /// The rows that ended in this process, in that order.
    #[must_use]
    pub fn log(&self) -> &[usize] {
        &self.log
    }

    /// Rows at work.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.running.len()
    }

    /// True while the operator has it rest.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Why it starts no more rows.
    #[must_use]
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// True when nothing is at work and nothing more will be.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let is_nothing_left = self.looking == 0 && self.waiting.values().all(VecDeque::is_empty);
        self.running.is_empty() && (self.stopped.is_some() || is_nothing_left)
    }

    /// Takes what a look at a row showed that an earlier process had begun.
    pub fn looked(&mut self, now: Stamp, at: usize, outcome: Outcome, again: bool) -> Vec<RunCommand> {
        if !matches!(self.state(at), RowState::Looking) {
            return Vec::new();
        }
        self.looking -= 1;
        if let (true, Some(provider)) = (again, self.rows.get(at).and_then(Row::provider).cloned()) {
            self.put(at, RowState::Waiting);
            self.waiting.entry(provider).or_default().push_back(at);
        } else {
            self.ended += 1;
            self.put(at, RowState::Ended(outcome, None));
        }
        self.tick(now)
    }

    /// When it began in this process.
    #[must_use]
    pub fn began(&self) -> Duration {
        self.began
    }

    /// How many rows ended how.
    #[must_use]
    pub fn totals(&self) -> BTreeMap<&'static str, u64> {
        let mut totals = BTreeMap::new();
        for state in &self.states {
            if let RowState::Ended(outcome, _) = state {
                *totals.entry(outcome.word()).or_default() += 1;
            }
        }
        totals
    }

    /// The outcomes of the rows that are over.
    pub fn outcomes(&self) -> impl Iterator<Item = Outcome> {
        self.states.iter().filter_map(|state| match state {
            RowState::Ended(outcome, _) => Some(*outcome),
            _ => None,
        })
    }

    /// Whoever waits for a device looks at once.
    pub fn heard(&mut self, now: Stamp) -> Vec<RunCommand> {
        let acts = self.running.iter_mut().flat_map(|(at, flow)| {
            flow.heard(now).into_iter().map(|call| RunCommand::Unlock(*at, call)).collect::<Vec<_>>()
        });
        acts.collect()
    }

    /// When [`Self::tick`] has something to do.
    #[must_use]
    pub fn wake(&self) -> Option<Duration> {
        self.running.values().filter_map(UnlockFlow::wake).chain(self.rest_until).min()
    }

    /// Goes on with what is due, and starts rows where there is room.
    pub fn tick(&mut self, now: Stamp) -> Vec<RunCommand> {
        let mut acts = Vec::new();
        let due: Vec<usize> = self
            .running
            .iter()
            .filter(|(_, flow)| flow.wake().is_some_and(|wake| wake <= now.mono))
            .map(|(at, _)| *at)
            .collect();
        for at in due {
            if let Some(flow) = self.running.get_mut(&at) {
                let calls = flow.tick(now);
                acts.extend(calls.into_iter().map(|call| RunCommand::Unlock(at, call)));
            }
        }
        if self.rest_until.is_some_and(|until| until <= now.mono) {
            self.rest_until = None;
        }
        self.start_rows(now, &mut acts);
        acts
    }

    /// Takes what came of a step.
    pub fn handle(&mut self, now: Stamp, at: usize, event: UnlockEvent) -> Vec<RunCommand> {
        let mut acts = Vec::new();
        if let Some(flow) = self.running.get_mut(&at) {
            let calls = flow.handle(now, event);
            acts.extend(calls.into_iter().map(|call| RunCommand::Unlock(at, call)));
        }
        if self.ended_by_now(at, &mut acts) {
            self.next_stage(now);
        }
        self.start_rows(now, &mut acts);
        acts
    }

    /// Takes a row out of the window when its unlock is over.
    fn ended_by_now(&mut self, at: usize, acts: &mut Vec<RunCommand>) -> bool {
        let Some(flow) = self.running.get(&at) else { return false };
        let Some((outcome, problem)) = flow.outcome() else { return false };
        let (problem, asked) = (problem.cloned().map(Box::new), flow.intent().is_some());
        let code = problem.as_ref().map(|problem| problem.code);
        // A read that fails says as much of the system as a request that does; that one account is gone says nothing.
        let went_wrong = matches!(outcome, Outcome::Failed | Outcome::StillLocked | Outcome::Unknown);
        if asked || code.is_some_and(Code::is_ledger) || (went_wrong && code != Some(Code::NotFound)) {
            let stage = (self.stage < CANARY.len()).then_some(self.stage);
            if let Some(why) = self.rules.take(outcome, problem.as_deref(), stage) {
                self.stop(why);
            }
        } else if self.stage < CANARY.len() {
            // Nothing was sent: it was no canary.
            self.allowance += 1;
        }
        self.running.remove(&at);
        self.ended += 1;
        self.log.push(at);
        if !asked {
            acts.push(RunCommand::Note(at, outcome, problem.clone()));
        }
        self.put(at, RowState::Ended(outcome, problem));
        true
    }
}

/// The moment after which a plan may no longer be run.
#[must_use]
pub fn expiry(created: Timestamp) -> Timestamp {
    created.checked_add(jiff::SignedDuration::from_mins(30)).unwrap_or(created)
}

/// Fewer rows than this tell no pace.
const FEW: usize = 3;

/// How long the rest of a run takes at the rate so far; none before a few rows are over.
#[must_use]
pub fn remaining(run: &Run, ended_before: usize, now: Duration) -> Option<(f64, Duration)> {
    let (ended, meant) = run.progress();
    // A few rows are no pace.
    let done = ended.checked_sub(ended_before).filter(|done| *done >= FEW)?;
    let took = now.saturating_sub(run.began()).as_secs_f64().max(0.001);
    #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = done as f64 / took;
    #[allow(clippy::cast_precision_loss, reason = "a time for people")]
    let left = Duration::from_secs_f64(((meant - ended) as f64 / rate).min(1e7));
    Some((rate, left))
}
