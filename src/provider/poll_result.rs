//! Whom an answer is about, and what one look at an account says of its unlock: the one rule of relock, gone, doubt and
//! wrong id.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Account, Code, Lock, OpenUnlock, Outcome, PollResult, PollStatus, Problem, Unlock, Untrusted};

use super::ids::{dn_parts, unescaped, without_braces};

/// The time between two looks.
const PAUSE: Duration = Duration::from_secs(1);
/// A lock that began this much after the intent, on the system's clock, is a new one.
const NEW_LOCK: SignedDuration = SignedDuration::from_secs(2);

/// The answer of a read, if it is about the account that was asked about.
///
/// # Errors
/// The read's own problem, or one that names both accounts.
pub fn checked(id: &Untrusted, read: Result<Option<Account>, Problem>) -> Result<Option<Account>, Problem> {
    match read? {
        Some(account) if !account.key.id.same_name(id.as_data()) => Err(wrong_account(id, &account.key.id)),
        account => Ok(account),
    }
}

/// True when an unlock's answer is about the account that was asked for: its id, or an id that it was read with.
pub fn is_about(unlock: &Unlock, about: &Untrusted) -> bool {
    let about = normal_id(about.as_data());
    let is_comparable = |own: &&Untrusted| is_dn(own.as_data()) == is_dn(&about);
    let comparable: Vec<&Untrusted> = unlock.aliases.iter().filter(is_comparable).collect();
    normal_id(unlock.key.id.as_data()) == about
        || comparable.iter().any(|own| normal_id(own.as_data()) == about)
        // A DN says nothing where none was read.
        || (is_dn(&about) && comparable.is_empty())
}

fn is_dn(id: &str) -> bool {
    id.contains('=')
}

/// An id without the differences that mean nothing: case, braces, and in a distinguished name spaces beside its commas
/// and how a sign in it is escaped (RFC 4514 §2.4).
pub fn normal_id(id: &str) -> String {
    let id = id.trim();
    let bare = without_braces(id);
    if !is_dn(bare) {
        return bare.to_lowercase();
    }
    let normal = |part: &str| unescaped(part).trim().to_lowercase().replacen(" =", "=", 1).replacen("= ", "=", 1);
    // A comma inside a value can't be taken for one between two.
    dn_parts(bare).into_iter().map(normal).collect::<Vec<_>>().join("\u{1f}")
}

/// An answer about somebody else is no answer (law 5).
pub fn wrong_account(asked: &Untrusted, answered: &Untrusted) -> Problem {
    Problem::new(
        Code::WrongAccount,
        "the answer is about another account than the one that was asked about",
        format!("asked about {}, answered about {}", asked.line(), answered.line()),
        "look at both accounts in the system's own console; a cache or a proxy in between may mix answers up",
    )
}

/// The system says that it knows no such account.
pub fn gone() -> Problem {
    Problem::new(
        Code::NotFound,
        "the account no longer exists",
        "the system says that it knows no such account",
        "search for the person again",
    )
}

/// What a look at the account says of its unlock. `asked_at` is when it was asked for, on the system's own clock.
pub fn poll_result(read: Result<Option<Account>, Problem>, open: &OpenUnlock, asked_at: Timestamp) -> PollResult {
    let account = match read {
        Ok(Some(account)) => account,
        Ok(None) => {
            return PollResult::seen("the account is gone", PollStatus::Gone(PAUSE, gone()), None);
        }
        Err(problem) => {
            let what = problem.what.to_string();
            let status = match problem.code {
                // Nobody knows on whom the change was made: it is not repeated.
                Code::WrongAccount => PollStatus::Ended(Outcome::Unknown, Some(problem)),
                _ => PollStatus::AskAgain(PAUSE, Some(problem)),
            };
            return PollResult::seen(what, status, None);
        }
    };
    let layer = account.layers.iter().find(|layer| layer.layer == open.layer);
    let status = match layer.map(|layer| &layer.lock) {
        Some(Lock::Open) => PollStatus::Ended(Outcome::Unlocked, None),
        Some(Lock::Locked { since: Some(since), .. }) if since.duration_since(asked_at) > NEW_LOCK => {
            PollStatus::Ended(Outcome::Relocked, None)
        }
        Some(Lock::Locked { .. }) => PollStatus::AskAgain(PAUSE, None),
        Some(Lock::Unknown { problem: Some(problem) }) => PollStatus::AskAgain(PAUSE, Some((**problem).clone())),
        Some(Lock::Unknown { problem: None } | Lock::NotReported) | None => {
            let why = Problem::new(
                Code::BadAnswer,
                "the system no longer reports this lock",
                "",
                "look at the account in its console",
            );
            PollStatus::AskAgain(PAUSE, Some(why))
        }
    };
    PollResult::seen(account.reported(), status, Some(Box::new(account)))
}

#[cfg(test)]
mod tests;
