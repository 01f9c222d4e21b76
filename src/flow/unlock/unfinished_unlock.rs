//! An unlock of the account that somebody asked for before and that has no end yet: it is settled before another request
//! is made, and whoever waited learns its outcome.

use std::time::Duration;

use crate::domain::{ClockReading, Code, Layer, Outcome, Problem, StepState};
use crate::flow::{EarlierOutcome, UnfinishedUnlock, UnlockCall};

use super::eligibility::not_begun;
use super::{Phase, UnlockFlow};

/// The longest that a device's answer to an earlier unlock is waited for.
const LONGEST_FOLLOWED: Duration = Duration::from_secs(60);

impl UnlockFlow {
    pub(super) fn found_earlier(
        &mut self,
        now: ClockReading,
        layer: Layer,
        given_up: bool,
        earlier: UnfinishedUnlock,
    ) -> Vec<UnlockCall> {
        if given_up || self.ends_here() {
            return self.end(now, Outcome::Refused, Some(not_begun()));
        }
        let how = if earlier.in_flight { "waiting for its outcome" } else { "looking at what became of it first" };
        self.step_once(now, StepState::Note, format!("{} comes before this one: {how}", words(&earlier)).into());
        let call = UnlockCall::Settle(earlier.clone(), self.timeouts.device.min(LONGEST_FOLLOWED));
        self.phase = Phase::Settling(layer, Box::new(earlier));
        vec![call]
    }

    pub(super) fn was_settled(
        &mut self,
        now: ClockReading,
        layer: Layer,
        earlier: &UnfinishedUnlock,
        settled: &EarlierOutcome,
    ) -> Vec<UnlockCall> {
        let reports = self.account.as_ref().is_some_and(|account| account.kind.capabilities().lock_state);
        let told = |outcome: Outcome| outcome.in_words();
        let problem = |what: String, next: &'static str| Problem::new(Code::StillOpen, what, settled.why.clone(), next);
        match settled.outcome {
            // The account itself says what there is left to do.
            Some(outcome) if outcome.is_done() && reports => {
                self.step(now, StepState::Note, format!("the earlier unlock ended: {}", told(outcome)));
                self.phase = Phase::Reading;
                vec![UnlockCall::Read(self.order.key.clone())]
            }
            Some(outcome) if outcome.is_done() => {
                self.step(now, StepState::Note, format!("{} did it", words(earlier)));
                self.end(now, outcome, None)
            }
            Some(outcome) if outcome.is_undecided() && self.order.typed_id => {
                self.step(now, StepState::Note, format!("{} is still open: this is a second one", words(earlier)));
                self.beside = Some(earlier.intent);
                self.record(now, layer)
            }
            Some(Outcome::Unknown) => {
                let what = format!("whether {} was carried out isn't known", words(earlier));
                let next = "look at the account in its console, or settle it with `unbolt ledger close INTENT --reason WHY`; a second one \
                            needs the account's id typed (--confirm ID)";
                self.end(now, Outcome::Unknown, Some(problem(what, next)))
            }
            Some(outcome) if outcome.is_waiting() => {
                let next = "wait for its answer, or settle it with `unbolt ledger close INTENT --reason WHY`; a second one needs the \
                            account's id typed (--confirm ID)";
                let why = problem(format!("{} still waits", words(earlier)), next);
                self.end(now, self.order.left_out(), Some(why))
            }
            None => {
                let next = "wait until it has ended, then look at the account again";
                let why = problem(format!("{} is still running", words(earlier)), next);
                self.end(now, self.order.left_out(), Some(why))
            }
            // It failed under another operator's eyes: everybody who waited learns that, and one of them tries again.
            Some(outcome) if earlier.in_flight => {
                let what = format!("{} ended: {}", words(earlier), told(outcome));
                self.end(now, outcome, Some(problem(what, "look at the account, then try again")))
            }
            // Left behind, and certain not to be at work any more.
            Some(outcome) => {
                self.step(now, StepState::Note, format!("the earlier unlock ended: {}", told(outcome)));
                self.record(now, layer)
            }
        }
    }
}

fn words(earlier: &UnfinishedUnlock) -> String {
    format!("the unlock that {} asked for at {} (intent {})", earlier.operator.line(), earlier.at, earlier.intent)
}
