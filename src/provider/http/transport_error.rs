//! What it means when no usable answer comes: was nothing sent, or may it have arrived? (law 10) And addresses as
//! messages show them: without logins and secret parameters.

use std::error::Error as _;
use std::iter;

use reqwest::{Method, Url};

use crate::domain::{Code, Problem, Untrusted};
use crate::provider::tls;
use crate::settings::redactor;

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
    pub fn problem(&self) -> &Problem {
        match self {
            Self::NotSent(problem) | Self::Rejected(problem) | Self::Ambiguous(problem) => problem,
        }
    }

    /// True where a read is worth another try.
    pub fn is_passing(&self) -> bool {
        matches!(self.problem().code, Code::Unreachable | Code::Cut)
    }
}

/// What is left to do after a change that nobody answered.
pub const LOOK_AGAIN: &str = "the request may have been carried out: look at the account's state";
/// What is left to do after a question that nobody answered.
pub const ASK_AGAIN: &str = "try again in a moment; a read changes nothing";
const CHECK_NETWORK: &str = "check the network, the proxy and the firewall";

/// Judges an error of the client; `changes` tells a change from a question, which may be asked again.
pub fn classify(error: &reqwest::Error, changes: bool) -> TransportError {
    let next = if changes { LOOK_AGAIN } else { ASK_AGAIN };
    let why = innermost(error);
    if error.is_connect() {
        let by_tls = tls::error::cause(error).and_then(|cause| tls::error::problem(cause, &why));
        // The resolver's error has no kind of its own.
        let is_name = ["dns", "lookup", "name or service"].iter().any(|word| why.to_lowercase().contains(word));
        let (code, what, next) = if is_name {
            let next = "check the host in the configuration and this machine's DNS";
            (Code::NameNotFound, "the server's name can't be resolved", next)
        } else if error.is_timeout() {
            (Code::TimedOut, "no connection came about in time", CHECK_NETWORK)
        } else {
            (Code::Unreachable, "the server can't be reached", CHECK_NETWORK)
        };
        return TransportError::NotSent(by_tls.unwrap_or_else(|| Problem::new(code, what, why, next)));
    }
    if error.is_builder() {
        let problem = Problem::new(Code::BadRequest, "the request couldn't be made", why, "report this as a bug");
        return TransportError::NotSent(problem);
    }
    let (code, what) = if error.is_timeout() {
        (Code::TimedOut, "no answer came in time")
    } else if error.is_decode() {
        (Code::BadAnswer, "the answer's compression can't be read")
    } else {
        (Code::Cut, "the connection was cut before an answer")
    };
    TransportError::Ambiguous(Problem::new(code, what, why, next))
}

/// The cause at the bottom of the chain: the outer ones only repeat the URL.
fn innermost(error: &reqwest::Error) -> String {
    let last = iter::successors(error.source(), |&cause| cause.source()).last().map(ToString::to_string);
    redactor::redacted_text(&last.filter(|words| !words.is_empty()).unwrap_or_else(|| error.to_string()))
}

/// Query parameters whose values never stand in a log.
const SECRET_PARAMETERS: [&str; 5] = ["token", "access_token", "secret", "client_secret", "password"];

/// The method's word; unbolt sends no others.
pub fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "?",
    }
}

/// The URL for the log: no login, no secret parameter.
pub fn redacted(url: &Url) -> Untrusted {
    let mut shown = url.clone();
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let pairs = url.query_pairs().map(|(name, value)| {
            let value = if is_secret(&name) { "[redacted]".into() } else { value };
            (name, value)
        });
        shown.query_pairs_mut().clear().extend_pairs(pairs);
    }
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    redactor::redacted_text(shown.as_str()).into()
}

fn is_secret(name: &str) -> bool {
    SECRET_PARAMETERS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}
