//! What it means when no usable answer comes: was nothing sent, or may it have arrived? (law 10)

mod redacted;

use std::error::Error as _;

use crate::domain::{Code, Problem};
use crate::provider::tls;
use crate::settings::redactor;

pub use redacted::{method_word, redacted};

/// An exchange without a usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// No byte of the request left this machine towards the system.
    NotSent(Problem),
    /// The system answered that it's the wrong place; it did nothing.
    Rejected(Problem),
    /// The request may have arrived and may be carried out.
    Ambiguous(Problem),
}

impl TransportError {
    /// What to tell the operator.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        match self {
            Self::NotSent(problem) | Self::Rejected(problem) | Self::Ambiguous(problem) => problem,
        }
    }

    /// True where a read is worth another try.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self.problem().code, Code::Unreachable | Code::Cut)
    }
}

/// What is left to do after a change that nobody answered.
const LOOK_AGAIN: &str = "the request may have been carried out: look at the account's state";
/// What is left to do after a question that nobody answered.
const ASK_AGAIN: &str = "try again in a moment; a read changes nothing";

/// Judges an error of the client; `changes` tells a change from a question, which may be asked again.
#[must_use]
pub fn classify(error: &reqwest::Error, changes: bool) -> TransportError {
    let next = if changes { LOOK_AGAIN } else { ASK_AGAIN };
    let why = innermost(error);
    if error.is_connect() {
        let by_tls = tls::error::cause(error).and_then(|cause| tls::error::problem(cause, &why));
        // The resolver's error has no kind of its own.
        let is_name = || ["dns", "lookup", "name or service"].iter().any(|word| why.to_lowercase().contains(word));
        let problem = if let Some(problem) = by_tls {
            problem
        } else if is_name() {
            Problem::new(
                Code::NameNotFound,
                "the server's name can't be resolved",
                why,
                "check the host in the configuration and this machine's DNS",
            )
        } else if error.is_timeout() {
            Problem::new(
                Code::TimedOut,
                "no connection came about in time",
                why,
                "check the network, the proxy and the firewall",
            )
        } else {
            Problem::new(
                Code::Unreachable,
                "the server can't be reached",
                why,
                "check the network, the proxy and the firewall",
            )
        };
        return TransportError::NotSent(problem);
    }
    if error.is_timeout() {
        return TransportError::Ambiguous(Problem::new(Code::TimedOut, "no answer came in time", why, next));
    }
    if error.is_builder() {
        return TransportError::NotSent(Problem::new(
            Code::BadRequest,
            "the request couldn't be made",
            why,
            "report this as a bug",
        ));
    }
    if error.is_decode() {
        let what = "the answer's compression can't be read";
        return TransportError::Ambiguous(Problem::new(Code::BadAnswer, what, why, next));
    }
    TransportError::Ambiguous(Problem::new(Code::Cut, "the connection was cut before an answer", why, next))
}

/// The cause at the bottom of the chain: the outer ones only repeat the URL.
fn innermost(error: &reqwest::Error) -> String {
    let mut words = String::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        words = inner.to_string();
        cause = inner.source();
    }
    redactor::redacted_text(&if words.is_empty() { error.to_string() } else { words })
}
