//! After the request: looking at what became of it, until it is over or its time is up.

use std::time::Duration;

use crate::domain::{ClockReading, OpenUnlock, Outcome, PollResult, PollStatus, Problem, StepState};
use crate::flow::UnlockCall;

use super::{Delivery, LayerRequest, Phase, SENDS, UnlockFlow, eligibility};

/// A look that didn't end it.
struct Undecided {
    /// Ask again no sooner than this.
    after: Duration,
    /// The account could be read, and read as still locked.
    was_read: bool,
    /// Why it couldn't be asked.
    problem: Option<Problem>,
}

impl UnlockFlow {
    pub(super) fn look(&mut self, sending: LayerRequest, until: Duration) -> Vec<UnlockCall> {
        let call = UnlockCall::Verify(OpenUnlock { handle: sending.handle.clone(), ..sending.proof.open() });
        self.phase = Phase::Looking { sending, until, next: None };
        vec![call]
    }

    pub(super) fn was_polled(
        &mut self,
        now: ClockReading,
        mut sending: LayerRequest,
        until: Duration,
        polled: PollResult,
    ) -> Vec<UnlockCall> {
        let was_read = polled.account.is_some();
        self.account = polled.account.or(self.account.take());
        for progress in polled.progress {
            self.step_once(now, progress.state, progress.detail);
        }
        let state = if matches!(polled.status, PollStatus::Ended(Outcome::Unlocked, _)) {
            StepState::Verified
        } else {
            StepState::Verifying
        };
        if !polled.detail.is_blank() {
            self.step_once(now, state, polled.detail);
        }
        match polled.status {
            PollStatus::Ended(Outcome::Unlocked, _) => {
                self.opened.push(sending.layer);
                self.close(now, &sending, Outcome::Unlocked, None)
            }
            PollStatus::Ended(outcome, problem) => self.close(now, &sending, outcome, problem),
            // Believed when it is said twice: one such answer may be a slip on the way.
            PollStatus::Gone(_, problem) if sending.seems_gone => {
                self.close(now, &sending, Outcome::Failed, Some(problem))
            }
            PollStatus::Gone(after, _) => {
                sending.seems_gone = true;
                self.phase = Phase::Looking { sending, until, next: Some(now.mono + after) };
                Vec::new()
            }
            PollStatus::AskAgain(after, problem) => {
                sending.seems_gone = false;
                self.ask_again(now, sending, until, Undecided { after, was_read, problem })
            }
            PollStatus::Waiting(after, problem) => {
                // A request in doubt that is found in the queue waits as any other.
                let was_known = std::mem::replace(&mut sending.delivery, Delivery::Waiting) == Delivery::Waiting;
                let until = if was_known { until } else { sending.sent + self.timeouts.device };
                self.ask_again(now, sending, until, Undecided { after, was_read, problem })
            }
        }
    }

    fn ask_again(
        &mut self,
        now: ClockReading,
        sending: LayerRequest,
        until: Duration,
        look: Undecided,
    ) -> Vec<UnlockCall> {
        // Unanswered and read as still locked: the server may be at it until the time-out has passed (law 10).
        let old_enough = sending.sent + self.timeouts.settles_after;
        if sending.delivery == Delivery::Unknown && look.was_read && look.problem.is_none() {
            if now.mono < old_enough {
                self.phase = Phase::Looking { sending, until, next: Some(old_enough) };
                return Vec::new();
            }
            return if self.sends < SENDS && !self.leaving {
                self.close_and_repeat(now, &sending)
            } else {
                let doubt = sending.doubt.as_deref().cloned();
                self.close(now, &sending, Outcome::StillLocked, doubt)
            };
        }
        let due = now.mono + look.after;
        // A device may answer at the last moment.
        let due = if sending.delivery == Delivery::Waiting && now.mono < until { due.min(until) } else { due };
        if due <= until {
            self.phase = Phase::Looking { sending, until, next: Some(due) };
            return Vec::new();
        }
        let (outcome, problem) = match (sending.delivery, look.problem) {
            (Delivery::Accepted, None) => (Outcome::StillLocked, None),
            (Delivery::Accepted, problem) => (Outcome::Accepted, problem),
            (Delivery::Waiting, _) => (Outcome::Accepted, Some(eligibility::unanswered(&self.steps))),
            (Delivery::Unknown, problem) => (Outcome::Unknown, problem.or_else(|| sending.doubt.as_deref().cloned())),
        };
        self.close(now, &sending, outcome, problem)
    }
}
