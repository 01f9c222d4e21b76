//! How facts are worded, for the screen and for lines alike: a word and a shape, colour third.

mod glyphs;
mod times;

use crate::domain::{Account, Cause, Layer, Lock, Problem, Untrusted};

pub use glyphs::{ASCII, Glyphs, UNICODE};
pub use times::{age, ages, clock, clock_millis, clock_seconds, minute, since_until, stretch, until};

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

/// Why something couldn't be read, in two words: `login refused`, `timed out`.
pub fn reason(problem: &Problem) -> String {
    problem.code.word().replace('_', " ")
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
