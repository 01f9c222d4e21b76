//! The end: the outcome's record, and what the whole unlock comes to.

use crate::domain::{ClockReading, Lock, Outcome, Problem, StepState};
use crate::flow::UnlockCall;

use super::eligibility::{not_begun, unrecorded};
use super::{AfterOutcomeRecord, LayerRequest, Phase, UnlockFlow, refusal};

impl UnlockFlow {
    /// Every request has an intent of its own, so that its age is the request's age.
    pub(super) fn close_and_repeat(&mut self, now: ClockReading, sending: &LayerRequest) -> Vec<UnlockCall> {
        self.step(now, StepState::Note, "not carried out: asking again with a new intent");
        self.phase = Phase::Closing(AfterOutcomeRecord::Record(sending.layer));
        let doubt = sending.doubt.as_deref().cloned();
        vec![self.close_call(sending, Outcome::Failed, doubt, true)]
    }

    /// The operator left before it was sent, or when it was certain not to have been carried out: whoever takes up the
    /// same work asks for it again.
    pub(super) fn close_undone(&mut self, sending: &LayerRequest) -> Vec<UnlockCall> {
        self.phase = Phase::Closing(AfterOutcomeRecord::End(Outcome::Failed, Some(Box::new(not_begun()))));
        vec![self.close_call(sending, Outcome::Failed, Some(not_begun()), true)]
    }

    pub(super) fn close(
        &mut self,
        now: ClockReading,
        sending: &LayerRequest,
        outcome: Outcome,
        problem: Option<Problem>,
    ) -> Vec<UnlockCall> {
        let call = self.close_call(sending, outcome, problem.clone(), false);
        let next = self.account.as_ref().and_then(|account| {
            account.locked_layers().map(|layer| layer.layer).find(|layer| !self.opened.contains(layer))
        });
        let then = match next {
            Some(layer) if outcome == Outcome::Unlocked => {
                self.sends = 0;
                self.step(now, StepState::Note, format!("{} is still locked: opening it too", layer.0));
                AfterOutcomeRecord::Record(layer)
            }
            _ => self.last(outcome, problem),
        };
        self.phase = Phase::Closing(then);
        vec![call]
    }

    /// What the whole unlock comes to after its last request.
    fn last(&self, outcome: Outcome, problem: Option<Problem>) -> AfterOutcomeRecord {
        match self.account.as_ref().map(|account| &account.lock) {
            // One lock was seen to open, another one can't be seen: that is no "unlocked" (law 3).
            Some(Lock::Unknown { problem }) if outcome == Outcome::Unlocked => {
                AfterOutcomeRecord::End(Outcome::Accepted, problem.clone())
            }
            Some(Lock::Locked { .. }) if outcome == Outcome::Unlocked => {
                AfterOutcomeRecord::End(Outcome::Relocked, None)
            }
            _ => AfterOutcomeRecord::End(outcome, problem.map(Box::new)),
        }
    }

    fn close_call(
        &self,
        sending: &LayerRequest,
        outcome: Outcome,
        problem: Option<Problem>,
        again: bool,
    ) -> UnlockCall {
        UnlockCall::Close {
            proof: sending.proof.clone(),
            outcome,
            problem: problem.map(Box::new),
            steps: self.steps.clone(),
            handle: sending.handle.clone(),
            again,
        }
    }

    pub(super) fn was_closed(
        &mut self,
        now: ClockReading,
        then: AfterOutcomeRecord,
        result: Result<(), Problem>,
    ) -> Vec<UnlockCall> {
        match (then, result) {
            // Since the yes an administrator may have locked or disabled it: then it's no longer ours to open.
            (AfterOutcomeRecord::Record(layer), Ok(())) => {
                match self.account.as_deref().and_then(|a| refusal(a, &self.order)) {
                    Some((outcome, problem)) => self.end(now, outcome, problem),
                    None => self.record(now, layer),
                }
            }
            (AfterOutcomeRecord::End(outcome, problem), Ok(())) => {
                self.end(now, outcome, problem.map(|problem| *problem))
            }
            (AfterOutcomeRecord::End(outcome, _), Err(ledger)) => self.end(now, outcome, Some(unrecorded(ledger))),
            (AfterOutcomeRecord::Record(_), Err(ledger)) => self.end(now, Outcome::Failed, Some(unrecorded(ledger))),
        }
    }

    pub(super) fn end(&mut self, now: ClockReading, outcome: Outcome, problem: Option<Problem>) -> Vec<UnlockCall> {
        let detail = match &problem {
            Some(problem) => format!("{}: {}", outcome.word(), problem.line()),
            None => outcome.word().to_owned(),
        };
        self.step(now, StepState::Ended, detail);
        if outcome.is_done()
            && let Some(warning) = self.account.as_ref().and_then(|account| account.after_unlock_warning())
        {
            self.step(now, StepState::Note, warning);
        }
        self.phase = Phase::Done(outcome, problem.map(Box::new));
        Vec::new()
    }
}
