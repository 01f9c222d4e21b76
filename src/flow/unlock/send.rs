//! Up to the request: the read before it, its intent, the request itself and the answer to it.

use std::time::Duration;

use crate::domain::{
    Account, ClockReading, Code, Layer, Lock, Outcome, Problem, StepState, Unlock, UnlockReply, Untrusted,
};
use crate::flow::{Proof, UnlockCall};

use super::{Delivery, LayerRequest, Phase, SENDS, UnlockFlow, lock_words, not_begun, refusal};

/// The longest that a throttled request is held back, in all.
const LONGEST_HOLD: Duration = Duration::from_secs(120);

impl UnlockFlow {
    pub(super) fn was_read(
        &mut self,
        now: ClockReading,
        result: Result<Option<Box<Account>>, Problem>,
    ) -> Vec<UnlockCall> {
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
        let verdict = refusal(&account, &self.order);
        // Where no lock state is reported, the one layer there is.
        let unreported = account.lock == Lock::NotReported;
        let layer = account.locked_layers().next().map(|layer| layer.layer).or(unreported.then_some(Layer::ACCOUNT));
        self.account = Some(account);
        match (verdict, layer) {
            (Some((outcome, problem)), _) => self.end(now, outcome, problem),
            (None, Some(layer)) => self.record(now, layer),
            (None, None) => self.end(now, Outcome::AlreadyOpen, None),
        }
    }

    pub(super) fn record(&mut self, now: ClockReading, layer: Layer) -> Vec<UnlockCall> {
        if self.ends_here() {
            let outcome = if self.intent.is_none() { Outcome::Refused } else { Outcome::Failed };
            return self.end(now, outcome, Some(not_begun()));
        }
        let Some(account) = &self.account else { return Vec::new() };
        self.phase = Phase::Recording(layer, false);
        let unlock = Box::new(Unlock {
            key: self.order.key.clone(),
            layer,
            username: account.username.clone(),
            email: account.email.clone(),
            ticket: self.order.ticket.clone(),
            verified: self.order.verified.clone(),
            seen: lock_words(account),
            operator: self.order.operator.clone(),
            system: self.order.system.clone(),
            aliases: account.aliases.clone(),
            typed_id: self.order.typed_id,
            further: self.intent.is_some(),
            beside: self.beside,
            part: self.order.part,
        });
        vec![UnlockCall::Record(unlock, account.clone())]
    }

    pub(super) fn was_recorded(
        &mut self,
        now: ClockReading,
        layer: Layer,
        given_up: bool,
        result: Result<Proof, Problem>,
    ) -> Vec<UnlockCall> {
        match result {
            Ok(proof) => {
                let intent = proof.intent();
                self.intent = Some(intent);
                self.step(now, StepState::Recorded, format!("intent {intent} in the ledger"));
                let sending = LayerRequest {
                    proof,
                    layer,
                    began: now.mono,
                    sent: now.mono,
                    handle: None,
                    delivery: Delivery::Unknown,
                    doubt: None,
                    seems_gone: false,
                };
                if given_up || self.ends_here() {
                    // The record stands, and nothing follows it.
                    return self.close_undone(&sending);
                }
                self.send(now, sending)
            }
            // Nothing was sent: without a trace nothing is done (law 1), nor against a rule.
            Err(problem) => self.end(now, Outcome::Refused, Some(problem)),
        }
    }

    pub(super) fn send(&mut self, now: ClockReading, sending: LayerRequest) -> Vec<UnlockCall> {
        self.sends += 1;
        let unlock = format!("unlock {}", sending.layer.0);
        let words = match self.account.as_ref().and_then(|account| account.asked_first) {
            Some(question) => format!("{question}, before \"{unlock}\""),
            None => unlock,
        };
        self.step(now, StepState::Sent, words);
        let call = UnlockCall::Send(sending.proof.clone());
        self.phase = Phase::Sending(sending);
        vec![call]
    }

    /// Goes on with what was pending; it may send, so that the request is as old as this.
    pub(super) fn poll(&mut self, now: ClockReading, mut sending: LayerRequest, token: Untrusted) -> Vec<UnlockCall> {
        let waited = now.mono.saturating_sub(sending.began);
        sending.sent = now.mono;
        let call = UnlockCall::Poll(sending.proof.clone(), token, waited);
        self.phase = Phase::Sending(sending);
        vec![call]
    }

    pub(super) fn was_answered(
        &mut self,
        now: ClockReading,
        mut sending: LayerRequest,
        reply: UnlockReply,
    ) -> Vec<UnlockCall> {
        match reply {
            UnlockReply::Accepted(words) => {
                self.step(now, StepState::Accepted, words);
                sending.delivery = Delivery::Accepted;
                self.look(sending, now.mono + self.timeouts.verify)
            }
            UnlockReply::Queued(progress, handle) => {
                for progress in progress {
                    self.step(now, progress.state, progress.detail);
                }
                (sending.delivery, sending.handle) = (Delivery::Waiting, handle);
                self.look(sending, now.mono + self.timeouts.device)
            }
            UnlockReply::Pending { token, ask_again_after, progress } => {
                for progress in progress {
                    self.step_once(now, progress.state, progress.detail);
                }
                self.phase = Phase::Pending(sending, token, now.mono + ask_again_after);
                // What need not wait goes on at once.
                self.tick(now)
            }
            UnlockReply::Ended(outcome, words, problem) => {
                let is_taken = !matches!(outcome, Outcome::Failed | Outcome::Refused | Outcome::Unknown);
                self.step(now, if is_taken { StepState::Accepted } else { StepState::Note }, words);
                self.close(now, &sending, outcome, problem)
            }
            UnlockReply::Throttled(wait, problem) => {
                self.held += wait;
                if self.leaving {
                    return self.close_undone(&sending);
                }
                if self.held > LONGEST_HOLD || self.sends >= SENDS * 2 {
                    return self.close(now, &sending, Outcome::Failed, Some(problem));
                }
                self.step(now, StepState::Throttled, format!("asked to wait {} s", wait.as_secs_f64().ceil()));
                self.phase = Phase::Holding(sending, now.mono + wait);
                Vec::new()
            }
            UnlockReply::NotDone(problem) => self.close(now, &sending, Outcome::Failed, Some(problem)),
            UnlockReply::InDoubt(problem) => {
                self.step(now, StepState::InDoubt, problem.line());
                sending.doubt = Some(Box::new(problem));
                let until = now.mono.max(sending.sent + self.timeouts.settles_after) + self.timeouts.verify;
                self.look(sending, until)
            }
        }
    }
}
