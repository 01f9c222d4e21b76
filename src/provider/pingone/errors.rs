//! The error envelope, told as a problem with a next step.

use crate::domain::{Code, Problem, Untrusted};
use crate::provider::http::Response;

use super::wire::ErrorEnvelope;

/// What a status means and what to do: (status, code, what, next). The first row that fits counts.
const TABLE: &[(u16, Code, &str, &str)] = &[
    (
        400,
        Code::BadRequest,
        "PingOne refused the request as wrong",
        "check the environment_id and the id; quote the correlation id to support",
    ),
    (
        401,
        Code::Login,
        "PingOne refused the login",
        "check client_id, secret, token_auth and region in the configuration",
    ),
    (
        403,
        Code::Forbidden,
        "the worker application may not do this",
        "give it the role Identity Data Admin or Help Desk Admin for this environment or population",
    ),
    (404, Code::NotFound, "PingOne knows no such user or environment", "search again; check environment_id and region"),
    (
        411,
        Code::BadRequest,
        "a proxy or server wants a length that was lost on the way",
        "check the proxy between here and PingOne",
    ),
    (
        415,
        Code::MediaType,
        "PingOne refused the media type",
        "a proxy may be rewriting the Content-Type header: check it",
    ),
    (429, Code::Throttled, "PingOne asks to slow down", "wait; lower max_per_second if it comes again"),
];

/// The problem behind an answer that isn't a success.
pub fn problem(answer: &Response) -> Problem {
    let envelope = envelope(answer);
    let row = TABLE.iter().find(|row| row.0 == answer.status);
    let (code, what, next) = row.map_or(
        (
            Code::Server,
            "PingOne answered with an error of its own",
            "try again in a moment; quote the correlation id to support",
        ),
        |row| (row.1, row.2, row.3),
    );
    Problem {
        http_status: Some(answer.status),
        correlation_id: answer.header("correlation-id").or_else(|| envelope.id.clone()),
        retry_after: answer.retry_after(),
        ..Problem::new(code, what, words(answer, &envelope), next)
    }
}

/// The problem behind a token endpoint's refusal. The same words come for a wrong method and for wrong
/// credentials, so both are named.
pub fn login(answer: &Response, region: &str) -> Problem {
    let envelope = envelope(answer);
    let next = format!(
        "check client_id, the secret, token_auth (basic or post), the environment id and the region (`{region}` now)"
    );
    Problem {
        http_status: Some(answer.status),
        correlation_id: answer.header("correlation-id").or_else(|| envelope.id.clone()),
        retry_after: answer.retry_after(),
        ..Problem::new(Code::Login, "PingOne refused the tool's own login", words(answer, &envelope), next)
    }
}

/// An answer that isn't what it should be.
pub fn not_understood(answer: &Response, error: &serde_json::Error) -> Problem {
    let kind = answer.header("content-type").unwrap_or_else(|| "no content type".into());
    Problem {
        http_status: Some(answer.status),
        correlation_id: answer.header("correlation-id"),
        ..Problem::new(
            Code::BadAnswer,
            "PingOne's answer can't be understood",
            // serde's words may quote the answer; they pass the exit like all text from outside.
            format!("{} with {} bytes: {error}", kind.line(), answer.body.len()),
            "check that base_url is the API's and that no proxy answers in its place",
        )
    }
}

/// True for a 401 that a fresh token can mend: it names `INVALID_TOKEN` or no detail at all.
/// `INSUFFICIENT_PERMISSIONS` comes with 401 too, and no token helps against it.
pub fn token_refused(answer: &Response) -> bool {
    if answer.status != 401 {
        return false;
    }
    let codes: Vec<Untrusted> = envelope(answer).details.into_iter().filter_map(|detail| detail.code).collect();
    codes.is_empty() || codes.iter().any(|code| code.as_data() == "INVALID_TOKEN")
}

/// True for PingOne's own "there is no such thing"; a proxy's page is none.
pub fn is_not_found(answer: &Response) -> bool {
    answer.status == 404 && envelope(answer).code.is_some_and(|code| code.as_data() == "NOT_FOUND")
}

fn envelope(answer: &Response) -> ErrorEnvelope {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

fn words(answer: &Response, envelope: &ErrorEnvelope) -> String {
    let mut parts: Vec<String> = vec![format!("HTTP {}", answer.status)];
    let own = [&envelope.code, &envelope.message, &envelope.error, &envelope.error_description];
    parts.extend(own.into_iter().flatten().map(Untrusted::line));
    for detail in envelope.details.iter().take(5) {
        parts.extend([&detail.code, &detail.message].into_iter().flatten().map(Untrusted::line));
    }
    if parts.len() == 1 && !answer.body.is_empty() {
        parts.push("an answer without PingOne's error envelope".to_owned());
    }
    parts.join(" · ")
}
