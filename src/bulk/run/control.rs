//! What an operator tells a run to do.

use crate::bulk::abort_rules::AbortTally;
use crate::bulk::plan::Row;
use crate::domain::{ClockReading, Outcome};
use crate::flow::unlock::UnlockFlow;

use super::{RowState, Run, RunCommand, commands};

impl Run {
    /// Has it rest: what is at work is finished, nothing new begins.
    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// Goes on after a rest or after it stopped by itself.
    pub fn go_on(&mut self) {
        self.paused = false;
        if self.stopped.take().is_some() {
            // The operator goes on knowingly.
            self.rules = AbortTally::default();
        }
    }

    /// Starts no more rows, and sends nothing more for those at work: they are followed to their end.
    pub fn leave(&mut self, why: impl Into<String>) {
        self.stop(why);
        self.running.values_mut().for_each(UnlockFlow::send_no_more);
    }

    /// Starts no more rows; what is at work is finished.
    pub fn stop(&mut self, why: impl Into<String>) {
        self.stopped.get_or_insert_with(|| why.into());
    }

    /// True for what failed for certain, and so can be done again.
    pub fn is_failure(outcome: Outcome) -> bool {
        matches!(outcome, Outcome::Failed | Outcome::StillLocked | Outcome::Refused)
    }

    /// Puts the rows that failed for certain back; what is unknown has to be resolved first. Gives how many.
    pub fn retry_failed(&mut self) -> usize {
        let mut again = 0;
        for at in 0..self.states.len() {
            let failed = matches!(self.state(at), RowState::Ended(outcome, _) if Self::is_failure(*outcome));
            if failed {
                self.wait(at);
                self.ended -= 1;
                again += 1;
            }
        }
        if self.allowance == 0 && self.running.is_empty() {
            self.allowance = self.stage_size();
        }
        self.go_on();
        again
    }

    /// A row that was given up before anything was recorded was never begun: a later resume does it.
    pub(super) fn put_back(&mut self, at: usize) {
        let provider = self.rows.get(at).and_then(Row::provider).cloned();
        if let (true, Some(provider)) = (self.running.get(&at).is_some_and(UnlockFlow::was_never_begun), provider) {
            self.running.remove(&at);
            self.put(at, RowState::Waiting);
            self.waiting.entry(provider).or_default().push_front(at);
            self.give_back();
        }
    }

    /// Gives up on everything at work: what may have been sent is recorded as unknown.
    pub fn abandon(&mut self, now: ClockReading) -> Vec<RunCommand> {
        self.stop("given up");
        let mut acts = Vec::new();
        let rows: Vec<usize> = self.running.keys().copied().collect();
        for at in rows {
            if let Some(flow) = self.running.get_mut(&at) {
                acts.extend(commands(at, flow.abandon(now)));
            }
            self.put_back(at);
            self.ended_by_now(at, &mut acts);
        }
        acts
    }
}
