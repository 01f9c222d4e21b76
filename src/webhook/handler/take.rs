//! Taking an event: once, for an open unlock, recorded before it is answered.

use axum::http::StatusCode;
use jiff::Timestamp;

use crate::domain::{DeviceAnswer, IntentAnswer, IntentId, Problem, ProviderName, Unlock};
use crate::engine::device_answers::intent_of;
use crate::engine::resolve_unlocks;
use crate::ledger::{OtherEvent, UnlockRecord};
use crate::webhook::receiver_event::WebhookNotice;

use super::{PAUSE, READ_AGAIN, ReceiverState, count};

/// The same event, or the same last word, once more.
fn is_repeated(answers: &[IntentAnswer], answer: &DeviceAnswer) -> bool {
    answers.iter().map(|answered| &answered.answer).any(|old| {
        old.status == answer.status
            && old.device == answer.device
            && (answer.status.is_final() || (old.event == answer.event && !answer.event.is_blank()))
    })
}

/// Another last word than the first one, or another Mac's.
fn contradicts(unlock: &Unlock, answers: &[IntentAnswer], answer: &DeviceAnswer) -> bool {
    let device = unlock.key.id.as_data().split('/').next().unwrap_or_default();
    let other_device = !answer.device.same_name(device);
    let decided = answers.iter().any(|answered| !answered.contradicts && answered.answer.status.is_final());
    // "Not now" after the last word comes of a second command, and says nothing against it.
    other_device || (decided && answer.status.is_final())
}

impl ReceiverState {
    /// Counts an event that nobody of ours has sent.
    pub(super) async fn refused(&self) -> StatusCode {
        count(&self.counts.refused);
        let worth = self.door.refuse(Timestamp::now());
        if worth.is_first {
            let _ = self.tell.send(WebhookNotice::Refused);
        }
        if let Some(count) = worth.record {
            let _ = self.core.ledger().note(&OtherEvent::WebhookRefused { count }).await;
        }
        StatusCode::NOT_FOUND
    }

    /// The unlock of that intent, if this ledger knows it, and what was answered so far, believed or not.
    async fn known(&self, intent: IntentId) -> Result<Option<(Unlock, Vec<IntentAnswer>)>, Problem> {
        let read = || self.core.ask_index(move |index| index.command(intent));
        let mut found = read().await;
        // Its sender doesn't send again: what can't be read for a moment is tried again.
        for _ in 0..READ_AGAIN {
            if found.is_err() {
                tokio::time::sleep(PAUSE).await;
                found = read().await;
            }
        }
        found
    }

    pub(super) async fn take(&self, provider: &ProviderName, answer: DeviceAnswer) -> Result<(), Problem> {
        let device_answers = self.core.device_answers();
        // One event after the other: of two that arrive together, one is the first.
        let turn = self.core.turn().await;
        let intent = intent_of(&answer);
        let known = match intent {
            Some(intent) => self.known(intent).await?,
            None => None,
        };
        let known = known.filter(|(unlock, _)| unlock.key.provider == *provider);
        let Some((intent, (unlock, mut answers))) = intent.zip(known) else {
            count(&self.counts.unknown);
            return Ok(());
        };
        // The question before the unlock is a command of its own.
        answers.retain(|known| known.answer.command.same_name(answer.command.as_data()));
        let is_question = answer.command.same_name(&intent.question());
        if is_repeated(&answers, &answer) {
            count(&self.counts.repeated);
            return Ok(());
        }
        let contradicts = contradicts(&unlock, &answers, &answer);
        count(if contradicts { &self.counts.contradictions } else { &self.counts.answers });
        let (status, username) = (answer.status.word().into(), unlock.username);
        self.core.ledger().answer(&IntentAnswer { intent, provider: provider.clone(), answer, contradicts }).await?;
        // It is recorded; what can't be read now is read by whoever waits for it.
        let _ = device_answers.refresh().await;
        device_answers.notify();
        drop(turn);
        // Nobody follows it any more: then its outcome is recorded here.
        let left = self.core.ask_index(move |index| index.unlocked(intent)).await?;
        let is_left = |open: &UnlockRecord| open.is_open() && resolve_unlocks::is_ours(&self.core, open);
        let outcome = match left.filter(is_left) {
            Some(open) if !contradicts && !is_question => Some(
                resolve_unlocks::resolve(&self.core, &open, resolve_unlocks::ResolvePurpose::Learn, &|_| ())
                    .await
                    .outcome,
            ),
            _ => None,
        };
        let told =
            WebhookNotice::Answer { provider: provider.clone(), username, status, contradicts, is_question, outcome };
        let _ = self.tell.send(told);
        Ok(())
    }
}
