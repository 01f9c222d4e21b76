//! What differs between vendors' APIs, as data: what a status means, how an error looks, what is an answer of the
//! vendor's own and what is somebody else's in between.

use serde_json::value::RawValue;

use crate::domain::{Code, Problem, Untrusted};

use super::http::Response;
use super::json::{Object, Shape};

/// What a status means: status, the vendor's own code where one decides, our code, what to do next.
pub type ErrorRow = (u16, Option<&'static str>, Code, &'static str);

/// One vendor's API.
#[derive(Debug)]
pub struct ApiSpec {
    /// The system's name for people.
    pub system: &'static str,
    /// The header that holds the other side's id of an exchange, for its support desk.
    pub request_id_header: &'static str,
    /// What statuses mean here; the first row that fits counts, and the usual ones follow.
    pub errors: &'static [ErrorRow],
    /// Reads an error.
    pub read_error: fn(&Response) -> VendorError,
    /// What to do about an answer that isn't understood.
    pub next_if_odd: &'static str,
}

/// An error as the vendor words it.
#[derive(Debug, Default)]
pub struct VendorError {
    /// True when this is an answer of the API itself, and not of something between here and there.
    pub is_own: bool,
    /// True when, with 404, it is the vendor's own "there is no such account": any other 404 is a doubt, not a fact.
    pub says_gone: bool,
    /// The vendor's own codes.
    pub codes: Vec<Untrusted>,
    /// Its words.
    pub words: Vec<Untrusted>,
    /// Its id of the exchange, where the body has it.
    pub request_id: Option<Untrusted>,
}

/// What statuses mean where a vendor has no row of its own.
const USUAL: &[ErrorRow] = &[
    (400, None, Code::BadRequest, "check the account's id and the configuration"),
    (401, None, Code::Login, "check the login in the configuration"),
    (403, None, Code::Forbidden, "give the login the right role"),
    (404, None, Code::NotFound, "search again; check the addresses"),
    (405, None, Code::Unsupported, "check the address and the server's version"),
    (409, None, Code::BadRequest, "the account was changed at the same time: look at it again"),
    (411, None, Code::BadRequest, "the length was lost on the way: check the proxy between here and the server"),
    (415, None, Code::MediaType, "a proxy may be rewriting the Content-Type header: check it"),
    (422, None, Code::BadRequest, "check the account's id and the configuration"),
    (429, None, Code::Throttled, "wait; lower max_per_second if it comes again"),
];

/// What happened, after the system's name.
fn what(code: Code) -> &'static str {
    match code {
        Code::BadRequest => "refused the request as wrong",
        Code::Login => "refused the login",
        Code::Forbidden => "doesn't let this login do that",
        Code::NotFound => "knows no such account or address",
        Code::Unsupported => "doesn't know this request",
        Code::MediaType => "refused the media type",
        Code::Throttled => "asks to slow down",
        Code::BadAnswer => "answered with a status that isn't known",
        _ => "answered with an error of its own",
    }
}

impl ApiSpec {
    fn row(&self, response: &Response, error: &VendorError) -> Option<&'static ErrorRow> {
        let fits = |row: &&ErrorRow| {
            row.0 == response.status
                && row.1.is_none_or(|code| error.codes.iter().any(|own| own.as_data().eq_ignore_ascii_case(code)))
        };
        self.errors.iter().find(fits).or_else(|| USUAL.iter().find(fits))
    }

    /// Our code for an answer that isn't a success.
    pub fn code(&self, response: &Response) -> Code {
        self.row(response, &(self.read_error)(response)).map_or(Code::Server, |row| row.2)
    }

    /// The problem behind an answer that isn't the expected success.
    pub fn problem(&self, response: &Response) -> Problem {
        let error = (self.read_error)(response);
        let usual = if response.status < 400 {
            (Code::BadAnswer, self.next_if_odd)
        } else {
            (Code::Server, "try again in a moment")
        };
        let (code, next) = self.row(response, &error).map_or(usual, |row| (row.2, row.3));
        let mut words = vec![format!("HTTP {}", response.status)];
        words.extend(error.words.iter().map(Untrusted::line));
        if !error.is_own && !response.body.is_empty() {
            words.push(format!("an answer without {}'s own words", self.system));
        }
        if let Some(wait) = response.retry_after() {
            words.push(format!("it asks to wait {} s", wait.as_secs_f64().ceil()));
        }
        Problem {
            http_status: Some(response.status),
            correlation_id: response.header(self.request_id_header).or(error.request_id),
            retry_after: response.retry_after(),
            ..Problem::new(code, format!("{} {}", self.system, what(code)), words.join(" · "), next)
        }
    }

    /// A part of an answer that isn't what it should be.
    pub fn odd(&self, why: &str) -> Problem {
        Problem::new(
            Code::BadAnswer,
            format!("the answer of {} can't be understood", self.system),
            why,
            self.next_if_odd,
        )
    }

    /// The rows of a list, each as an object of that shape or the problem with it.
    pub fn rows(&self, rows: Vec<&RawValue>, shape: &Shape) -> Vec<Result<Object, Problem>> {
        rows.into_iter().map(|row| Object::read(row.get(), shape).map_err(|why| self.odd(&why))).collect()
    }

    /// The problem behind an answer that isn't what it should be.
    pub fn not_understood(&self, response: &Response, why: &str) -> Problem {
        let kind = response.header("content-type").unwrap_or_else(|| "no content type".into());
        let why = match response.compression() {
            Some(how) => format!("{why} (it came compressed with {how}, which wasn't asked for)"),
            None => why.to_owned(),
        };
        Problem {
            http_status: Some(response.status),
            correlation_id: response.header(self.request_id_header),
            ..self.odd(&format!("{} with {} bytes: {why}", kind.line(), response.body.len()))
        }
    }
}
