//! Times and spans, as they are shown.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::{Account, Lock};

use super::Glyphs;

/// The turn of the minute that a moment lies in: with it, and with nothing sooner, ages are drawn anew.
pub fn minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at)
}

/// How long ago a moment was, in whole minutes: `< 1 min`, `3 min`, `2 h`, `4 days`.
pub fn age(at: Timestamp, now: Timestamp) -> String {
    let ago = now.duration_since(at);
    if ago < SignedDuration::from_mins(1) {
        return "< 1 min".to_owned();
    }
    span(ago.as_secs() / 60)
}

/// How long a moment is still away, never sooner than it comes: `in 12 min`, `now`.
pub fn until(at: Timestamp, now: Timestamp) -> String {
    let left = at.duration_since(now).as_secs();
    if left <= 0 { "now".to_owned() } else { format!("in {}", span((left + 59) / 60)) }
}

fn span(minutes: i64) -> String {
    match minutes {
        ..100 => format!("{minutes} min"),
        100..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}

/// Since when an account is locked, and when it opens: ages, `admin` where an administrator has to open it, a dash where
/// its system doesn't say. Empty where it isn't locked.
pub fn ages(account: &Account, now: Timestamp, glyphs: Glyphs) -> (String, String) {
    let Lock::Locked { since, until: ends, .. } = &account.lock else { return (String::new(), String::new()) };
    let since = since.map_or_else(|| glyphs.none.to_owned(), |at| age(at, now));
    let opens = match ends {
        Some(at) => until(*at, now),
        None if account.tells_end => "admin".to_owned(),
        None => glyphs.none.to_owned(),
    };
    (since, opens)
}

/// A clock time; with the date when it isn't today's.
pub fn clock(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if at.date() == today.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at.strftime(form).to_string()
}

/// A clock time with seconds, for "read".
pub fn clock_seconds(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// A clock time with milliseconds, for steps.
pub fn clock_millis(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S%.3f").to_string()
}

/// A moment with its date and its zone, for what is read elsewhere.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

/// `since 12:23` and `until 12:41`, `until an admin unlocks` or `end not reported`, as far as they are known: for
/// details, questions and lines.
pub fn since_until(account: &Account, now: Timestamp, zone: &TimeZone) -> (String, String) {
    let Lock::Locked { since, until, .. } = &account.lock else { return (String::new(), String::new()) };
    let since = since.map(|at| format!("since {}", clock(at, now, zone))).unwrap_or_default();
    let until = match until {
        Some(at) => format!("until {}", clock(*at, now, zone)),
        None if account.tells_end => "until an admin unlocks".to_owned(),
        None => "end not reported".to_owned(),
    };
    (since, until)
}

/// A short stretch of time in words: `20 s`, `3 min`.
pub fn stretch(of: SignedDuration) -> String {
    let seconds = of.as_secs().max(0);
    if seconds < 100 { format!("{seconds} s") } else { span(seconds / 60) }
}
