//! What a look at a provider's set-up shows: one line for each thing that has to be right.

use std::borrow::Cow;

use super::word_enum::words;
use super::{Code, Problem, Untrusted};

words! {
    /// How good it is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum CheckGrade {
        /// As it should be.
        Good = "ok",
        /// It can't be told without trying, or the system doesn't say.
        NotTold = "not_told",
        /// It works, and should be otherwise.
        Warn = "warn",
        /// It doesn't work.
        Bad = "fail",
    }
}

/// One line of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckResult {
    /// What was looked at: `name`, `tls`, `login`, `right` …
    pub topic: &'static str,
    /// How good it is.
    pub grade: CheckGrade,
    /// What was seen; may hold the other side's words.
    pub says: Untrusted,
    /// What to do about it; empty where nothing is to be done.
    pub next: Cow<'static, str>,
}

impl CheckResult {
    /// The worst of what was found. What can't be told makes no system worse.
    pub fn worst(found: &[Self]) -> CheckGrade {
        let told = found.iter().map(|one| one.grade).filter(|grade| *grade != CheckGrade::NotTold);
        told.max().or(found.first().map(|one| one.grade)).unwrap_or(CheckGrade::Good)
    }

    /// Something that is as it should be.
    pub fn good(topic: &'static str, says: impl Into<Untrusted>) -> Self {
        Self { topic, grade: CheckGrade::Good, says: says.into(), next: "".into() }
    }

    /// Something that nobody tells.
    pub fn not_told(topic: &'static str, says: impl Into<Untrusted>, next: impl Into<Cow<'static, str>>) -> Self {
        Self { topic, grade: CheckGrade::NotTold, says: says.into(), next: next.into() }
    }

    /// Something that should be otherwise.
    pub fn warn(topic: &'static str, says: impl Into<Untrusted>, next: impl Into<Cow<'static, str>>) -> Self {
        Self { topic, grade: CheckGrade::Warn, says: says.into(), next: next.into() }
    }

    /// A right that the work needs.
    pub fn needed_right<T>(what: &str, read: &Result<T, Problem>) -> Self {
        match read {
            Ok(_) => Self::good("right", format!("reads {what}")),
            Err(problem) => {
                let topic = match (problem.code, problem.http_status) {
                    (Code::Login, _) => "login",
                    (_, Some(_)) => "right",
                    (_, None) => "reach",
                };
                Self::bad(topic, &format!("to read {what}"), problem)
            }
        }
    }

    /// A right that the work goes on without: what it lets one tell, and what isn't known without it.
    pub fn useful_right<T>(what: &str, tells: &str, without: &'static str, read: &Result<T, Problem>) -> Self {
        match read {
            Ok(_) => Self::good("right", format!("reads {what}: {tells}")),
            Err(problem) => Self::warn("right", format!("can't read {what}: {}", problem.line()), without),
        }
    }

    /// After how many bad passwords an account locks, and for how many seconds where it ends by itself; no number
    /// where the system locks nobody.
    pub fn lock_policy(read: Result<(Option<u32>, Option<i64>), Problem>) -> Self {
        let topic = "lock_policy";
        match read {
            Ok((Some(most), seconds)) => {
                let length = seconds
                    .map_or_else(|| ", until somebody opens it".to_owned(), |seconds| format!(", for {seconds} s"));
                Self::good(topic, format!("an account locks after {most} bad passwords{length}"))
            }
            Ok((None, _)) => Self::warn(topic, "the system locks nobody", "counts will have no limit"),
            Err(problem) => {
                let next = "limits and ends of locks will not be shown";
                Self::warn(topic, format!("can't be read: {}", problem.line()), next)
            }
        }
    }

    /// Something that doesn't work, and what it is needed for.
    pub fn bad(topic: &'static str, need: &str, problem: &Problem) -> Self {
        let lead = if need.is_empty() { String::new() } else { format!("{need}: ") };
        let says = format!("{lead}{}: {}", problem.what, problem.why.line());
        Self { topic, grade: CheckGrade::Bad, says: says.into(), next: problem.next.clone() }
    }
}
