//! How facts are worded, for the screen and for lines alike: a word and a shape, colour third.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::{Account, Cause, Layer, Lock, Problem, Untrusted};

/// The shapes, in Unicode or plain ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Locked.
    pub locked: &'static str,
    /// Locked on purpose.
    pub on_purpose: &'static str,
    /// Open.
    pub open: &'static str,
    /// Not reported, or not known yet; between the ends of a range.
    pub none: &'static str,
    /// It couldn't be read.
    pub unknown: &'static str,
    /// Switched off, or kept out otherwise.
    pub disabled: &'static str,
    /// The marker of the selected row.
    pub marker: &'static str,
    /// Between two facts on a line.
    pub dot: &'static str,
    /// Cut off.
    pub ellipsis: &'static str,
    /// A box of a meter that is full.
    pub full: &'static str,
    /// One that isn't.
    pub empty: &'static str,
    /// What a gauge is made of.
    pub gauge: &'static str,
    /// What is still to be done of it.
    pub rest: &'static str,
    /// Ordered upwards.
    pub up: &'static str,
    /// Ordered downwards.
    pub down: &'static str,
}

/// The usual shapes.
pub const UNICODE: Glyphs = Glyphs {
    locked: "●",
    on_purpose: "◆",
    open: "○",
    none: "–",
    unknown: "?",
    disabled: "×",
    marker: "▌",
    dot: "·",
    ellipsis: "…",
    full: "■",
    empty: "□",
    gauge: "█",
    rest: "░",
    up: "▲",
    down: "▼",
};

/// Shapes for a locale or a font without more.
pub const ASCII: Glyphs = Glyphs {
    locked: "*",
    on_purpose: "!",
    open: "o",
    none: "-",
    unknown: "?",
    disabled: "x",
    marker: ">",
    dot: "|",
    ellipsis: "~",
    full: "#",
    empty: ".",
    gauge: "#",
    rest: ".",
    up: "^",
    down: "v",
};

/// What a state means to somebody who looks for colour or weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing to tell.
    Muted,
    /// Open.
    Success,
    /// Needs a look: on purpose, disabled, not read.
    Warning,
    /// Locked.
    Danger,
}

/// The shape, word and severity of an account's state: one word for one state, everywhere.
#[must_use]
pub fn state(account: &Account, glyphs: Glyphs) -> (&'static str, &'static str, Severity) {
    match (&account.lock, account.enabled) {
        (Lock::Locked { cause: Cause::Admin, .. }, _) => (glyphs.on_purpose, "on purpose", Severity::Warning),
        (Lock::Locked { .. }, _) => (glyphs.locked, "LOCKED", Severity::Danger),
        (_, Some(false)) => (glyphs.disabled, "disabled", Severity::Warning),
        (Lock::Open, _) if account.barred.is_some() => {
            (glyphs.disabled, account.barred.unwrap_or(""), Severity::Warning)
        }
        (Lock::Open, _) if account.password.needs_change => (glyphs.disabled, "expired", Severity::Warning),
        (Lock::Open, _) => (glyphs.open, "open", Severity::Success),
        (Lock::NotReported, _) => (glyphs.none, "not reported", Severity::Muted),
        (Lock::Unknown { problem: None }, _) => (glyphs.none, "not read", Severity::Muted),
        (Lock::Unknown { .. }, _) => (glyphs.unknown, "not read", Severity::Warning),
    }
}

/// Why an account is locked, or what else keeps its owner out, and the same in fewer cells; empty where there is nothing
/// to say.
#[must_use]
pub fn why(account: &Account) -> (String, String) {
    let mut long: Vec<String> = Vec::new();
    let mut short: Vec<&str> = Vec::new();
    let only_password = !account.layers.is_empty() && account.locked_layers().all(|one| one.layer == Layer::PASSWORD);
    match account.lock.cause() {
        Some(Cause::Admin) => {
            let by = account.locked_by.as_ref().map(|by| format!(", by {}", by.cell())).unwrap_or_default();
            long.push(format!("on purpose{by}"));
            short.push("on purpose");
        }
        Some(Cause::BadPasswords) if only_password => {
            long.push("bad passwords, password only".to_owned());
            short.push("password only");
        }
        Some(Cause::BadPasswords) => {
            long.push("bad passwords".to_owned());
            short.push("passwords");
        }
        Some(Cause::Mfa) => {
            long.push("second factor".to_owned());
            short.push("second factor");
        }
        Some(Cause::Unknown) if account.is_read() => {
            let by = account.locked_by.as_ref().map(|by| format!(", through {}", by.cell())).unwrap_or_default();
            long.push(format!("cause unknown{by}"));
            short.push("unknown");
        }
        _ => {}
    }
    let also = [
        (account.enabled == Some(false)).then_some("disabled"),
        account.barred,
        account.password.needs_change.then_some("password expired"),
    ];
    let is_state = |word: &str| !account.lock.is_locked() && matches!(word, "disabled" | "suspended" | "staged");
    for word in also.into_iter().flatten().filter(|word| !is_state(word)) {
        long.push(word.to_owned());
        short.push(if word == "password expired" { "expired" } else { word });
    }
    if let Lock::Unknown { problem: Some(problem) } = &account.lock {
        long.push(problem.what.to_string());
        return (long.join(", "), [short.join(" + "), reason(problem)].join(" ").trim().to_owned());
    }
    // Short words run into each other behind a comma: "passwords, expired".
    (long.join(", "), short.join(" + "))
}

/// Why something couldn't be read, in two words: `login refused`, `timed out`.
#[must_use]
pub fn reason(problem: &Problem) -> String {
    problem.code.word().replace('_', " ")
}

/// The turn of the minute that a moment lies in: with it, and with nothing sooner, ages are drawn anew.
#[must_use]
pub fn minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at)
}

/// How long ago a moment was, in whole minutes: `< 1 min`, `3 min`, `2 h`, `4 days`.
#[must_use]
pub fn age(at: Timestamp, now: Timestamp) -> String {
    let ago = now.duration_since(at);
    if ago < SignedDuration::from_mins(1) {
        return "< 1 min".to_owned();
    }
    span(ago.as_secs() / 60)
}

/// How long a moment is still away, never sooner than it comes: `in 12 min`, `now`.
#[must_use]
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
#[must_use]
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
#[must_use]
pub fn clock(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if at.date() == today.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at.strftime(form).to_string()
}

/// A clock time with seconds, for "read".
#[must_use]
pub fn clock_seconds(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// A clock time with milliseconds, for steps.
#[must_use]
pub fn clock_millis(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S%.3f").to_string()
}

/// `since 12:23` and `until 12:41`, `until an admin unlocks` or `end not reported`, as far as they are known: for
/// details, questions and lines.
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

/// A short stretch of time in words: `20 s`, `3 min`.
#[must_use]
pub fn stretch(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    if seconds < 100 { format!("{seconds} s") } else { self::span(seconds / 60) }
}

/// An account's name for people beside its user name, where the two differ.
#[must_use]
pub fn named(name: &Untrusted, username: &Untrusted) -> String {
    let (name, username) = (name.cell(), username.cell());
    if name == username { name } else { format!("{name} ({username})") }
}

#[cfg(test)]
mod tests {
    use super::{age, until};

    #[test]
    fn ages_are_whole_minutes_and_no_end_is_told_too_early() {
        let at = |text: &str| text.parse().unwrap();
        let now = at("2026-01-01T11:03:12Z");
        for (moment, words) in [
            ("2026-01-01T11:03:10Z", "< 1 min"),
            ("2026-01-01T11:02:30Z", "< 1 min"),
            ("2026-01-01T11:00:00Z", "3 min"),
            ("2026-01-01T08:00:00Z", "3 h"),
            ("2025-12-28T08:00:00Z", "4 days"),
        ] {
            assert_eq!(age(at(moment), now), words, "{moment}");
        }
        for (moment, words) in [
            ("2026-01-01T11:15:30Z", "in 13 min"),
            ("2026-01-01T11:03:20Z", "in 1 min"),
            ("2026-01-01T11:03:00Z", "now"),
            ("2026-01-01T13:03:00Z", "in 2 h"),
        ] {
            assert_eq!(until(at(moment), now), words, "{moment}");
        }
    }
}
