//! One unlock of one account, from the operator's yes to the outcome. The desk holds a few of these, a
//! bulk run a window of them, the command line one.
//!
//! ```text
//! asked -> read -> recorded -> sent -> accepted -> verifying -> ended
//!            |                   |-- throttled -> (wait) -> sent
//!            |                   '-- in doubt -> read first; still locked, and old enough -> recorded again
//!            '-- open, disabled, changed: ended, nothing sent
//! ```
//! An account with several locks goes round once for each: every request has its own intent.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{
    Account, Code, IntentId, Layer, Lock, OpenUnlock, Outcome, Problem, Settled, Stamp, Step, StepState, Unlock,
    UnlockReply, Untrusted, Verdict,
};

use super::{UnlockCall, UnlockEvent};

pub mod request;
pub mod rules;

pub use request::{Patience, Request};
use rules::{left, unrecorded};
pub use rules::{lock_words, refusal};

/// How often a request is sent in all, for one layer.
const SENDS: u32 = 3;
/// The longest that a throttled request is held back, in all.
const LONGEST_HOLD: Duration = Duration::from_secs(120);

/// The request of one layer that was sent or is about to be.
#[derive(Clone, Debug, PartialEq)]
struct Sending {
    intent: IntentId,
    layer: Layer,
    asked_at: Timestamp,
    /// When it was sent last, on the runtime's clock; a throttled request is sent anew.
    sent: Duration,
}

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Reading,
    /// Writing the intent; given up when the operator has left meanwhile.
    Recording(Layer, bool),
    Sending(Sending),
    /// Throttled until then.
    Holding(Sending, Duration),
    /// Looking, or waiting until `next` to look; accepted or in doubt.
    Looking {
        sending: Sending,
        accepted: bool,
        until: Duration,
        next: Option<Duration>,
    },
    Closing(AfterClose),
    Done(Outcome, Option<Box<Problem>>),
}

#[derive(Clone, Debug, PartialEq)]
enum AfterClose {
    Record(Layer),
    End(Outcome, Option<Box<Problem>>),
}

/// One unlock.
#[derive(Clone, Debug, PartialEq)]
pub struct UnlockFlow {
    request: Request,
    patience: Patience,
    phase: Phase,
    steps: Vec<Step>,
    account: Option<Box<Account>>,
    opened: Vec<Layer>,
    sends: u32,
    held: Duration,
    intents: Vec<IntentId>,
}

impl UnlockFlow {
    /// Begins: the account is read once more before anything is written or sent.
    #[must_use]
    pub fn start(request: Request, patience: Patience, now: Stamp) -> (Self, Vec<UnlockCall>) {
        let call = UnlockCall::Read(request.key.clone());
        let mut flow = Self {
            request,
            patience,
            phase: Phase::Reading,
            steps: Vec::new(),
            account: None,
            opened: Vec::new(),
            sends: 0,
            held: Duration::ZERO,
            intents: Vec::new(),
        };
        let ticket = flow.request.ticket.as_ref().map_or_else(|| "no ticket".into(), Clone::clone);
        flow.step(now, StepState::Asked, ticket);
        (flow, vec![call])
    }

    /// What it was asked to do.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// What happened so far.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The account as it was last read by this unlock.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        self.account.as_deref()
    }

    /// The last intent in the ledger.
    #[must_use]
    pub fn intent(&self) -> Option<IntentId> {
        self.intents.last().copied()
    }

    /// How it ended.
    #[must_use]
    pub fn outcome(&self) -> Option<(Outcome, Option<&Problem>)> {
        match &self.phase {
            Phase::Done(outcome, problem) => Some((*outcome, problem.as_deref())),
            _ => None,
        }
    }

    /// True while a request may be at work: quitting now would leave its outcome unknown.
    #[must_use]
    pub fn is_in_flight(&self) -> bool {
        !matches!(self.phase, Phase::Reading | Phase::Done(..))
    }

    /// When [`Self::tick`] has something to do.
    #[must_use]
    pub fn wake(&self) -> Option<Duration> {
        match &self.phase {
            Phase::Holding(_, until) => Some(*until),
            Phase::Looking { next, .. } => *next,
            _ => None,
        }
    }

    /// Goes on after a wait.
    pub fn tick(&mut self, now: Stamp) -> Vec<UnlockCall> {
        match self.phase.clone() {
            Phase::Holding(sending, until) if until <= now.mono => self.send(now, sending),
            Phase::Looking { sending, accepted, until, next: Some(next) } if next <= now.mono => {
                let call = UnlockCall::Settle(self.open(&sending));
                self.phase = Phase::Looking { sending, accepted, until, next: None };
                vec![call]
            }
            _ => Vec::new(),
        }
    }

    /// Gives up on an unlock in flight, because the operator insists on leaving: its outcome is recorded as unknown.
    pub fn abandon(&mut self, now: Stamp) -> Vec<UnlockCall> {
        match self.phase.clone() {
            // It was told to wait: certain that it wasn't carried out.
            Phase::Holding(sending, _) => self.close(now, &sending, Outcome::Failed, Some(left())),
            Phase::Sending(sending) | Phase::Looking { sending, .. } => {
                self.close(now, &sending, Outcome::Unknown, Some(left()))
            }
            Phase::Recording(layer, _) => {
                self.phase = Phase::Recording(layer, true);
                Vec::new()
            }
            Phase::Reading => self.end(now, Outcome::Refused, Some(left())),
            Phase::Closing(_) | Phase::Done(..) => Vec::new(),
        }
    }

    /// Takes what came of a call.
    pub fn handle(&mut self, now: Stamp, event: UnlockEvent) -> Vec<UnlockCall> {
        match (self.phase.clone(), event) {
            (Phase::Reading, UnlockEvent::Read(result)) => self.was_read(now, result),
            (Phase::Recording(layer, given_up), UnlockEvent::Recorded(result)) => {
                self.was_recorded(now, layer, given_up, result)
            }
            (Phase::Sending(sending), UnlockEvent::Answered(reply)) => self.was_answered(now, sending, reply),
            (Phase::Looking { sending, accepted, until, .. }, UnlockEvent::Settled(settled)) => {
                self.was_settled(now, sending, accepted, until, *settled)
            }
            (Phase::Closing(then), UnlockEvent::Closed(result)) => self.was_closed(now, then, result),
            // An answer to a step that was given up; the ledger holds what is known.
            _ => Vec::new(),
        }
    }

    fn was_read(&mut self, now: Stamp, result: Result<Option<Box<Account>>, Problem>) -> Vec<UnlockCall> {
        let account = match result {
            Ok(Some(account)) => account,
            Ok(None) => {
                let gone =
                    Problem::new(Code::NotFound, "the account no longer exists", "", "search for the person again");
                return self.end(now, Outcome::Failed, Some(gone));
            }
            Err(problem) => return self.end(now, Outcome::Failed, Some(problem)),
        };
        self.step(now, StepState::Read, lock_words(&account));
        let verdict = refusal(&account, &self.request);
        let layer = account.locked_layers().next().map(|layer| layer.layer);
        self.account = Some(account);
        match (verdict, layer) {
            (Some((outcome, problem)), _) => self.end(now, outcome, problem),
            (None, Some(layer)) => self.record(layer),
            (None, None) => self.end(now, Outcome::AlreadyOpen, None),
        }
    }

    fn record(&mut self, layer: Layer) -> Vec<UnlockCall> {
        let Some(account) = &self.account else { return Vec::new() };
        self.phase = Phase::Recording(layer, false);
        vec![UnlockCall::Record(Box::new(Unlock {
            key: self.request.key.clone(),
            layer,
            username: account.username.clone(),
            email: account.email.clone(),
            ticket: self.request.ticket.clone(),
            verified: self.request.verified.clone(),
            seen: lock_words(account),
            operator: self.request.operator.clone(),
            // The core knows which system the provider is.
            system: Untrusted::default(),
        }))]
    }

    fn was_recorded(
        &mut self,
        now: Stamp,
        layer: Layer,
        given_up: bool,
        result: Result<(IntentId, Timestamp), Problem>,
    ) -> Vec<UnlockCall> {
        match result {
            Ok((intent, asked_at)) => {
                self.intents.push(intent);
                self.step(now, StepState::Recorded, format!("intent {intent} in the ledger"));
                let sending = Sending { intent, layer, asked_at, sent: now.mono };
                if given_up {
                    // The record stands, and nothing follows it.
                    return self.close(now, &sending, Outcome::Failed, Some(left()));
                }
                self.send(now, sending)
            }
            // Nothing was sent: without a trace nothing is done (law 1).
            Err(problem) => self.end(now, Outcome::Refused, Some(problem)),
        }
    }

    fn send(&mut self, now: Stamp, mut sending: Sending) -> Vec<UnlockCall> {
        sending.sent = now.mono;
        self.sends += 1;
        self.step(now, StepState::Sent, format!("unlock {}", sending.layer.0));
        let call = UnlockCall::Send(sending.intent);
        self.phase = Phase::Sending(sending);
        vec![call]
    }

    fn was_answered(&mut self, now: Stamp, sending: Sending, reply: UnlockReply) -> Vec<UnlockCall> {
        match reply {
            UnlockReply::Accepted(words) => {
                self.step(now, StepState::Accepted, words);
                self.look(sending, true, now.mono + self.patience.verify)
            }
            UnlockReply::Ended(outcome, words, problem) => {
                self.step(now, StepState::Accepted, words);
                self.close(now, &sending, outcome, problem)
            }
            UnlockReply::Throttled(wait, problem) => {
                self.held += wait;
                if self.held > LONGEST_HOLD || self.sends >= SENDS * 2 {
                    return self.close(now, &sending, Outcome::Failed, Some(problem));
                }
                self.step(now, StepState::Throttled, format!("asked to wait {} s", wait.as_secs_f32().ceil()));
                self.phase = Phase::Holding(sending, now.mono + wait);
                Vec::new()
            }
            UnlockReply::NotDone(problem) => self.close(now, &sending, Outcome::Failed, Some(problem)),
            UnlockReply::InDoubt(problem) => {
                self.step(now, StepState::InDoubt, problem.line());
                let until = now.mono + self.patience.exchange + self.patience.verify;
                self.look(sending, false, until)
            }
        }
    }

    fn look(&mut self, sending: Sending, accepted: bool, until: Duration) -> Vec<UnlockCall> {
        let call = UnlockCall::Settle(self.open(&sending));
        self.phase = Phase::Looking { sending, accepted, until, next: None };
        vec![call]
    }

    fn open(&self, sending: &Sending) -> OpenUnlock {
        OpenUnlock {
            intent: sending.intent,
            key: self.request.key.clone(),
            layer: sending.layer,
            asked_at: sending.asked_at,
        }
    }

    fn was_settled(
        &mut self,
        now: Stamp,
        sending: Sending,
        accepted: bool,
        until: Duration,
        settled: Settled,
    ) -> Vec<UnlockCall> {
        let was_read = settled.account.is_some();
        if let Some(account) = settled.account {
            self.account = Some(account);
        }
        match settled.verdict {
            Verdict::Ended(Outcome::Unlocked, _) => {
                self.step(now, StepState::Verified, settled.detail);
                self.opened.push(sending.layer);
                self.close(now, &sending, Outcome::Unlocked, None)
            }
            Verdict::Ended(outcome, problem) => {
                self.step(now, StepState::Verifying, settled.detail);
                self.close(now, &sending, outcome, problem)
            }
            Verdict::AskAgain(after, problem) => {
                self.step(now, StepState::Verifying, settled.detail);
                self.ask_again(now, sending, accepted, until, after, was_read, problem)
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one decision over all that is known of this look")]
    fn ask_again(
        &mut self,
        now: Stamp,
        sending: Sending,
        accepted: bool,
        until: Duration,
        after: Duration,
        was_read: bool,
        problem: Option<Problem>,
    ) -> Vec<UnlockCall> {
        // Unanswered and read as still locked: the server may be at it until the time-out has passed (law 10).
        let old_enough = sending.sent + self.patience.exchange;
        if !accepted && was_read && problem.is_none() {
            if now.mono < old_enough {
                self.phase = Phase::Looking { sending, accepted, until, next: Some(old_enough) };
                return Vec::new();
            }
            return if self.sends < SENDS {
                self.close_and_repeat(now, &sending)
            } else {
                self.close(now, &sending, Outcome::StillLocked, None)
            };
        }
        if now.mono + after <= until {
            self.phase = Phase::Looking { sending, accepted, until, next: Some(now.mono + after) };
            return Vec::new();
        }
        let outcome = match (accepted, &problem) {
            (true, None) => Outcome::StillLocked,
            (true, Some(_)) => Outcome::Accepted,
            (false, _) => Outcome::Unknown,
        };
        self.close(now, &sending, outcome, problem)
    }

    fn close_and_repeat(&mut self, now: Stamp, sending: &Sending) -> Vec<UnlockCall> {
        self.step(now, StepState::Note, "not carried out: asking again with a new intent");
        self.phase = Phase::Closing(AfterClose::Record(sending.layer));
        vec![self.close_call(sending, Outcome::Failed, None)]
    }

    fn close(&mut self, now: Stamp, sending: &Sending, outcome: Outcome, problem: Option<Problem>) -> Vec<UnlockCall> {
        let call = self.close_call(sending, outcome, problem.clone());
        let next = self.account.as_ref().and_then(|account| {
            account.locked_layers().map(|layer| layer.layer).find(|layer| !self.opened.contains(layer))
        });
        let then = match next {
            Some(layer) if outcome == Outcome::Unlocked => {
                self.sends = 0;
                self.step(now, StepState::Note, format!("{} is still locked: opening it too", layer.0));
                AfterClose::Record(layer)
            }
            _ => self.last(outcome, problem),
        };
        self.phase = Phase::Closing(then);
        vec![call]
    }

    /// What the whole unlock comes to after its last request.
    fn last(&self, outcome: Outcome, problem: Option<Problem>) -> AfterClose {
        let unread = self.account.as_ref().and_then(|account| match &account.lock {
            Lock::Unknown { problem } if outcome == Outcome::Unlocked => Some(problem.clone()),
            _ => None,
        });
        match unread {
            // One lock was seen to open, another one can't be seen: that is no "unlocked" (law 3).
            Some(problem) => AfterClose::End(Outcome::Accepted, problem),
            None if outcome == Outcome::Unlocked
                && self.account.as_ref().is_some_and(|account| account.lock.is_locked()) =>
            {
                AfterClose::End(Outcome::Relocked, None)
            }
            None => AfterClose::End(outcome, problem.map(Box::new)),
        }
    }

    fn close_call(&self, sending: &Sending, outcome: Outcome, problem: Option<Problem>) -> UnlockCall {
        UnlockCall::Close { intent: sending.intent, outcome, problem: problem.map(Box::new), steps: self.steps.clone() }
    }

    fn was_closed(&mut self, now: Stamp, then: AfterClose, result: Result<(), Problem>) -> Vec<UnlockCall> {
        match (then, result) {
            // Since the yes an administrator may have locked or disabled it: then it's no longer ours to open.
            (AfterClose::Record(layer), Ok(())) => {
                match self.account.as_deref().and_then(|a| refusal(a, &self.request)) {
                    Some((outcome, problem)) => self.end(now, outcome, problem),
                    None => self.record(layer),
                }
            }
            (AfterClose::End(outcome, problem), Ok(())) => self.end(now, outcome, problem.map(|problem| *problem)),
            (AfterClose::End(outcome, _), Err(ledger)) => self.end(now, outcome, Some(unrecorded(ledger))),
            (AfterClose::Record(_), Err(ledger)) => self.end(now, Outcome::Failed, Some(unrecorded(ledger))),
        }
    }

    fn end(&mut self, now: Stamp, outcome: Outcome, problem: Option<Problem>) -> Vec<UnlockCall> {
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

    fn step(&mut self, now: Stamp, state: StepState, detail: impl Into<Untrusted>) {
        self.steps.push(Step { at: now.wall, state, detail: detail.into() });
    }
}
