//! One unlock of one account, from the operator's yes to the outcome. The desk holds a few of these, a
//! bulk run a window of them, the command line one.
//!
//! ```text
//! asked -> read -> (an earlier one is open: settled first) -> recorded -> sent -> accepted -> verifying -> ended
//!            |                   |-- pending -> (wait) -> asked again -> accepted, queued, in doubt ...
//!            |                   |-- throttled -> (wait) -> sent
//!            |                   |-- queued -> pushed -> (not now) -> acknowledged -> ended
//!            |                   '-- in doubt -> read first; still locked, and old enough -> recorded again
//!            '-- open, disabled, changed: ended, nothing sent
//! ```
//! An account with several locks goes round once for each: every request has its own intent.

use std::time::Duration;

use crate::domain::{Account, ClockReading, Code, IntentId, Layer, Outcome, Problem, Step, StepState, Untrusted};

use super::{UnlockCall, UnlockEvent};

pub mod eligibility;
mod finish;
mod phase;
pub mod request;
mod send;
mod unfinished_unlock;
mod verify;

use eligibility::{left, not_begun};
pub use eligibility::{lock_words, refusal};
pub use phase::UnlockTrouble;
use phase::{AfterOutcomeRecord, Delivery, LayerRequest, Phase};
pub use request::{ConfirmedUnlock, Timeouts};

/// How often a request is sent in all, for one layer.
const SENDS: u32 = 3;

/// One unlock.
#[derive(Clone, Debug, PartialEq)]
pub struct UnlockFlow {
    order: ConfirmedUnlock,
    timeouts: Timeouts,
    phase: Phase,
    steps: Vec<Step>,
    account: Option<Box<Account>>,
    opened: Vec<Layer>,
    sends: u32,
    /// The operator is leaving.
    leaving: bool,
    held: Duration,
    /// The last intent in the ledger.
    intent: Option<IntentId>,
    /// The earlier unlock that still waits, and beside which this one goes.
    beside: Option<IntentId>,
}

impl UnlockFlow {
    /// Begins: the account is read once more before anything is written or sent.
    #[must_use]
    pub fn start(order: ConfirmedUnlock, timeouts: Timeouts, now: ClockReading) -> (Self, Vec<UnlockCall>) {
        let call = UnlockCall::Read(order.key.clone());
        let mut flow = Self {
            order,
            timeouts,
            phase: Phase::Reading,
            steps: Vec::new(),
            account: None,
            opened: Vec::new(),
            sends: 0,
            leaving: false,
            held: Duration::ZERO,
            intent: None,
            beside: None,
        };
        let ticket = flow.order.ticket.as_ref().map_or_else(|| "no ticket".into(), Clone::clone);
        flow.step(now, StepState::Asked, ticket);
        (flow, vec![call])
    }

    /// What it was asked to do.
    pub fn order(&self) -> &ConfirmedUnlock {
        &self.order
    }

    /// What happened so far.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The account as it was last read by this unlock.
    pub fn account(&self) -> Option<&Account> {
        self.account.as_deref()
    }

    /// The last intent in the ledger.
    pub fn intent(&self) -> Option<IntentId> {
        self.intent
    }

    /// How it ended.
    pub fn outcome(&self) -> Option<(Outcome, Option<&Problem>)> {
        match &self.phase {
            Phase::Done(outcome, problem) => Some((*outcome, problem.as_deref())),
            _ => None,
        }
    }

    /// True where the operator left before anything was recorded: it was never begun.
    pub fn was_never_begun(&self) -> bool {
        let code = self.outcome().and_then(|(_, problem)| problem).map(|problem| problem.code);
        self.intent.is_none() && code == Some(Code::NotBegun)
    }

    /// What is wrong with it while it is not over: why it isn't carried out yet, how often it was sent, and when it goes on.
    pub fn trouble(&self) -> Option<UnlockTrouble<'_>> {
        let (problem, next) = match &self.phase {
            Phase::Holding(_, until) => (None, Some(*until)),
            Phase::Looking { sending, next, .. } => (Some(sending.doubt.as_deref()?), *next),
            // It is sent once more: what was wrong before is all that is known.
            Phase::Recording(..) | Phase::Sending(_) | Phase::Closing(AfterOutcomeRecord::Record(_))
                if self.sends > 1 =>
            {
                (None, None)
            }
            _ => return None,
        };
        Some(UnlockTrouble { problem, sends: self.sends, next })
    }

    /// True while a system holds it for a device: leaving loses nothing, and the wait may be long.
    pub fn waits_for_device(&self) -> bool {
        matches!(&self.phase, Phase::Looking { sending, .. } if sending.delivery == Delivery::Waiting)
    }

    /// When [`Self::tick`] has something to do.
    pub fn wake(&self) -> Option<Duration> {
        match &self.phase {
            Phase::Holding(..) if self.leaving => Some(Duration::ZERO),
            Phase::Holding(_, until) | Phase::Pending(_, _, until) => Some(*until),
            Phase::Looking { next, .. } => *next,
            _ => None,
        }
    }

    /// Goes on after a wait.
    pub fn tick(&mut self, now: ClockReading) -> Vec<UnlockCall> {
        match self.phase.clone() {
            Phase::Holding(sending, _) if self.leaving => self.close_undone(&sending),
            Phase::Holding(sending, until) if until <= now.mono => self.close_and_repeat(now, &sending),
            Phase::Pending(sending, token, next) if next <= now.mono => self.poll(now, sending, token),
            Phase::Looking { sending, until, next: Some(next) } if next <= now.mono => self.look(sending, until),
            _ => Vec::new(),
        }
    }

    /// A device has answered something: looks at once where it may have been about this.
    pub fn heard(&mut self, now: ClockReading) -> Vec<UnlockCall> {
        match self.phase.clone() {
            Phase::Pending(sending, token, _) => self.poll(now, sending, token),
            Phase::Looking { sending, until, next: Some(_) } => self.look(sending, until),
            _ => Vec::new(),
        }
    }

    /// The operator is leaving: nothing is begun or repeated any more, and what is under way is followed to its end, with
    /// the further locks of an account of which one is open.
    pub fn send_no_more(&mut self) {
        self.leaving = true;
    }

    /// True where nothing may be recorded or sent any more: nothing of the account is open yet, or it would be a repetition.
    fn ends_here(&self) -> bool {
        self.leaving && (self.opened.is_empty() || self.sends > 0)
    }

    /// When it has ended at the latest, on the engine's clock; none where nobody knows.
    pub fn ends_by(&self) -> Option<Duration> {
        match &self.phase {
            Phase::Sending(sending) => Some(sending.sent + self.timeouts.settles_after + self.timeouts.verify),
            Phase::Looking { sending, until, .. } => Some((*until).max(sending.sent + self.timeouts.settles_after)),
            _ => None,
        }
    }

    /// Gives up on an unlock in flight, because the operator insists on leaving: its outcome is recorded as unknown.
    pub fn abandon(&mut self, now: ClockReading) -> Vec<UnlockCall> {
        match self.phase.clone() {
            // It was told to wait: certain that it wasn't carried out.
            Phase::Holding(sending, _) => self.close_undone(&sending),
            Phase::Looking { sending, .. } if sending.delivery == Delivery::Waiting => {
                self.close(now, &sending, Outcome::Accepted, Some(eligibility::unanswered(&self.steps)))
            }
            Phase::Sending(sending) | Phase::Pending(sending, ..) | Phase::Looking { sending, .. } => {
                self.close(now, &sending, Outcome::Unknown, Some(left()))
            }
            Phase::Recording(layer, _) => {
                self.phase = Phase::Recording(layer, true);
                Vec::new()
            }
            Phase::Reading | Phase::Settling(..) => self.end(now, Outcome::Refused, Some(not_begun())),
            Phase::Closing(_) | Phase::Done(..) => Vec::new(),
        }
    }

    /// Takes what came of a call.
    pub fn handle(&mut self, now: ClockReading, event: UnlockEvent) -> Vec<UnlockCall> {
        match (self.phase.clone(), event) {
            (Phase::Reading, UnlockEvent::Read(result)) => self.was_read(now, result),
            (Phase::Recording(layer, given_up), UnlockEvent::Recorded(result)) => {
                self.was_recorded(now, layer, given_up, result)
            }
            (Phase::Recording(layer, given_up), UnlockEvent::Earlier(earlier)) => {
                self.found_earlier(now, layer, given_up, *earlier)
            }
            (Phase::Settling(..), UnlockEvent::Recorded(Err(problem))) => {
                self.end(now, Outcome::Refused, Some(problem))
            }
            (Phase::Settling(layer, earlier), UnlockEvent::Settled(settled)) => {
                self.was_settled(now, layer, &earlier, &settled)
            }
            (Phase::Sending(mut sending), UnlockEvent::Answered(reply, left_ago)) => {
                // The request is as old as its last bytes, however long it waited for its turn or its login.
                sending.sent = left_ago.map_or(sending.sent, |ago| now.mono.saturating_sub(ago).max(sending.began));
                self.was_answered(now, sending, reply)
            }
            (Phase::Looking { sending, until, .. }, UnlockEvent::Polled(polled)) => {
                self.was_polled(now, sending, until, *polled)
            }
            (Phase::Closing(then), UnlockEvent::Closed(result)) => self.was_closed(now, then, result),
            // An answer to a step that was given up; the ledger holds what is known.
            _ => Vec::new(),
        }
    }

    fn step(&mut self, now: ClockReading, state: StepState, detail: impl Into<Untrusted>) {
        self.steps.push(Step { at: now.wall, state, detail: detail.into() });
    }

    /// A step that a system may tell of more than once: the second time is nothing new.
    fn step_once(&mut self, now: ClockReading, state: StepState, detail: Untrusted) {
        let since = self.steps.iter().rposition(|step| step.state == StepState::Sent).unwrap_or(0);
        if !self.steps.iter().skip(since).any(|step| step.state == state && step.detail == detail) {
            self.step(now, state, detail);
        }
    }
}
