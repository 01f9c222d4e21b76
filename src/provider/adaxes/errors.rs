//! What Adaxes' refusals mean.

use crate::domain::{Code, Problem, Untrusted};
use crate::provider::http::Response;

use super::wire::ErrorBody;

/// What a status means and what to do.
const TABLE: &[(u16, Code, &str, &str)] = &[
    (400, Code::BadRequest, "Adaxes refused the request as wrong", "quote the words to the Adaxes administrator"),
    (
        401,
        Code::Login,
        "Adaxes refused the token",
        "make a new one with New-AdmAccountToken, or check username and password",
    ),
    (
        403,
        Code::Forbidden,
        "Adaxes doesn't allow this",
        "ask the Adaxes administrator for the security role, and whether the operation is allowed over REST",
    ),
    (
        404,
        Code::NotFound,
        "Adaxes knows no such object or path",
        "search again; check base_url, which ends before /api",
    ),
];

/// The problem behind an answer that isn't a success. A refused login says how many tries are left.
pub fn problem(answer: &Response) -> Problem {
    let body: ErrorBody = serde_json::from_slice(&answer.body).unwrap_or_default();
    let mut words = vec![format!("HTTP {}", answer.status)];
    words.extend([&body.code, &body.message].into_iter().flatten().map(Untrusted::line));
    let usual = (Code::Server, "Adaxes answered with an error of its own", "try again in a moment");
    let (mut code, mut what, mut next) =
        TABLE.iter().find(|row| row.0 == answer.status).map_or(usual, |row| (row.1, row.2, row.3));
    if let Some(inner) = &body.inner_error {
        words.extend([&inner.code, &inner.message].into_iter().flatten().map(Untrusted::line));
        if let Some(left) = inner.attempts_left {
            words.push(format!("{left} attempts left before this account is locked itself"));
        }
        (code, what) = (Code::Login, "Adaxes refused the service account's login");
        next = "correct the login before anybody tries again: each try burns an attempt";
    }
    Problem {
        http_status: Some(answer.status),
        retry_after: answer.retry_after(),
        ..Problem::new(code, what, words.join(" · "), next)
    }
}

/// An answer that isn't what it should be.
pub fn not_understood(answer: &Response, why: &str) -> Problem {
    let kind = answer.header("content-type").unwrap_or_else(|| "no content type".into());
    Problem {
        http_status: Some(answer.status),
        ..Problem::new(
            Code::BadAnswer,
            "Adaxes' answer can't be understood",
            format!("{} with {} bytes: {why}", kind.line(), answer.body.len()),
            "check that base_url is the REST component's and that no proxy answers in its place",
        )
    }
}
