//! After the request: looking at what became of it, until it is over or patience is.

use std::time::Duration;

use crate::domain::{OpenUnlock, Outcome, Problem, Settled, Stamp, StepState, Verdict};
use crate::flow::UnlockCall;

use super::{Phase, SENDS, Sending, Taken, UnlockFlow, eligibility};

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
    pub(super) fn look(&mut self, sending: Sending, until: Duration) -> Vec<UnlockCall> {
        let call = UnlockCall::Settle(OpenUnlock {
            intent: sending.intent,
            key: self.request.key.clone(),
            layer: sending.layer,
            asked_at: sending.asked_at,
            username: self.account.as_ref().map(|account| account.username.clone()).unwrap_or_default(),
            handle: sending.handle.clone(),
        });
        self.phase = Phase::Looking { sending, until, next: None };
        vec![call]
    }

    pub(super) fn was_settled(
        &mut self,
        now: Stamp,
        mut sending: Sending,
        until: Duration,
        settled: Settled,
    ) -> Vec<UnlockCall> {
        let was_read = settled.account.is_some();
        if let Some(account) = settled.account {
            self.account = Some(account);
        }
        for progress in settled.progress {
            self.step_once(now, progress.state, progress.detail);
        }
        let state = if matches!(settled.verdict, Verdict::Ended(Outcome::Unlocked, _)) {
            StepState::Verified
        } else {
            StepState::Verifying
        };
        if !settled.detail.is_blank() {
            self.step_once(now, state, settled.detail);
        }
        match settled.verdict {
            Verdict::Ended(Outcome::Unlocked, _) => {
                self.opened.push(sending.layer);
                self.close(now, &sending, Outcome::Unlocked, None)
            }
            Verdict::Ended(outcome, problem) => self.close(now, &sending, outcome, problem),
            Verdict::AskAgain(after, problem) => {
                self.ask_again(now, sending, until, Undecided { after, was_read, problem })
            }
            Verdict::Waiting(after, problem) => {
                sending.taken = Taken::Waiting;
                let until = until.max(sending.sent + self.patience.device);
                self.ask_again(now, sending, until, Undecided { after, was_read, problem })
            }
        }
    }

    fn ask_again(&mut self, now: Stamp, sending: Sending, until: Duration, look: Undecided) -> Vec<UnlockCall> {
        // Unanswered and read as still locked: the server may be at it until the time-out has passed (law 10).
        let old_enough = sending.sent + self.patience.exchange;
        if sending.taken == Taken::Unknown && look.was_read && look.problem.is_none() {
            if now.mono < old_enough {
                self.phase = Phase::Looking { sending, until, next: Some(old_enough) };
                return Vec::new();
            }
            return if self.sends < SENDS {
                self.close_and_repeat(now, &sending)
            } else {
                self.close(now, &sending, Outcome::StillLocked, None)
            };
        }
        let due = now.mono + look.after;
        // A device may answer at the last moment.
        let due = if sending.taken == Taken::Waiting && now.mono < until { due.min(until) } else { due };
        if due <= until {
            self.phase = Phase::Looking { sending, until, next: Some(due) };
            return Vec::new();
        }
        let (outcome, problem) = match (sending.taken, look.problem) {
            (Taken::Accepted, None) => (Outcome::StillLocked, None),
            (Taken::Accepted, problem) => (Outcome::Accepted, problem),
            (Taken::Waiting, _) => (Outcome::Accepted, Some(eligibility::unanswered())),
            (Taken::Unknown, problem) => (Outcome::Unknown, problem),
        };
        self.close(now, &sending, outcome, problem)
    }
}
