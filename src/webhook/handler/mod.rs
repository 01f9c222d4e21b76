//! Taking one event: known command, right device, not heard before; then the ledger, then everybody who waits.

mod take;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use crate::domain::{Code, DeviceAnswer, Outcome, Problem, ProviderName, Untrusted};
use crate::engine::{Core, blocking, resolve_unlocks};
use crate::ledger::{OutcomeEvent, UnlockRecord};
use crate::provider::apple_mdm::{WebhookEvent, read_event};
use crate::settings::redactor;

use super::BODY_BYTES;
use super::auth::WebhookAuth;
use super::connections::{Connection, Connections};
use super::metrics::ReceiverMetrics;
use super::receiver_event::WebhookNotice;
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
    pub tell: UnboundedSender<WebhookNotice>,
    pub counts: ReceiverMetrics,
    pub door: RefusalCounter,
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
    let Some(sender) = desk.gate.sender(head.uri.path(), signature) else { return desk.refused().await };
    let Some(body) = desk.seats.body(&seat, body, BODY_BYTES).await else { return StatusCode::PAYLOAD_TOO_LARGE };
    let status = match sender.admits(signature, &body) {
        Some((provider, evidence)) => taken(&desk, provider, evidence, &body).await,
        None => desk.refused().await,
    };
    seat.waits();
    status
}

fn lost(e: &tokio::task::JoinError) -> Problem {
    Problem::new(Code::Internal, "an answer was lost", e.to_string(), "report this")
}

async fn taken(desk: &Arc<ReceiverState>, provider: ProviderName, evidence: &'static str, body: &[u8]) -> StatusCode {
    let answer = match read_event(body, Timestamp::now(), evidence) {
        Ok(WebhookEvent::Answer(answer)) => without_secrets(*answer),
        Ok(WebhookEvent::Enrolled(device, at)) => {
            count(&desk.counts.others);
            // On a task of its own, as an answer is.
            let (taking, whose) = (Arc::clone(desk), provider.clone());
            let taken = desk.core.device_answers().take(async move { taking.enrolled(&whose, &device, at).await });
            if let Err(problem) = taken.await.map_err(|e| lost(&e)).and_then(|taken| taken) {
                let _ = desk.tell.send(WebhookNotice::Problem(provider, problem));
            }
            return StatusCode::OK;
        }
        Ok(WebhookEvent::Other) => {
            count(&desk.counts.others);
            return StatusCode::OK;
        }
        Err(why) => {
            count(&desk.counts.unreadable);
            let _ = desk.tell.send(WebhookNotice::Unreadable(provider, why.into()));
            return StatusCode::BAD_REQUEST;
        }
    };
    // On a task of its own: who hangs up takes nothing back, and the program waits for it before it ends.
    let (taking, whose) = (Arc::clone(desk), provider.clone());
    let taken = desk.core.device_answers().take(async move { taking.take(&whose, answer).await });
    match taken.await.map_err(|e| lost(&e)).and_then(|taken| taken) {
        Ok(()) => StatusCode::OK,
        Err(problem) => {
            let _ = desk.tell.send(WebhookNotice::Problem(provider, problem));
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
    /// What waited for a Mac that was enrolled anew is lost with its server's queue.
    async fn enrolled(&self, provider: &ProviderName, device: &Untrusted, at: Timestamp) -> Result<(), Problem> {
        let turn = self.core.turn().await;
        let core = Arc::clone(&self.core);
        let open = blocking(move || resolve_unlocks::open_unlocks(&core)).await?;
        let waits = |open: &UnlockRecord| {
            let key = &open.unlock.key;
            let own = key.id.as_data().split('/').next().unwrap_or_default();
            key.provider == *provider && device.same_name(own) && open.at < at
        };
        for open in open.into_iter().filter(waits) {
            let lost = Problem::new(
                Code::Unanswered,
                "the Mac was enrolled anew, which clears its queue: the command is lost if it hadn't answered",
                format!("enrolled at {at}, asked at {}", open.at),
                "look whether the account is still locked, and unlock it again",
            );
            let end =
                OutcomeEvent { outcome: Outcome::Failed, problem: Some(&lost), steps: &[], handle: None, again: false };
            self.core.ledger().resolve(open.intent, &open.unlock, &end).await?;
            let _ = self.tell.send(WebhookNotice::Lost { provider: provider.clone(), username: open.unlock.username });
        }
        drop(turn);
        self.core.device_answers().notify();
        Ok(())
    }
}
