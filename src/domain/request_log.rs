//! One request as it was sent, for the request log that an operator can quote.

use std::time::Duration;

use jiff::Timestamp;

use super::account_key::ProviderName;
use super::untrusted::Untrusted;

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
