//! The HTTP client every provider shares: paced, patient within limits, and never trusting an answer's size.

pub mod body;
pub mod client_builder;
pub mod in_flight;
pub mod message;
pub mod proxy;
pub mod rate_limit;
pub mod retry_after;
pub mod server_clock;
pub mod superseded;
pub mod transport_error;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use jiff::Timestamp;
use reqwest::{Method, Url};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::domain::{Certificate, Code, Problem, ProviderHealth, ProviderName, RequestLogEntry};
use crate::provider::tls::certificate;
use crate::settings::{HttpSettings, redactor};

pub use message::{Request, Response};
pub use transport_error::TransportError;

use client_builder::ClientSet;
use in_flight::UnderWay;
use message::{throttled, without_secrets};

/// The longest that a read waits because the other side asked for it; more is told to the operator.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How often a read is tried in all.
const READ_TRIES: usize = 3;

/// Which connections a request may go out on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
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
    request_id_header: &'static str,
    pace: rate_limit::RateLimit,
    health: Arc<Mutex<ProviderHealth>>,
    dates: Mutex<server_clock::Dates>,
    certificate: OnceLock<Option<Certificate>>,
    log: UnboundedSender<RequestLogEntry>,
}

impl Http {
    /// A provider's use of a client: its own pace, patience and health.
    #[must_use]
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

    /// The same, for servers that name an exchange in this header.
    #[must_use]
    pub fn with_request_id(self, header: &'static str) -> Self {
        Self { request_id_header: header, ..self }
    }

    /// How the provider is doing.
    #[must_use]
    pub fn health(&self) -> ProviderHealth {
        let mut health = self.lock().clone();
        health.budget = Some(self.pace.budget());
        health.certificate = self.certificate.get().cloned().flatten();
        health
    }

    /// How long a whole exchange may take.
    #[must_use]
    pub fn total_timeout(&self) -> Duration {
        self.total_timeout
    }

    /// One of our moments on the other side's clock.
    #[must_use]
    pub fn on_server_clock(&self, at: Timestamp) -> Timestamp {
        self.lock().on_server_clock(at)
    }

    /// The other side's clock, as its last `Date` header told: its time ranges are asked in its own time.
    #[must_use]
    pub fn server_now(&self) -> Timestamp {
        self.on_server_clock(Timestamp::now())
    }

    /// Notes until when the access token holds.
    pub fn note_token(&self, until: Timestamp) {
        self.lock().token_until = Some(until);
    }

    /// Notes a problem that an answer turned out to be, so that the state line shows it.
    pub fn note_problem(&self, problem: &Problem) {
        self.lock().problem = Some(problem.clone());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, ProviderHealth> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One exchange, sent once. Waits for its place in the provider's pace, and says when it has it.
    ///
    /// # Errors
    /// A [`TransportError`] that says whether the request can have arrived.
    pub async fn exchange(
        &self,
        request: Request,
        carrier: Carrier,
        leaves: impl FnOnce() + Send,
    ) -> Result<Response, TransportError> {
        if carrier != Carrier::Reads || request.asks_for_secret {
            return self.paced(request, carrier, leaves).await;
        }
        tokio::select! {
            result = self.paced(request, carrier, leaves) => result,
            () = superseded::superseded() => Err(TransportError::NotSent(superseded::problem())),
        }
    }

    async fn paced(
        &self,
        request: Request,
        carrier: Carrier,
        leaves: impl FnOnce() + Send,
    ) -> Result<Response, TransportError> {
        let _place = self.pace.place().await;
        leaves();
        let _under_way = UnderWay::begin(&self.health);
        let (at, started) = (Timestamp::now(), Instant::now());
        let (method, shown) = (transport_error::method_word(&request.method), transport_error::redacted(&request.url));
        let result = self.send(request, carrier).await;
        let took = started.elapsed();
        let entry = RequestLogEntry {
            at,
            provider: self.name.clone(),
            method,
            url: shown,
            status: result.as_ref().ok().map(|response| response.status),
            fault: result.as_ref().err().map(|error| error.problem().code.word()),
            took,
            correlation_id: result.as_ref().ok().and_then(|response| response.header(self.request_id_header)),
        };
        // Nobody listening to the log is no reason to fail.
        let _ = self.log.send(entry);
        let mut health = self.lock();
        health.as_of = Some(at);
        match &result {
            Ok(response) => {
                if let Some(date) = response.date() {
                    let skew = self.dates.lock().unwrap_or_else(PoisonError::into_inner).skew(date, Timestamp::now());
                    health.skew_ms = skew.or(health.skew_ms);
                }
                health.reachable = Some(true);
                health.latency = Some(took);
                health.problem = None;
            }
            Err(error) => {
                health.reachable = Some(false);
                health.problem = Some(error.problem().clone());
            }
        }
        result
    }

    async fn send(&self, request: Request, carrier: Carrier) -> Result<Response, TransportError> {
        let (changes, asks_for_secret) =
            (request.method != Method::GET && carrier != Carrier::Reads, request.asks_for_secret);
        let client = self.clients.get(carrier).await.map_err(TransportError::NotSent)?;
        let target = request.url.clone();
        let mut outgoing = client.request(request.method, request.url).timeout(self.total_timeout);
        for (name, value) in request.headers {
            outgoing = outgoing.header(name, value);
        }
        if let Some(body) = request.body {
            // reqwest sends no length for an empty body, and a strict server answers 411.
            outgoing = outgoing.header(reqwest::header::CONTENT_LENGTH, body.len()).body(body);
        }
        let incoming = match outgoing.send().await {
            Ok(incoming) => incoming,
            Err(e) => {
                let error = transport_error::classify(&e, changes);
                return Err(if e.is_connect() { self.on_the_way(error, &target).await } else { error });
            }
        };
        if let Some(tls) = incoming.extensions().get::<reqwest::tls::TlsInfo>() {
            self.certificate.get_or_init(|| tls.peer_certificate().and_then(certificate::read));
        }
        let (status, headers) = (incoming.status().as_u16(), without_secrets(incoming.headers()));
        if incoming.status().is_redirection() && status != 304 {
            let to = headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or("it doesn't say where to");
            let problem = Problem {
                http_status: Some(status),
                ..Problem::new(
                    Code::Redirected,
                    "the address answers with a redirect",
                    to,
                    "correct the provider's URL in the configuration; redirects are not followed",
                )
            };
            // A change may have been carried out before it was answered like this.
            let error = if changes { TransportError::Ambiguous } else { TransportError::Rejected };
            return Err(error(problem));
        }
        let is_success = incoming.status().is_success();
        let body = body::capped(incoming, changes).await?;
        // Whoever repeats a request repeats its login, and no text from outside may bring that anywhere.
        let body = if asks_for_secret && is_success { body } else { redactor::redacted(body) };
        Ok(Response { status, headers, body })
    }

    /// What stood in the way of a connection: a proxy that says so itself, or one that nobody named.
    async fn on_the_way(&self, error: TransportError, target: &Url) -> TransportError {
        match self.clients.proxy() {
            Some((proxy, login)) if target.scheme() == "https" => {
                proxy::refusal(proxy, login, target).await.map_or(error, TransportError::NotSent)
            }
            None if matches!(error.problem().code, Code::NameNotFound | Code::Unreachable | Code::TimedOut) => {
                let Some(variable) = proxy::unheard() else { return error };
                let problem = error.problem();
                let next = format!(
                    "{}; {variable} is set and isn't heard here: name the proxy with `proxy` in the provider's table",
                    problem.next
                );
                TransportError::NotSent(Problem { next: next.into(), ..problem.clone() })
            }
            _ => error,
        }
    }

    /// A read: repeated a few times where the fault is passing, honouring `Retry-After`.
    ///
    /// # Errors
    /// The last problem.
    pub async fn read(&self, request: Request) -> Result<Response, Problem> {
        let once = || async {
            let exchange = self.exchange(request.clone(), Carrier::Reads, || ()).await;
            let response = exchange.map_err(|error| (error.problem().clone(), error.is_passing()))?;
            match response.status {
                429 | 502 | 503 | 504 => Err((throttled(&response, self.request_id_header), true)),
                _ => Ok(response),
            }
        };
        let policy = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(200))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(READ_TRIES - 1)
            .with_jitter();
        once.retry(policy)
            .sleep(tokio::time::sleep)
            .when(|(problem, passing)| *passing && problem.retry_after.is_none_or(|wait| wait <= LONGEST_WAIT))
            .adjust(|(problem, _), planned| {
                planned.map(|planned| problem.retry_after.map_or(planned, |asked| asked.max(planned)))
            })
            .await
            .map_err(|(problem, _)| {
                if problem.code != Code::Superseded {
                    self.note_problem(&problem);
                }
                problem
            })
    }
}
