//! How facts are worded, for the screen and for lines alike: a word and a shape, colour third.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::Account;
use crate::domain::Lock;

/// The shapes of the states, in Unicode or plain ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Locked.
    pub locked: &'static str,
    /// Open.
    pub open: &'static str,
    /// Not reported, or not read.
    pub none: &'static str,
    /// Unknown.
    pub unknown: &'static str,
    /// Switched off.
    pub disabled: &'static str,
    /// The marker of the selected row.
    pub marker: &'static str,
    /// Between two facts on a line.
    pub dot: &'static str,
    /// Cut off.
    pub ellipsis: &'static str,
}

/// The usual signs.
pub const UNICODE: Glyphs =
    Glyphs {
        locked: "●", open: "○", none: "–", unknown: "?", disabled: "×", marker: "▌", dot: "·", ellipsis: "…"
    };

/// Glyphs for a locale or a font without more.
pub const ASCII: Glyphs =
    Glyphs { locked: "*", open: "o", none: "-", unknown: "?", disabled: "x", marker: ">", dot: "|", ellipsis: "~" };

/// What the state of an account means to somebody who looks for colour or weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Locked.
    Danger,
    /// Open.
    Success,
    /// Needs attention: disabled, unknown.
    Warning,
    /// Nothing to tell.
    Muted,
}

/// The shape, word and tone of an account's state.
#[must_use]
pub fn state(account: &Account, signs: Glyphs) -> (&'static str, &'static str, Severity) {
    match (&account.lock, account.enabled) {
        (Lock::Locked { .. }, _) => (signs.locked, "LOCKED", Severity::Danger),
        (_, Some(false)) => (signs.disabled, "disabled", Severity::Warning),
        (Lock::Open, _) if account.barred.is_some() => {
            (signs.disabled, account.barred.unwrap_or(""), Severity::Warning)
        }
        (Lock::Open, _) => (signs.open, "open", Severity::Success),
        (Lock::NotReported, _) => (signs.none, "not reported", Severity::Muted),
        (Lock::Unknown { problem: None }, _) => (signs.none, "not read", Severity::Muted),
        (Lock::Unknown { .. }, _) => (signs.unknown, "unknown", Severity::Warning),
    }
}

/// A clock time; with the date when it isn't today's.
#[must_use]
pub fn clock(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if at.date() == today.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at.strftime(form).to_string()
}

/// A clock time with seconds, for "as of".
#[must_use]
pub fn clock_seconds(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// A clock time with milliseconds, for steps.
#[must_use]
pub fn clock_millis(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S%.3f").to_string()
}

/// `since 12:23` and `until 12:41`, `until an admin unlocks` or `end not reported`, as far as they are known.
#[must_use]
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
