//! `Retry-After`: seconds or an HTTP date (RFC 9110 §10.2.3), and the three forms of such a date (§5.6.7).

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// No server means a longer wait than a day.
const LONGEST: Duration = Duration::from_secs(86_400);

/// The wait that a header value asks for at `now`; none when it is neither form. A fraction of a second, which some
/// servers send, counts as it is; less than nothing is no wait.
pub fn parse(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let is_plain = value.strip_prefix('-').unwrap_or(value).bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if let Some(seconds) = value.parse::<f64>().ok().filter(|_| is_plain) {
        return Some(Duration::from_secs_f64(seconds.clamp(0.0, LONGEST.as_secs_f64())));
    }
    let wait = http_date(value)?.duration_since(now);
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO).min(LONGEST))
}

/// An HTTP date in the usual form, or in one of the two old ones that still have to be understood.
pub fn http_date(value: &str) -> Option<Timestamp> {
    let value = value.trim();
    if let Ok(at) = jiff::fmt::rfc2822::parse(value) {
        return Some(at.timestamp());
    }
    let (_, rfc_850) = value.split_once(", ").unwrap_or_default();
    let civil = DateTime::strptime("%d-%b-%y %H:%M:%S GMT", rfc_850)
        .or_else(|_| DateTime::strptime("%a %b %e %H:%M:%S %Y", value))
        .ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests;
