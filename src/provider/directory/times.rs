//! Moments and lengths of time as directories keep them. All arithmetic is checked: "never" is the smallest number there
//! is, and has no opposite.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// 100 ns in a second.
const TICKS: i64 = 10_000_000;
/// Seconds from 1601-01-01 to 1970-01-01.
const SINCE_1601: i64 = 11_644_473_600;

/// A moment of 100 ns since 1601; none for 0 and for "never" (the greatest number).
pub fn from_filetime(ticks: i64) -> Option<Timestamp> {
    if ticks <= 0 || ticks == i64::MAX {
        return None;
    }
    Timestamp::from_nanosecond(i128::from(ticks - SINCE_1601 * TICKS) * 100).ok()
}

/// How long a lock lasts in Active Directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockDuration {
    /// Until somebody unlocks it.
    Forever,
    /// So long.
    Lasts(Duration),
}

impl LockDuration {
    /// The same of a length where none, or a length of nothing, means "until somebody unlocks it".
    pub fn of(length: Option<Duration>) -> Self {
        length.filter(|length| !length.is_zero()).map_or(Self::Forever, Self::Lasts)
    }
}

/// A length of time as Active Directory keeps one: negative 100 ns; 0 and the smallest number mean "never ends"
/// (MS-ADTS 3.1.1.4.5.17).
pub fn lock_duration(ticks: i64) -> LockDuration {
    match ticks.checked_neg() {
        Some(ticks) if ticks > 0 => {
            let ticks = ticks.unsigned_abs();
            let nanoseconds = u32::try_from(ticks % TICKS.unsigned_abs() * 100).unwrap_or(0);
            LockDuration::Lasts(Duration::new(ticks / TICKS.unsigned_abs(), nanoseconds))
        }
        _ => LockDuration::Forever,
    }
}

/// A moment written `YYYYMMDDHH[MM[SS]][.f]Z` or with an offset in place of `Z` (RFC 4517 §3.3.13).
pub fn from_generalized(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (date, rest) = text.split_at(digits);
    let number = |from: usize, to: usize| date.get(from..to)?.parse::<i16>().ok();
    let small = |from: usize, to: usize| date.get(from..to)?.parse::<i8>().ok();
    // A fraction is one of the smallest unit that is told.
    let (minute, second, unit) = match digits {
        10 => (0, 0, 3_600),
        12 => (small(10, 12)?, 0, 60),
        _ => (small(10, 12)?, small(12, 14)?, 1),
    };
    let day = DateTime::new(number(0, 4)?, small(4, 6)?, small(6, 8)?, small(8, 10)?, minute, second.min(59), 0);
    let at = day.ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let (fraction, zone) = match rest.strip_prefix(['.', ',']) {
        Some(rest) => rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())),
        None => ("", rest),
    };
    let nanoseconds: i64 = format!("{fraction:0<9}").get(..9)?.parse::<i64>().ok()? * unit;
    let offset = match zone {
        "Z" => 0,
        zone => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let zone = zone.strip_prefix(['+', '-'])?;
            let hours: i64 = zone.get(..2)?.parse().ok()?;
            let minutes: i64 = zone.get(2..4).map_or(Ok(0), str::parse).ok()?;
            sign * (hours * 3_600 + minutes * 60)
        }
    };
    let at = at.checked_add(jiff::SignedDuration::from_nanos(nanoseconds)).ok()?;
    at.checked_sub(jiff::SignedDuration::from_secs(offset)).ok()
}

#[cfg(test)]
mod tests;
