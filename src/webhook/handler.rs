//! Taking one event: known command, right device, not heard before; then the ledger, then everybody who waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use crate::domain::{Answered, Code, DeviceAnswer, OpenUnlock, Outcome, Problem, ProviderName, Untrusted};
use crate::engine::device_answers::{PendingCommand, intent_of};
use crate::engine::{Core, resolve};
use crate::ledger::{Note, OutcomeEvent, Unlocked, ledger_problem};
use crate::provider::apple_mdm::{WebhookEvent, read_event};
use crate::settings::redactor;

use super::BODY_BYTES;
use super::auth::WebhookAuth;
use super::connections::{Connection, Connections};
use super::metrics::ReceiverMetrics;
use super::notice::Notice;
use super::refusals::RefusalCounter;

/// How often a ledger that can't be read is tried again for an answer, and the time between.
const READ_AGAIN: usize = 3;
const PAUSE: Duration = Duration::from_millis(100);

/// The header of a signature.
const SIGNATURE: &str = "x-hmac-signature";

/// Where events arrive.
pub struct ReceiverState {
    pub core: Arc<Core>,
    pub gate: WebhookAuth,
    pub tell: UnboundedSender<Notice>,
    pub counts: Arc<ReceiverMetrics>,
    pub door: Arc<RefusalCounter>,
    pub seats: Connections,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// One request. A server that sends webhooks expects exactly 200 and doesn't send again.
pub async fn receive(
    State(desk): State<Arc<ReceiverState>>,
    Extension(seat): Extension<Arc<Connection>>,
    request: Request,
) -> StatusCode {
    let (head, body) = request.into_parts();
    let signature = head.headers.get(SIGNATURE).map(axum::http::HeaderValue::as_bytes);
    // Whoever can't be a server of ours has no body read.
    if !desk.gate.may_admit(head.uri.path(), signature) {
        return desk.refused().await;
    }
    let Some(body) = desk.seats.body(&seat, body, BODY_BYTES).await else { return StatusCode::PAYLOAD_TOO_LARGE };
    let status = match desk.gate.admits(head.uri.path(), signature, &body) {
        Some((provider, evidence)) => taken(&desk, provider, evidence, &body).await,
        None => desk.refused().await,
    };
    seat.waits();
    status
}

async fn taken(desk: &Arc<ReceiverState>, provider: ProviderName, evidence: &'static str, body: &[u8]) -> StatusCode {
    let answer = match read_event(body, Timestamp::now(), evidence) {
        Ok(WebhookEvent::Answer(answer)) => without_secrets(*answer),
        Ok(WebhookEvent::Enrolled(device, at)) => {
            count(&desk.counts.others);
            if let Err(problem) = desk.enrolled(&provider, &device, at).await {
                let _ = desk.tell.send(Notice::Problem(provider, problem));
            }
            return StatusCode::OK;
        }
        Ok(WebhookEvent::Other) => {
            count(&desk.counts.others);
            return StatusCode::OK;
        }
        Err(why) => {
            count(&desk.counts.unreadable);
            let _ = desk.tell.send(Notice::Unreadable(provider, why.into()));
            return StatusCode::BAD_REQUEST;
        }
    };
    // On a task of its own: who hangs up takes nothing back, and the program waits for it before it ends.
    let (taking, whose) = (Arc::clone(desk), provider.clone());
    let taken = desk.core.device_answers().take(async move { taking.take(&whose, answer).await });
    let gone =
        |e: tokio::task::JoinError| Problem::new(Code::Internal, "an answer was lost", e.to_string(), "report this");
    match taken.await.map_err(gone).and_then(|taken| taken) {
        Ok(()) => StatusCode::OK,
        Err(problem) => {
            let _ = desk.tell.send(Notice::Problem(provider, problem));
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// The answer, without any secret in use that somebody on the way may have put into its words.
fn without_secrets(mut answer: DeviceAnswer) -> DeviceAnswer {
    let clean = |text: &mut Untrusted| *text = redactor::redacted_text(text.as_data()).into();
    clean(&mut answer.detail);
    for link in &mut answer.chain {
        clean(&mut link.domain);
        clean(&mut link.text);
    }
    answer
}

impl ReceiverState {
    /// Counts an event that nobody of ours has sent.
    async fn refused(&self) -> StatusCode {
        count(&self.counts.refused);
        let worth = self.door.refuse(Timestamp::now());
        if worth.is_first {
            let _ = self.tell.send(Notice::Refused);
        }
        if let Some(count) = worth.record {
            let _ = self.core.ledger().note(&Note::WebhookRefused { count }).await;
        }
        StatusCode::NOT_FOUND
    }

    /// The command of that answer, if this ledger knows it.
    async fn known(&self, answer: &DeviceAnswer) -> Result<Option<PendingCommand>, Problem> {
        let Some(intent) = intent_of(answer) else { return Ok(None) };
        let read = || async {
            let core = Arc::clone(&self.core);
            let found = tokio::task::spawn_blocking(move || core.index().command(intent)).await;
            found.map_err(|e| ledger_problem(e.to_string()))?
        };
        let mut found = read().await;
        // Its sender doesn't send again: what can't be read for a moment is tried again.
        for _ in 0..READ_AGAIN {
            if found.is_err() {
                tokio::time::sleep(PAUSE).await;
                found = read().await;
            }
        }
        let found = found?;
        // The question before the unlock is a command of its own.
        let is_about_it = |known: &Answered| known.answer.command.same_name(answer.command.as_data());
        Ok(found.map(|(unlock, mut answers)| {
            answers.retain(is_about_it);
            PendingCommand { intent, unlock, answers }
        }))
    }

    async fn open_unlocks(&self) -> Result<Vec<(Unlocked, OpenUnlock)>, Problem> {
        let core = Arc::clone(&self.core);
        let open = tokio::task::spawn_blocking(move || resolve::open_unlocks(&core)).await;
        open.map_err(|e| ledger_problem(e.to_string()))?
    }

    async fn take(&self, provider: &ProviderName, answer: DeviceAnswer) -> Result<(), Problem> {
        let device_answers = self.core.device_answers();
        // One event after the other: of two that arrive together, one is the first.
        let turn = self.core.turn().await;
        let known = self.known(&answer).await?;
        let Some(known) = known.filter(|known| known.unlock.key.provider == *provider) else {
            count(&self.counts.unknown);
            return Ok(());
        };
        let is_question = answer.command.same_name(&known.intent.question());
        if is_repeated(&known, &answer) {
            count(&self.counts.repeated);
            return Ok(());
        }
        let contradicts = contradicts(&known, &answer);
        count(if contradicts { &self.counts.contradictions } else { &self.counts.answers });
        let (intent, status, username) = (known.intent, answer.status.word().into(), known.unlock.username.clone());
        self.core.ledger().answer(&Answered { intent, provider: provider.clone(), answer, contradicts }).await?;
        // It is recorded; what can't be read now is read by whoever waits for it.
        let _ = device_answers.refresh().await;
        device_answers.notify();
        drop(turn);
        // Nobody follows it any more: then its outcome is recorded here.
        let core = Arc::clone(&self.core);
        let left = tokio::task::spawn_blocking(move || core.index().unlocked(intent)).await;
        let left = left.map_err(|e| ledger_problem(e.to_string()))??;
        let outcome = match left.and_then(|unlocked| unlocked.open().map(|open| (unlocked, open))) {
            Some((unlocked, open)) if !contradicts && !is_question && resolve::is_ours(&self.core, &unlocked) => {
                Some(resolve::resolve(&self.core, unlocked, open, resolve::Purpose::Learn, &|_| ()).await.outcome)
            }
            _ => None,
        };
        let told = Notice::Answer { provider: provider.clone(), username, status, contradicts, is_question, outcome };
        let _ = self.tell.send(told);
        Ok(())
    }
}

impl ReceiverState {
    /// What waited for a Mac that was enrolled anew is lost with its server's queue.
    async fn enrolled(&self, provider: &ProviderName, device: &Untrusted, at: Timestamp) -> Result<(), Problem> {
        let turn = self.core.turn().await;
        let open = self.open_unlocks().await?;
        let waits = |open: &OpenUnlock| {
            let own = open.key.id.as_data().split('/').next().unwrap_or_default();
            open.key.provider == *provider && device.same_name(own) && open.asked_at < at
        };
        for (unlocked, open) in open.into_iter().filter(|(_, open)| waits(open)) {
            let lost = Problem::new(
                Code::Unanswered,
                "the Mac was enrolled anew, which clears its queue: the command is lost if it hadn't answered",
                format!("enrolled at {at}, asked at {}", open.asked_at),
                "look whether the account is still locked, and unlock it again",
            );
            let end =
                OutcomeEvent { outcome: Outcome::Failed, problem: Some(&lost), steps: &[], handle: None, again: false };
            self.core.ledger().resolve(open.intent, &unlocked.unlock, &end).await?;
            let _ = self.tell.send(Notice::Lost { provider: provider.clone(), username: open.username.clone() });
        }
        drop(turn);
        self.core.device_answers().notify();
        Ok(())
    }
}

/// The same event, or the same last word, once more.
fn is_repeated(known: &PendingCommand, answer: &DeviceAnswer) -> bool {
    known.answers.iter().map(|answered| &answered.answer).any(|old| {
        old.status == answer.status
            && old.device == answer.device
            && (answer.status.is_final() || (old.event == answer.event && !answer.event.is_blank()))
    })
}

/// Another last word than the first one, or another Mac's.
fn contradicts(known: &PendingCommand, answer: &DeviceAnswer) -> bool {
    let device = known.unlock.key.id.as_data().split('/').next().unwrap_or_default();
    let other_device = !answer.device.same_name(device);
    let decided = known.answers.iter().any(|answered| !answered.contradicts && answered.answer.status.is_final());
    // "Not now" after the last word comes of a second command, and says nothing against it.
    other_device || (decided && answer.status.is_final())
}
