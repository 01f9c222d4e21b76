//! A problem, told to an operator on the phone: what happened, why, what to do next.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::{Code, Untrusted};

/// What went wrong, why, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The kind.
    pub code: Code,
    /// What happened, in our words.
    pub what: Cow<'static, str>,
    /// Why, as far as it is known; may hold the other side's words.
    pub why: Untrusted,
    /// What the operator can do, in our words.
    pub next: Cow<'static, str>,
    /// The HTTP status, where there was an answer.
    pub http_status: Option<u16>,
    /// The other side's id of the exchange, for its support desk.
    pub correlation_id: Option<Untrusted>,
    /// How long the other side asked us to wait.
    pub retry_after: Option<Duration>,
}

impl Problem {
    /// A problem without an HTTP answer.
    pub fn new(
        code: Code,
        what: impl Into<Cow<'static, str>>,
        why: impl Into<Untrusted>,
        next: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            code,
            what: what.into(),
            why: why.into(),
            next: next.into(),
            http_status: None,
            correlation_id: None,
            retry_after: None,
        }
    }

    /// An id of the wrong shape, which never becomes part of a request.
    pub fn bad_id(what: &'static str, why: String) -> Self {
        Self::new(Code::BadId, what, why, "search for the person and act on the account that is found")
    }

    /// What and why, without what to do next: the reason for something else.
    pub fn reason(&self) -> Untrusted {
        let parts = [self.what.as_ref(), self.why.as_data()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ").into()
    }

    /// One inert line: what, why, next.
    ///
    /// ```
    /// use unbolt::domain::{Code, Problem};
    ///
    /// let problem = Problem::new(Code::NotFound, "nobody has this name", "adda", "search for a part of it");
    /// assert_eq!(problem.line(), "nobody has this name: adda. Next: search for a part of it");
    /// ```
    pub fn line(&self) -> String {
        let mut line = self.what.to_string();
        if !self.why.is_blank() {
            line.push_str(&format!(": {}", self.why.line()));
        }
        if let Some(id) = &self.correlation_id {
            line.push_str(&format!(" (correlation id {})", id.line()));
        }
        if !self.next.is_empty() {
            // The vendor's words may end with a stop of their own.
            line.push_str(if line.ends_with('.') { " Next: " } else { ". Next: " });
            line.push_str(&self.next);
        }
        line
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())
    }
}

impl std::error::Error for Problem {}
