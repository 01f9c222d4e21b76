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
    /// The ledger couldn't be written or read.
    Ledger,
    /// The copy of the ledger's heads elsewhere couldn't be made.
    NotCopied,
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

/// Every code: its word in JSON, what it means, and what usually helps; the page on errors is made of these.
pub const CODES: [(Code, &str, &str, &str); 29] = [
    (
        Code::Unreachable,
        "unreachable",
        "the system couldn't be reached",
        "look at the network, the address and the proxy: `unbolt check`",
    ),
    (
        Code::NameNotFound,
        "name_not_found",
        "the system's name doesn't resolve",
        "compare `base_url` with the system's address; look at this host's DNS",
    ),
    (
        Code::Tls,
        "tls",
        "the system's certificate wasn't accepted",
        "the message says what is wrong with it; `ca_file` names an authority of your own",
    ),
    (Code::TimedOut, "timed_out", "no answer came in time", "read again; `total_timeout` says how long is waited"),
    (
        Code::Cut,
        "cut",
        "the connection ended in the middle",
        "read again; the account is read before anything is repeated",
    ),
    (
        Code::Login,
        "login_refused",
        "the login of the configuration was refused",
        "`unbolt check`; renew the secret, then `r` on the screen",
    ),
    (Code::Forbidden, "forbidden", "the login lacks a right", "`unbolt check` names the right"),
    (
        Code::NotFound,
        "not_found",
        "the system says that there is no such account or path",
        "search for the person again",
    ),
    (Code::Throttled, "throttled", "the system asks to slow down", "wait; `max_per_second` lowers the rate"),
    (
        Code::MediaType,
        "media_type",
        "the system refused the form of the request",
        "it may be of another version; report it with the request's id",
    ),
    (Code::BadRequest, "bad_request", "the system took the request for wrong", "report it with the request's id"),
    (
        Code::Server,
        "server_error",
        "the system answered with an error of its own",
        "read again later; its support desk knows the request's id",
    ),
    (
        Code::BadAnswer,
        "bad_answer",
        "the answer isn't what the vendor documents",
        "look whether a gateway answers in the system's place",
    ),
    (Code::TooLarge, "too_large", "the answer is larger than 8 MiB", "narrow the search"),
    (
        Code::Redirected,
        "redirected",
        "the answer points to another place, which is never followed",
        "put that address into the configuration, if it is right",
    ),
    (
        Code::Ledger,
        "ledger",
        "the ledger couldn't be written or read, so nothing was sent",
        "make room, or repair the ledger's directory",
    ),
    (
        Code::NotCopied,
        "ledger_not_copied",
        "the ledger's copy elsewhere couldn't be made, and the configuration demands it",
        "start the log daemon again",
    ),
    (Code::Refused, "refused", "a rule of the policy doesn't allow it", "the message names the rule"),
    (Code::Changed, "changed", "the account changed between the look and the unlock", "look again, then decide"),
    (
        Code::StillOpen,
        "still_open",
        "an earlier unlock of the account has no end yet",
        "wait for it, or settle it: `unbolt ledger show --open`",
    ),
    (
        Code::Unanswered,
        "unanswered",
        "a Mac hasn't answered, or nobody can tell how it ended",
        "wait, or close it by hand: `unbolt ledger close INTENT --reason WHY`",
    ),
    (Code::Device, "device_error", "a Mac answered that it couldn't do it", "its own words stand beside it"),
    (
        Code::BadId,
        "bad_id",
        "an id has the wrong shape and was put into no request",
        "search for the person and act on the account that is found",
    ),
    (
        Code::WrongAccount,
        "wrong_account",
        "the answer is about another account than the one that was asked about",
        "nothing is repeated; look at both accounts in the system's own console",
    ),
    (
        Code::Unsupported,
        "unsupported",
        "the system doesn't know this request: an older version, or another edition",
        "`unbolt check` says what it offers",
    ),
    (Code::Incomplete, "incomplete", "a list was cut, or its end isn't known", "narrow the search"),
    (
        Code::Proxy,
        "proxy_refused",
        "a proxy in between let nothing through",
        "compare `proxy` and `proxy_login` with what the proxy wants",
    ),
    (Code::Superseded, "superseded", "a newer question took its place", "nothing: the newer answer counts"),
    (Code::Internal, "internal", "a part of the program failed", "report it with the text of the message"),
];

impl Code {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        CODES.iter().find(|row| row.0 == self).map_or("internal", |row| row.1)
    }

    /// True where the ledger stands in the way: nothing was sent.
    #[must_use]
    pub fn is_ledger(self) -> bool {
        matches!(self, Self::Ledger | Self::NotCopied)
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::CODES;

    #[test]
    fn the_page_on_errors_lists_every_code() {
        let mut page = String::from(
            "# Errors\n\nEach problem has a code (`problem.code` in JSON), says what happened, why, and what to do next. \
             The message itself is more exact than this list.\n\n| code | what happened | what usually helps |\n|---|---|---|\n",
        );
        for (_, word, means, next) in CODES {
            let _ = writeln!(page, "| `{word}` | {means} | {next} |");
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/docs/errors.md");
        if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
            std::fs::write(path, &page).unwrap();
        }
        let published = std::fs::read_to_string(path).unwrap_or_default();
        assert!(published == page, "{path} doesn't list the codes: run this test with INSTA_UPDATE=always");
    }

    #[test]
    fn each_code_has_one_row() {
        let words: std::collections::BTreeSet<&str> = CODES.iter().map(|row| row.1).collect();
        assert_eq!(words.len(), CODES.len());
        assert_eq!(CODES.map(|row| row.0 as usize), std::array::from_fn(|at| at), "a row for each, in their order");
    }
}
