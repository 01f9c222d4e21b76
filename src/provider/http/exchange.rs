//! One request and its answer: paced, sent, read to its end.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use jiff::Timestamp;
use reqwest::{Method, Url};
use tokio::time::Instant;

use crate::domain::{Code, Problem, RequestLogEntry};
use crate::provider::tls::certificates;
use crate::settings::redactor;

use super::in_flight::InFlightGuard;
use super::message::{Request, Response, throttled, without_secrets};
use super::transport_error::{TransportError, classify, method_word, redacted};
use super::{ConnectionChoice, Http, LONGEST_WAIT, READ_TRIES, body, proxy_refusal};

impl Http {
    pub(super) async fn paced(
        &self,
        request: Request,
        carrier: ConnectionChoice,
        leaves: impl FnOnce() + Send,
    ) -> Result<Response, TransportError> {
        let _place = self.pace.place().await;
        leaves();
        let _under_way = InFlightGuard::begin(&self.health);
        let (at, started) = (Timestamp::now(), Instant::now());
        let (method, shown) = (method_word(&request.method), redacted(&request.url));
        let result = self.send(request, carrier).await;
        let took = started.elapsed();
        let response = result.as_ref().ok();
        let entry = RequestLogEntry {
            at,
            provider: self.name.clone(),
            method,
            url: shown,
            status: response.map(|response| response.status),
            fault: result.as_ref().err().map(|error| error.problem().code.word()),
            took,
            correlation_id: response.and_then(|response| response.header(self.request_id_header)),
        };
        // Nobody listening to the log is no reason to fail.
        let _ = self.log.send(entry);
        let mut health = self.health.lock();
        health.as_of = Some(at);
        match &result {
            Ok(response) => {
                if let Some(date) = response.date() {
                    let skew = self.dates.lock().skew(date, Timestamp::now());
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

    async fn send(&self, request: Request, carrier: ConnectionChoice) -> Result<Response, TransportError> {
        let (changes, asks_for_secret) =
            (request.method != Method::GET && carrier != ConnectionChoice::Reads, request.asks_for_secret);
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
                let error = classify(&e, changes);
                return Err(if e.is_connect() { self.on_the_way(error, &target).await } else { error });
            }
        };
        if let Some(tls) = incoming.extensions().get::<reqwest::tls::TlsInfo>() {
            self.certificate.get_or_init(|| tls.peer_certificate().and_then(certificates::server));
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
                proxy_refusal::refusal(proxy, login, target).await.map_or(error, TransportError::NotSent)
            }
            None if matches!(error.problem().code, Code::NameNotFound | Code::Unreachable | Code::TimedOut) => {
                let Some(variable) = proxy_refusal::unheard() else { return error };
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
            let exchange = self.exchange(request.clone(), ConnectionChoice::Reads, || ()).await;
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
