//! The HTTP client every provider shares: paced, patient within limits, and never trusting an answer's size.

pub mod abandoned_requests;
pub mod body;
pub mod client_builder;
mod exchange;
pub mod in_flight;
pub mod message;
pub mod proxy_refusal;
pub mod rate_limit;
pub mod retry_after;
pub mod server_clock;
pub mod transport_error;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::mpsc::UnboundedSender;

use crate::domain::{Problem, ProviderHealth, ProviderName, RequestLogEntry, ServerCertificate};
use crate::settings::HttpSettings;

use client_builder::ClientSet;

pub use message::{Request, Response};
pub use transport_error::TransportError;

/// The longest that a read waits because the other side asked for it; more is told to the operator.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How often a read is tried in all.
const READ_TRIES: usize = 3;

/// Which connections a request may go out on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionChoice {
    /// Any that is open: it asks, and may be asked again.
    Reads,
    /// A new one: a server may have closed an idle one without a word, and then nobody knows what was carried out.
    Change,
    /// As for a change, or one that carried a change of the same run less than a second ago.
    RunOfChanges,
}

/// The client of one provider.
pub struct Http {
    clients: Arc<ClientSet>,
    total_timeout: Duration,
    name: ProviderName,
    /// The header in which the servers name an exchange; empty where they don't.
    pub(super) request_id_header: &'static str,
    pace: rate_limit::RateLimit,
    health: Arc<Mutex<ProviderHealth>>,
    dates: Mutex<server_clock::ServerDates>,
    certificate: OnceLock<Option<ServerCertificate>>,
    log: UnboundedSender<RequestLogEntry>,
}

impl Http {
    /// A provider's use of a client: its own pace, patience and health.
    pub fn new(
        name: ProviderName,
        settings: &HttpSettings,
        clients: Arc<ClientSet>,
        log: UnboundedSender<RequestLogEntry>,
    ) -> Self {
        Self {
            clients,
            total_timeout: settings.total_timeout,
            name,
            request_id_header: "",
            pace: rate_limit::RateLimit::new(settings),
            health: Arc::default(),
            dates: Mutex::default(),
            certificate: OnceLock::new(),
            log,
        }
    }

    /// How the provider is doing.
    pub fn health(&self) -> ProviderHealth {
        let mut health = self.health.lock().clone();
        health.budget = Some(self.pace.budget());
        health.certificate = self.certificate.get().cloned().flatten();
        health
    }

    /// One of our moments on the other side's clock.
    pub fn on_server_clock(&self, at: Timestamp) -> Timestamp {
        self.health.lock().on_server_clock(at)
    }

    /// The other side's clock, as its last `Date` header told: its time ranges are asked in its own time.
    pub fn server_now(&self) -> Timestamp {
        self.on_server_clock(Timestamp::now())
    }

    /// Notes until when the access token holds.
    pub fn note_token(&self, until: Timestamp) {
        self.health.lock().token_until = Some(until);
    }

    /// Notes a problem that an answer turned out to be, so that the state line shows it.
    pub fn note_problem(&self, problem: &Problem) {
        self.health.lock().problem = Some(problem.clone());
    }

    /// One exchange, sent once. Waits for its place in the provider's pace, and says when it has it.
    ///
    /// # Errors
    /// A [`TransportError`] that says whether the request can have arrived.
    pub async fn exchange(
        &self,
        request: Request,
        carrier: ConnectionChoice,
        leaves: impl FnOnce() + Send,
    ) -> Result<Response, TransportError> {
        if carrier != ConnectionChoice::Reads || request.asks_for_secret {
            return self.paced(request, carrier, leaves).await;
        }
        tokio::select! {
            result = self.paced(request, carrier, leaves) => result,
            () = abandoned_requests::superseded() => Err(TransportError::NotSent(abandoned_requests::problem())),
        }
    }
}
