//! Exit codes, a table that scripts rely on.

use std::fmt::Display;
use std::process::ExitCode;

use crate::domain::Outcome;

use super::console::say;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything done or already open.
    Done = 0,
    /// Failed or not found.
    Failed = 1,
    /// Usage, configuration, or a choice is needed.
    Usage = 2,
    /// Some done and some not.
    Mixed = 3,
    /// An outcome is unknown.
    Unknown = 4,
    /// Refused by a rule, by the ledger, or because an earlier unlock is still open.
    Refused = 5,
    /// Accepted or waiting for approval, not confirmed in time.
    Waiting = 6,
    /// Interrupted.
    Interrupted = 130,
}

/// Each code and what it means, for help and manual.
pub const EXIT_CODES: [(u8, &str); 8] = [
    (0, "all done, already open, or left alone where nothing is locked"),
    (1, "failed, not found, locked and left alone, or the output couldn't be written"),
    (2, "usage, configuration, or a choice is needed"),
    (3, "some done and some not; a list that isn't whole; an account whose lock nobody knows"),
    (4, "an outcome is unknown"),
    (5, "refused by a rule, by the ledger, by your own no, or because an earlier unlock is still open"),
    (6, "accepted or waiting for approval, not confirmed within `--wait`"),
    (130, "interrupted"),
];

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An outcome as it counts for a code: what was left alone while it is locked is not done.
pub fn counted(outcome: Outcome, is_locked: bool) -> Outcome {
    if outcome == Outcome::LeftAlone && is_locked { Outcome::StillLocked } else { outcome }
}

impl Exit {
    /// Says why the program ends like this.
    pub fn because(self, why: &(impl Display + ?Sized)) -> Self {
        say(&why.to_string());
        self
    }

    /// The same for an error, which says why itself.
    pub fn saying<E: Display>(self) -> impl Fn(E) -> Self {
        move |why| self.because(&why)
    }

    /// The code of something that was done so many times of so many.
    pub fn of_part(done: usize, all: usize) -> Self {
        match done {
            n if n == all => Self::Done,
            0 => Self::Failed,
            _ => Self::Mixed,
        }
    }

    /// The code of a whole set of outcomes: unknown first, then mixed, then all refused, then waiting.
    pub fn of(outcomes: &[Outcome]) -> Self {
        let some = |test: fn(&Outcome) -> bool| outcomes.iter().any(test);
        let all = |test: fn(&Outcome) -> bool| outcomes.iter().all(test);
        let done = |outcome: &Outcome| outcome.is_done();
        if some(|outcome| *outcome == Outcome::Unknown) {
            Self::Unknown
        } else if all(done) {
            Self::Done
        } else if some(done) && some(|outcome| !outcome.is_done() && !outcome.is_waiting()) {
            Self::Mixed
        } else if all(|outcome| *outcome == Outcome::Refused) {
            Self::Refused
        } else if all(|outcome| outcome.is_waiting() || outcome.is_done()) {
            Self::Waiting
        } else {
            Self::Failed
        }
    }
}

#[cfg(test)]
mod tests;
