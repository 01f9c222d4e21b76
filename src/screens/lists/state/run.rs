//! The run of a list: what comes of its acts goes in, and what is to be done comes out.

use std::time::Duration;

use crate::bulk::Run;
use crate::bulk::run::{ReadyRun, RowState, RunCommand};
use crate::bulk::runs::RunStatus;
use crate::domain::{ClockReading, Outcome, Problem};
use crate::flow::EngineCall;
use crate::screens::message::Effect;

use crate::screens::lists::state::{ListRow, ListsTab};

impl ListsTab {
    /// The plan is frozen: its rows are what is run, and the run begins.
    pub fn begin(&mut self, begun: ReadyRun, now: ClockReading) -> Vec<Effect> {
        self.freezing = false;
        self.end_told = false;
        let mut run = self.run_of(begun, now);
        let acts = run.tick(now);
        self.run = Some(run);
        self.follows = true;
        self.arrange();
        self.effects(acts)
    }

    /// A run of an earlier process is shown as it was left. It goes on once somebody says so, and that is recorded.
    pub fn open_run(&mut self, begun: ReadyRun, now: ClockReading) {
        // Its end, if it has one, is recorded already.
        (self.resumes, self.end_told) = (true, true);
        let mut run = self.run_of(begun, now);
        if run.left() > 0 {
            let known = self.runs.runs.iter().find(|known| known.id == run.settings().id);
            run.stop(match known.map(|known| &known.status) {
                Some(RunStatus::Stopped(why)) => why.cell(),
                _ => "it was left before it was finished".to_owned(),
            });
        }
        self.run = Some(run);
        self.arrange();
    }

    fn run_of(&mut self, begun: ReadyRun, now: ClockReading) -> Run {
        self.rows = begun.rows.iter().map(|row| ListRow { row: row.clone(), dropped: false }).collect();
        Run::new(begun, now)
    }

    /// The cursor goes where the run is, as long as nobody has moved it.
    fn follow(&mut self) {
        let Some(run) = self.run.as_ref().filter(|_| self.follows) else { return };
        let is_running = |at: &u32| matches!(run.state(*at as usize), RowState::Running);
        if let Some(row) = self.list.shown.iter().copied().find(is_running) {
            self.list.select(row as usize);
        }
    }

    /// Goes on with what is due.
    pub fn tick(&mut self, now: ClockReading) -> Vec<Effect> {
        self.scan_on();
        let due = self.run.as_ref().and_then(Run::wake).is_some_and(|wake| wake <= now.mono);
        self.drive(|run| if due { run.tick(now) } else { Vec::new() })
    }

    /// Tells the run something, and gives what it does about it; nothing, where there is none.
    pub fn drive(&mut self, tell: impl FnOnce(&mut Run) -> Vec<RunCommand>) -> Vec<Effect> {
        let acts = self.run.as_mut().map(tell).unwrap_or_default();
        self.effects(acts)
    }

    /// Does something to the run, and starts what may be started then.
    pub fn change_run(&mut self, now: ClockReading, change: impl FnOnce(&mut Run)) -> Vec<Effect> {
        let Some(run) = &mut self.run else { return Vec::new() };
        change(run);
        self.end_told = false;
        let acts = run.tick(now);
        self.effects(acts)
    }

    /// When [`Self::tick`] has something to do.
    pub fn wake(&self) -> Option<Duration> {
        if self.is_scanning() {
            return Some(Duration::ZERO);
        }
        self.run.as_ref().and_then(Run::wake)
    }

    /// Rows at work.
    pub fn in_flight(&self) -> usize {
        self.run.as_ref().map_or(0, Run::in_flight)
    }

    fn effects(&mut self, acts: Vec<RunCommand>) -> Vec<Effect> {
        self.follow();
        let Some(run) = &self.run else { return Vec::new() };
        let mut effects: Vec<Effect> = acts
            .into_iter()
            .map(|act| match act {
                RunCommand::Unlock(row, call) => Effect::Call(EngineCall::Unlock(Self::flow_id(row), call)),
                RunCommand::Note(row) => Effect::NoteRow(row),
            })
            .collect();
        if run.is_over() && !self.end_told {
            self.end_told = true;
            let stopped = run.stopped().map(str::to_owned);
            effects.push(Effect::NoteEnd { run: run.settings().id, stopped, totals: run.totals() });
        }
        effects
    }

    /// How many rows of the run failed, so that they can be done again.
    pub fn failed(&self) -> usize {
        self.run.as_ref().map_or(0, |run| run.outcomes().filter(|outcome| Run::is_failure(*outcome)).count())
    }

    /// The outcome of a row, once it has one.
    pub fn outcome(&self, at: usize) -> Option<(Outcome, Option<&Problem>)> {
        match self.run.as_ref()?.state(at) {
            RowState::Ended(outcome, problem) => Some((*outcome, problem.as_deref())),
            _ => None,
        }
    }
}
