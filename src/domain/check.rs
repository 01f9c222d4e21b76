//! What a look at a provider's set-up shows: one line for each thing that has to be right.

use std::borrow::Cow;

use super::problem::Problem;
use super::untrusted::Untrusted;

/// How good it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As it should be.
    Good,
    /// It can't be told without trying, or the system doesn't say.
    NotTold,
    /// It works, and should be otherwise.
    Warn,
    /// It doesn't work.
    Bad,
}

impl Grade {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::NotTold => "not_told",
            Self::Warn => "warn",
            Self::Bad => "fail",
        }
    }
}

/// One line of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: `name`, `tls`, `login`, `right` …
    pub topic: &'static str,
    /// How good it is.
    pub grade: Grade,
    /// What was seen; may hold the other side's words.
    pub says: Untrusted,
    /// What to do about it; empty where nothing is to be done.
    pub next: Cow<'static, str>,
}

impl Finding {
    /// Something that is as it should be.
    pub fn good(topic: &'static str, says: impl Into<Untrusted>) -> Self {
        Self { topic, grade: Grade::Good, says: says.into(), next: "".into() }
    }

    /// Something that nobody tells.
    pub fn not_told(topic: &'static str, says: impl Into<Untrusted>, next: impl Into<Cow<'static, str>>) -> Self {
        Self { topic, grade: Grade::NotTold, says: says.into(), next: next.into() }
    }

    /// Something that should be otherwise.
    pub fn warn(topic: &'static str, says: impl Into<Untrusted>, next: impl Into<Cow<'static, str>>) -> Self {
        Self { topic, grade: Grade::Warn, says: says.into(), next: next.into() }
    }

    /// Something that doesn't work, and what it is needed for.
    #[must_use]
    pub fn bad(topic: &'static str, need: &str, problem: &Problem) -> Self {
        let lead = if need.is_empty() { String::new() } else { format!("{need}: ") };
        let says = format!("{lead}{}: {}", problem.what, problem.why.line());
        Self { topic, grade: Grade::Bad, says: says.into(), next: problem.next.clone() }
    }
}
