//! `Retry-After`: seconds or an HTTP date (RFC 9110 §10.2.3).

use std::time::Duration;

use jiff::Timestamp;

/// No server means a longer wait than a day.
const LONGEST: Duration = Duration::from_secs(86_400);

/// The wait that a header value asks for at `now`; none when it is neither form.
#[must_use]
pub fn parse(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let until = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    let wait = until.duration_since(now);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO).min(LONGEST))
}
