//! How a provider is doing, for its state line, and each request to it, for the log that an operator can quote.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Problem, ProviderName, Untrusted};

/// A server's certificate, as far as an operator wants to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCertificate {
    /// Who signed it.
    pub issuer: Untrusted,
    /// When it runs out.
    pub until: Timestamp,
}

/// What was last seen of a provider's health.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProviderHealth {
    /// Whether the last exchange reached it; none before the first.
    pub reachable: Option<bool>,
    /// When the access token runs out.
    pub token_until: Option<Timestamp>,
    /// How long the last answer took.
    pub latency: Option<Duration>,
    /// Requests that may be sent at once before the own ceiling makes them wait.
    pub budget: Option<u32>,
    /// Requests under way.
    pub in_flight: u32,
    /// The last thing that went wrong; gone with the next answer that succeeds.
    pub problem: Option<Problem>,
    /// How far its clock is ahead of this machine's, in milliseconds; none before it told.
    pub skew_ms: Option<i64>,
    /// Its certificate, where there is one.
    pub certificate: Option<ServerCertificate>,
    /// When this was seen.
    pub as_of: Option<Timestamp>,
}

/// A `Date` header counts whole seconds: a smaller difference is none.
const SKEW_MS: i64 = 2_000;

impl ProviderHealth {
    /// One of our moments on the other side's clock.
    pub fn on_server_clock(&self, at: Timestamp) -> Timestamp {
        let skew = self.skew_ms.filter(|skew| skew.abs() >= SKEW_MS).unwrap_or(0);
        at.checked_add(SignedDuration::from_millis(skew)).unwrap_or(at)
    }
}

/// One request and how it went. No header and no body: those can hold secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLogEntry {
    /// When it was sent.
    pub at: Timestamp,
    /// To whom.
    pub provider: ProviderName,
    /// The HTTP method.
    pub method: &'static str,
    /// The URL, secrets in it redacted.
    pub url: Untrusted,
    /// The status, where there was an answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub fault: Option<&'static str>,
    /// From the first byte sent to the last received.
    pub took: Duration,
    /// The other side's id of the exchange.
    pub correlation_id: Option<Untrusted>,
}
