//! A problem, told to an operator on the phone: what happened, why, what to do next.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::untrusted::Untrusted;

/// The kinds of problems. The word is part of the JSON and of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The system couldn't be reached.
    Unreachable,
    /// The name doesn't resolve.
    NameNotFound,
    /// The certificate wasn't accepted.
    Tls,
    /// No answer in time.
    TimedOut,
    /// The connection was cut.
    Cut,
    /// The login of the tool itself was refused.
    Login,
    /// The tool lacks a right.
    Forbidden,
    /// There is no such account or path.
    NotFound,
    /// The system asks to slow down.
    Throttled,
    /// The media type was refused.
    MediaType,
    /// The request was refused as wrong.
    BadRequest,
    /// The system answered with an error of its own.
    Server,
    /// The answer is not what the contract says.
    BadAnswer,
    /// The answer is larger than the cap.
    TooLarge,
    /// The answer points to another place.
    Redirected,
    /// The ledger couldn't be written.
    Ledger,
    /// A rule forbids it.
    Refused,
    /// The account changed between the look and the act.
    Changed,
    /// An earlier unlock of the account has no end yet.
    StillOpen,
    /// A device hasn't answered.
    Unanswered,
    /// A device answered that it couldn't do it.
    Device,
    /// An id has the wrong shape.
    BadId,
    /// The answer is about another account than the one that was asked about.
    WrongAccount,
    /// The system doesn't know this request: an older version, or another edition.
    Unsupported,
    /// A list was cut, or its end isn't known.
    Incomplete,
    /// A proxy in between let nothing through.
    Proxy,
    /// A newer question took its place.
    Superseded,
    /// A part of the program broke.
    Internal,
}

impl Code {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::NameNotFound => "name_not_found",
            Self::Tls => "tls",
            Self::TimedOut => "timed_out",
            Self::Cut => "cut",
            Self::Login => "login_refused",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Throttled => "throttled",
            Self::MediaType => "media_type",
            Self::BadRequest => "bad_request",
            Self::Server => "server_error",
            Self::BadAnswer => "bad_answer",
            Self::TooLarge => "too_large",
            Self::Redirected => "redirected",
            Self::Ledger => "ledger",
            Self::Refused => "refused",
            Self::Changed => "changed",
            Self::StillOpen => "still_open",
            Self::Unanswered => "unanswered",
            Self::Device => "device_error",
            Self::BadId => "bad_id",
            Self::WrongAccount => "wrong_account",
            Self::Unsupported => "unsupported",
            Self::Incomplete => "incomplete",
            Self::Proxy => "proxy_refused",
            Self::Superseded => "superseded",
            Self::Internal => "internal",
        }
    }
}

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
    #[must_use]
    pub fn reason(&self) -> Untrusted {
        let parts = [self.what.as_ref(), self.why.as_data()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ").into()
    }

    /// One inert line: what, why, next.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = self.what.to_string();
        if !self.why.is_blank() {
            line.push_str(": ");
            line.push_str(&self.why.line());
        }
        if let Some(id) = &self.correlation_id {
            line.push_str(" (correlation id ");
            line.push_str(&id.line());
            line.push(')');
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
