//! The HTTP client every provider shares: paced, patient within limits, and never trusting an answer's size.

pub mod body;
pub mod certificate;
pub mod client_builder;
pub mod rate_limit;
pub mod retry_after;
pub mod transport_error;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::config::WireSettings;
use crate::domain::{Certificate, Code, Exchange, Problem, ProviderHealth, ProviderName, Untrusted};

pub use transport_error::TransportError;

/// The longest that a read waits because the other side asked for it; more is told to the operator.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How often a read is tried in all.
const READ_TRIES: usize = 3;

/// One request.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// The headers, each exactly as it goes out.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body; a request that changes something always has one, if an empty one.
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// A request that puts something in its place.
    #[must_use]
    pub fn put(url: Url, body: Vec<u8>) -> Self {
        Self { method: Method::PUT, url, headers: Vec::new(), body: Some(body) }
    }

    /// A read.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: Vec::new(), body: None }
    }

    /// A request with a body.
    #[must_use]
    pub fn post(url: Url, body: Vec<u8>) -> Self {
        Self { method: Method::POST, url, headers: Vec::new(), body: Some(body) }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// One whole answer.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, within the cap.
    pub body: Vec<u8>,
}

impl Response {
    /// A header as text from outside.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Untrusted> {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned().into())
    }

    /// How long the other side asks us to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after::parse(self.headers.get("retry-after")?.to_str().ok()?, Timestamp::now())
    }
}

/// The client of one provider.
pub struct Http {
    client: reqwest::Client,
    total_timeout: Duration,
    name: ProviderName,
    pace: rate_limit::Pace,
    health: Arc<Mutex<ProviderHealth>>,
    skew_ms: AtomicI64,
    certificate: OnceLock<Option<Certificate>>,
    log: UnboundedSender<Exchange>,
}

impl Http {
    /// A provider's use of a client: its own pace, timeouts and health.
    #[must_use]
    pub fn new(
        name: ProviderName,
        settings: &WireSettings,
        client: reqwest::Client,
        log: UnboundedSender<Exchange>,
    ) -> Self {
        Self {
            client,
            total_timeout: settings.total_timeout,
            name,
            pace: rate_limit::Pace::new(settings),
            health: Arc::default(),
            skew_ms: AtomicI64::new(0),
            certificate: OnceLock::new(),
            log,
        }
    }

    /// How the provider is doing.
    #[must_use]
    pub fn health(&self) -> ProviderHealth {
        let mut health = self.lock().clone();
        health.budget = Some(self.pace.budget());
        health.certificate = self.certificate.get().cloned().flatten();
        health
    }

    /// One of our moments on the other side's clock.
    #[must_use]
    pub fn on_server_clock(&self, at: Timestamp) -> Timestamp {
        let skew = SignedDuration::from_millis(self.skew_ms.load(Ordering::Relaxed));
        at.checked_add(skew).unwrap_or(at)
    }

    /// The other side's clock, as its last `Date` header told: its time ranges are asked in its own time.
    #[must_use]
    pub fn server_now(&self) -> Timestamp {
        self.on_server_clock(Timestamp::now())
    }

    fn note_date(&self, answer: &Response, health: &mut ProviderHealth) {
        let date = answer.headers.get("date").and_then(|date| date.to_str().ok());
        if let Some(date) = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()) {
            let skew = date.timestamp().as_millisecond() - Timestamp::now().as_millisecond();
            // The header counts whole seconds: less than two is no skew.
            health.skew_ms = Some(skew);
            self.skew_ms.store(if skew.abs() < 2_000 { 0 } else { skew }, Ordering::Relaxed);
        }
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

    /// One exchange, sent once. Waits for its place in the provider's pace.
    ///
    /// # Errors
    /// A [`TransportError`] that says whether the request can have arrived.
    pub async fn exchange(&self, ask: Request) -> Result<Response, TransportError> {
        let _place = self.pace.place().await;
        self.lock().in_flight += 1;
        let (at, started) = (Timestamp::now(), Instant::now());
        let (method, shown) = (transport_error::method_word(&ask.method), transport_error::redacted(&ask.url));
        let result = self.send(ask).await;
        let took = started.elapsed();
        let entry = Exchange {
            at,
            provider: self.name.clone(),
            method,
            url: shown,
            status: result.as_ref().ok().map(|answer| answer.status),
            fault: result.as_ref().err().map(|fault| fault.problem().code.word()),
            took,
            correlation_id: result.as_ref().ok().and_then(|answer| answer.header("correlation-id")),
        };
        // Nobody listening to the log is no reason to fail.
        let _ = self.log.send(entry);
        let mut health = self.lock();
        health.in_flight = health.in_flight.saturating_sub(1);
        health.as_of = Some(at);
        match &result {
            Ok(answer) => {
                self.note_date(answer, &mut health);
                health.reachable = Some(true);
                health.latency = Some(took);
                health.problem = None;
            }
            Err(fault) => {
                health.reachable = Some(false);
                health.problem = Some(fault.problem().clone());
            }
        }
        result
    }

    async fn send(&self, ask: Request) -> Result<Response, TransportError> {
        let changes = ask.method != Method::GET;
        let mut request = self.client.request(ask.method, ask.url).timeout(self.total_timeout);
        for (name, value) in ask.headers {
            request = request.header(name, value);
        }
        if let Some(body) = ask.body {
            // reqwest sends no length for an empty body, and a strict server answers 411.
            request = request.header(reqwest::header::CONTENT_LENGTH, body.len()).body(body);
        }
        let response = request.send().await.map_err(|e| transport_error::classify(&e))?;
        if let Some(tls) = response.extensions().get::<reqwest::tls::TlsInfo>() {
            self.certificate.get_or_init(|| tls.peer_certificate().and_then(certificate::read));
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if response.status().is_redirection() {
            let to = headers.get("location").map_or("", |to| to.to_str().unwrap_or(""));
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
            return Err(if changes { TransportError::Ambiguous(problem) } else { TransportError::Rejected(problem) });
        }
        let body = body::capped(response).await?;
        Ok(Response { status, headers, body })
    }

    /// A read: repeated a few times where the fault is passing, honouring `Retry-After`.
    ///
    /// # Errors
    /// The last [`TransportError`]'s problem.
    pub async fn read(&self, ask: Request) -> Result<Response, Problem> {
        let once = || async {
            let answer =
                self.exchange(ask.clone()).await.map_err(|fault| (fault.problem().clone(), fault.is_passing()))?;
            match answer.status {
                429 | 502 | 503 | 504 => Err((throttled(&answer), true)),
                _ => Ok(answer),
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
                self.note_problem(&problem);
                problem
            })
    }
}

/// What a passing refusal looks like before a backend has read its envelope.
fn throttled(answer: &Response) -> Problem {
    let wait = answer.retry_after();
    let (code, what) = if answer.status == 429 {
        (Code::Throttled, "the system asks to slow down")
    } else {
        (Code::Server, "the system is not available")
    };
    let why = match wait {
        Some(wait) => format!("HTTP {}, it asks to wait {} s", answer.status, wait.as_secs()),
        None => format!("HTTP {}", answer.status),
    };
    Problem {
        http_status: Some(answer.status),
        correlation_id: answer.header("correlation-id"),
        retry_after: wait,
        ..Problem::new(code, what, why, "wait a moment and refresh")
    }
}
