//! The receiver of Macs' answers, for MDM servers that can't be asked. Off unless configured; what it hears is in the
//! ledger before it is believed.

mod auth;
mod connections;
mod handler;
mod metrics;
mod receiver_event;
mod refusals;

use std::sync::Arc;
use std::time::Duration;

use axum::routing::any;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::domain::{Code, Problem};
use crate::engine::Core;
use crate::ledger::hold_receiver;
use crate::provider::ProviderInfo;
use crate::provider::apple_mdm::MOST_BYTES;

pub use metrics::ReceiverMetrics;
pub use receiver_event::WebhookNotice;

/// An event wraps the Mac's answer in base64 and JSON.
const BODY_BYTES: usize = MOST_BYTES * 2;

/// How long a request's head may take.
const HEAD: Duration = Duration::from_secs(10);
/// The longest head of a request, in bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// How long to wait while everybody has come just now.
const FULL: Duration = Duration::from_millis(20);
/// How long to wait after a connection couldn't be taken.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Keeps the receiver alive; it ends when this is dropped.
pub struct ReceiverGuard {
    task: tokio::task::JoinHandle<()>,
    desk: Arc<handler::ReceiverState>,
    /// Says to every other process that the answers are received for this ledger.
    _place: std::fs::File,
}

/// Who receives.
pub enum ReceiverStart {
    /// This process.
    Here(ReceiverGuard),
    /// Another one, for the same ledger: what it hears is read there.
    Elsewhere,
    /// Nobody: nothing is configured.
    Nowhere,
}

impl ReceiverStart {
    /// The receiver of this process.
    #[must_use = "dropping it ends the receiving"]
    pub fn here(self) -> Option<ReceiverGuard> {
        match self {
            Self::Here(receiver) => Some(receiver),
            Self::Elsewhere | Self::Nowhere => None,
        }
    }
}

impl ReceiverGuard {
    /// What was heard so far.
    pub fn counts(&self) -> &ReceiverMetrics {
        &self.desk.counts
    }
}

impl Drop for ReceiverGuard {
    fn drop(&mut self) {
        self.task.abort();
        self.desk.door.settle();
    }
}

/// Starts to listen, where that is configured and no other process does it for the same ledger.
///
/// # Errors
/// A [`Problem`] when a secret can't be fetched or the address can't be had.
pub async fn start(core: &Arc<Core>, tell: UnboundedSender<WebhookNotice>) -> Result<ReceiverStart, Problem> {
    let (Some(listen), false) = (core.webhook().listen, core.webhook().routes.is_empty()) else {
        return Ok(ReceiverStart::Nowhere);
    };
    let Some(place) = hold_receiver(core.ledger_directory())? else { return Ok(ReceiverStart::Elsewhere) };
    let gate = auth::WebhookAuth::open(&core.webhook().routes).await?;
    let listener = TcpListener::bind(listen).await.map_err(|e| {
        let next = if e.kind() == std::io::ErrorKind::AddrInUse {
            "another unbolt receives the Macs' answers there; they are read from the ledger if it is the same one"
        } else {
            "correct [webhook] listen in the configuration"
        };
        Problem::new(Code::Unreachable, "the Macs' answers can't be received", format!("{listen}: {e}"), next)
    })?;
    let desk = Arc::new(handler::ReceiverState {
        core: Arc::clone(core),
        gate,
        tell,
        counts: ReceiverMetrics::default(),
        door: refusals::RefusalCounter::new(core.ledger_directory()),
        seats: connections::Connections::default(),
    });
    // Whoever sends must not learn which part of an address was wrong.
    let router = Router::new().fallback(any(handler::receive)).with_state(Arc::clone(&desk));
    let task = tokio::spawn(serve(listener, router, Arc::clone(&desk)));
    Ok(ReceiverStart::Here(ReceiverGuard { task, desk, _place: place }))
}

/// Receives beside other work, where one of these systems answers so: none where another process does.
///
/// # Errors
/// As [`start`].
pub async fn start_for(
    core: &Arc<Core>,
    fits: impl Fn(&ProviderInfo) -> bool,
) -> Result<Option<ReceiverGuard>, Problem> {
    let answers = |about: &ProviderInfo| about.answers_by_webhook && fits(about);
    if !core.providers().iter().any(|provider| answers(provider.info())) {
        return Ok(None);
    }
    let (tell, _) = unbounded_channel();
    Ok(start(core, tell).await?.here())
}

/// Serves each connection. What a sender has sent whole is taken, also when it has hung up by then: an answer comes once.
async fn serve(listener: TcpListener, router: Router, desk: Arc<handler::ReceiverState>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No descriptor is left, say: not for ever.
            tokio::time::sleep(AFTER_FAILURE).await;
            continue;
        };
        let seat = loop {
            match desk.seats.take() {
                Some(seat) => break seat,
                None => tokio::time::sleep(FULL).await,
            }
        };
        let service = TowerToHyperService::new(router.clone().layer(Extension(Arc::clone(&seat))));
        let mut http = http1::Builder::new();
        http.half_close(true).timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES);
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let (own, desk) = (Arc::clone(&seat), Arc::clone(&desk));
        let task = tokio::spawn(async move {
            let _ = connection.await;
            desk.seats.leave(&own);
        });
        seat.served_by(task.abort_handle());
    }
}
