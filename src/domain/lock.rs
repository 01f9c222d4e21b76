//! Whether an account is locked, since when, until when and why.

use jiff::Timestamp;

use super::problem::Problem;
use super::word_enum::words;

words! {
    /// Why an account is locked.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Cause {
        /// Too many wrong passwords.
        BadPasswords = "bad_passwords",
        /// Too many failed second factors.
        Mfa = "mfa",
        /// The system can't tell, or its signs contradict each other.
        Unknown = "unknown",
        /// An administrator locked it on purpose.
        Admin = "admin",
    }
}

impl Cause {
    /// The words for the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::BadPasswords => "bad passwords",
            Self::Mfa => "failed second factor",
            Self::Unknown => "cause unknown",
            Self::Admin => "locked by an admin",
        }
    }
}

/// The lock state of an account or of one of its layers (law 4: disabled and expired are other facts).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Read as not locked.
    Open,
    /// Read as locked.
    Locked {
        /// When it was locked, where the system says so.
        since: Option<Timestamp>,
        /// When it opens by itself; none means that an administrator has to open it.
        until: Option<Timestamp>,
        /// Why.
        cause: Cause,
    },
    /// The system has no such fact to report.
    NotReported,
    /// Not known now: with the problem that prevented the read, or none when nobody has asked yet.
    Unknown {
        /// What prevented the read.
        problem: Option<Box<Problem>>,
    },
}

impl Lock {
    /// Not asked yet.
    pub const UNREAD: Self = Self::Unknown { problem: None };

    /// Not known, because an answer didn't tell it.
    pub fn unknown(problem: Problem) -> Self {
        Self::Unknown { problem: Some(Box::new(problem)) }
    }

    /// True for `Locked`.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Locked { .. })
    }

    /// When a lock began, where the system says so.
    pub fn since(&self) -> Option<Timestamp> {
        match self {
            Self::Locked { since, .. } => *since,
            _ => None,
        }
    }

    /// When a lock ends by itself, where the system says so.
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Locked { until, .. } => *until,
            _ => None,
        }
    }

    /// The cause of a lock.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Self::Locked { cause, .. } => Some(*cause),
            _ => None,
        }
    }

    /// What prevented the read.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Unknown { problem } => problem.as_deref(),
            _ => None,
        }
    }

    /// The lock of an account made of layers: locked if one is, with the earliest start, the latest end
    /// and the gravest cause; otherwise the least certain of them.
    ///
    /// ```
    /// use unbolt::domain::{Cause, Lock};
    ///
    /// let password = Lock::Locked { since: None, until: None, cause: Cause::BadPasswords };
    /// assert_eq!(Lock::over([&Lock::Open, &password]), password);
    /// assert_eq!(Lock::over([&Lock::Open, &Lock::NotReported]), Lock::NotReported, "not reported is never open");
    /// ```
    pub fn over<'a>(layers: impl IntoIterator<Item = &'a Lock>) -> Lock {
        layers.into_iter().fold(Lock::Open, |whole, layer| match (whole, layer) {
            (Lock::Locked { since: s1, until: u1, cause: c1 }, Lock::Locked { since: s2, until: u2, cause: c2 }) => {
                Lock::Locked {
                    since: s1.into_iter().chain(*s2).min(),
                    until: u1.zip(*u2).map(|(a, b)| a.max(b)),
                    cause: c1.max(*c2),
                }
            }
            (whole @ Lock::Locked { .. }, _) | (whole, Lock::Open) => whole,
            (_, layer @ Lock::Locked { .. }) => layer.clone(),
            (whole @ Lock::Unknown { .. }, _) => whole,
            (_, layer) => layer.clone(),
        })
    }

    /// The word in JSON: `open`, `locked`, `not_reported` or `unknown`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Locked { .. } => "locked",
            Self::NotReported => "not_reported",
            Self::Unknown { .. } => "unknown",
        }
    }
}
