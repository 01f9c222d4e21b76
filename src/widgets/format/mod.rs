//! How facts are worded, for the screen and for lines alike: a word and a shape, colour third.

mod glyphs;
mod times;

use crate::domain::{Account, Cause, CheckGrade, Layer, LedgerRow, Lock, Problem, Untrusted, in_words};

pub use glyphs::{ASCII, Glyphs, UNICODE};
pub use times::{age, ages, clock, clock_millis, clock_seconds, minute, moment, since_until, stretch, until};

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
pub fn state(account: &Account, glyphs: Glyphs) -> (&'static str, &'static str, Severity) {
    match (&account.lock, account.barred) {
        (Lock::Locked { cause: Cause::Admin, .. }, _) => (glyphs.on_purpose, "on purpose", Severity::Warning),
        (Lock::Locked { .. }, _) => (glyphs.locked, "LOCKED", Severity::Danger),
        _ if account.enabled == Some(false) => (glyphs.disabled, "disabled", Severity::Warning),
        (Lock::Open, Some(barred)) => (glyphs.disabled, barred, Severity::Warning),
        (Lock::Open, None) if account.password.needs_change => (glyphs.disabled, "expired", Severity::Warning),
        (Lock::Open, None) => (glyphs.open, "open", Severity::Success),
        (Lock::NotReported, _) => (glyphs.none, "not reported", Severity::Muted),
        (Lock::Unknown { problem: None }, _) => (glyphs.none, "not read", Severity::Muted),
        (Lock::Unknown { .. }, _) => (glyphs.unknown, "not read", Severity::Warning),
    }
}

/// The word of a finding's grade, and what it means.
pub fn grade(grade: CheckGrade) -> (&'static str, Severity) {
    match grade {
        CheckGrade::Good => ("ok", Severity::Success),
        CheckGrade::NotTold => ("unknown", Severity::Muted),
        CheckGrade::Warn => ("WARN", Severity::Warning),
        CheckGrade::Bad => ("FAIL", Severity::Danger),
    }
}

/// Why an account is locked, or what else keeps its owner out, and the same in fewer cells; empty where there is nothing
/// to say.
pub fn why(account: &Account) -> (String, String) {
    let only_password = !account.layers.is_empty() && account.locked_layers().all(|one| one.layer == Layer::PASSWORD);
    let by = |word: &str| account.locked_by.as_ref().map(|by| format!(", {word} {}", by.cell())).unwrap_or_default();
    let cause = match account.lock.cause() {
        Some(Cause::Admin) => Some((format!("on purpose{}", by("by")), "on purpose")),
        Some(Cause::BadPasswords) if only_password => {
            Some(("bad passwords, password only".to_owned(), "password only"))
        }
        Some(Cause::BadPasswords) => Some(("bad passwords".to_owned(), "passwords")),
        Some(Cause::Mfa) => Some(("second factor".to_owned(), "second factor")),
        Some(Cause::Unknown) if account.is_read() => Some((format!("cause unknown{}", by("through")), "unknown")),
        _ => None,
    };
    let (mut long, mut short): (Vec<String>, Vec<&str>) = cause.into_iter().unzip();
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
    if let Some(problem) = account.lock.problem() {
        long.push(problem.what.to_string());
        return (long.join(", "), [short.join(" + "), reason(problem)].join(" ").trim().to_owned());
    }
    // Short words run into each other behind a comma: "passwords, expired".
    (long.join(", "), short.join(" + "))
}

/// What a record's outcome means; one that a Mac's later answer contradicts needs a look.
pub fn recorded(row: &LedgerRow) -> Severity {
    match row.outcome {
        _ if row.open || row.contradicted.is_some() => Severity::Warning,
        "unlocked" | "acknowledged" | "already_open" => Severity::Success,
        "left_alone" => Severity::Muted,
        _ => Severity::Danger,
    }
}

/// Why something couldn't be read, in two words: `login refused`, `timed out`.
pub fn reason(problem: &Problem) -> String {
    in_words(problem.code.word())
}

/// The ticket that something was recorded with, as it may be shown there.
pub fn ticket(ticket: Option<&Untrusted>, shown: impl Fn(&Untrusted) -> String) -> String {
    ticket.map_or_else(|| "no ticket".to_owned(), |ticket| format!("ticket {}", shown(ticket)))
}

/// How many: `1 row`, `3 rows`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// The first of some names with that between them, and how many more there are: `a, b and 3 more`.
pub fn first_of(names: &[String], most: usize, between: &str) -> String {
    let shown = names.get(..most).unwrap_or(names).join(between);
    let more = names.len().saturating_sub(most);
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

/// The parts that say something, with that between them.
pub fn joined(parts: impl IntoIterator<Item = String>, between: &str) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

/// An account's name for people beside its user name, where the two differ.
pub fn named(name: &Untrusted, username: &Untrusted) -> String {
    let (name, username) = (name.cell(), username.cell());
    if name == username { name } else { format!("{name} ({username})") }
}

#[cfg(test)]
mod tests;
