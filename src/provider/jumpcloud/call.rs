//! Exchanges with the login: an API key, or a service account's token that is refreshed once when refused.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Deserialize;

use crate::domain::{Code, Problem, Secret, Untrusted};
use crate::provider::http::{Answer, Ask, Fault};
use crate::provider::token::{Numbered, Token};

use super::JumpCloud;

const KEY: HeaderName = HeaderName::from_static("x-api-key");
const ORGANIZATION: HeaderName = HeaderName::from_static("x-org-id");
/// Routes that answer 403 to an `x-org-id` (jcapi-powershell Custom/Module.cs).
const WITHOUT_ORGANIZATION: [&str; 1] = ["/api/organizations"];
/// The life of a token where the answer names none.
const USUAL_LIFE: u64 = 3_600;

/// A read, whatever its status.
pub async fn read(jump: &JumpCloud, ask: Ask) -> Result<Answer, Problem> {
    let (with_login, token) = logged_in(jump, ask.clone()).await?;
    let answer = jump.http.read(with_login).await?;
    match token {
        Some(token) if answer.status == 401 => {
            jump.tokens.refuse(&token).await;
            jump.http.read(logged_in(jump, ask).await?.0).await
        }
        _ => Ok(answer),
    }
}

/// A read by POST of a JSON body.
pub async fn read_json(jump: &JumpCloud, url: Url, body: &serde_json::Value) -> Result<Answer, Problem> {
    let ask =
        Ask::post(url, body.to_string().into_bytes()).with(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    read(jump, ask).await
}

/// A request that changes something: sent once, and once more only when its token was refused.
pub async fn change(jump: &JumpCloud, ask: Ask) -> Result<Answer, Fault> {
    let (with_login, token) = logged_in(jump, ask.clone()).await.map_err(Fault::NotSent)?;
    let answer = jump.http.exchange(with_login).await?;
    match token {
        Some(token) if answer.status == 401 => {
            jump.tokens.refuse(&token).await;
            let again = logged_in(jump, ask).await.map_err(Fault::NotSent)?.0;
            jump.http.exchange(again).await
        }
        _ => Ok(answer),
    }
}

async fn logged_in(jump: &JumpCloud, mut ask: Ask) -> Result<(Ask, Option<Numbered>), Problem> {
    if let Some(org) = &jump.settings.org_id
        && !WITHOUT_ORGANIZATION.iter().any(|route| ask.url.path().contains(route))
    {
        ask = ask.with(ORGANIZATION, header(org)?);
    }
    if let Some(reference) = &jump.settings.api_key {
        let key = jump.secret.get_or_try_init(|| reference.resolve()).await?;
        return Ok((ask.with(KEY, secret_header(key.expose())?), None));
    }
    let token = jump.tokens.get(|| fetch(jump)).await?;
    let value = secret_header(&format!("Bearer {}", token.secret.expose()))?;
    Ok((ask.with(AUTHORIZATION, value), Some(token)))
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: Option<u64>,
}

async fn fetch(jump: &JumpCloud) -> Result<Token, Problem> {
    let (Some(id), Some(reference)) = (&jump.settings.client_id, &jump.settings.client_secret) else {
        return Err(Problem::new(Code::Login, "there is no login", "", "give api_key, or client_id and client_secret"));
    };
    let secret = jump.secret.get_or_try_init(|| reference.resolve()).await?;
    let login = secret_header(&format!("Basic {}", STANDARD.encode(format!("{id}:{}", secret.expose()))))?;
    let ask = Ask::post(jump.token_endpoint.clone(), b"scope=api&grant_type=client_credentials".to_vec())
        .with(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
        .with(AUTHORIZATION, login);
    let answer = jump.http.read(ask).await?;
    if answer.status != 200 {
        return Err(problem(&answer)).inspect_err(|problem| jump.http.note_problem(problem));
    }
    let token: TokenAnswer =
        serde_json::from_slice(&answer.body).map_err(|e| not_understood(&answer, &e.to_string()))?;
    let lifetime = Duration::from_secs(token.expires_in.unwrap_or(USUAL_LIFE).min(86_400));
    jump.http.note_token(jiff::Timestamp::now() + jiff::SignedDuration::try_from(lifetime).unwrap_or_default());
    Ok(Token { secret: Secret::new(token.access_token), lifetime })
}

fn header(text: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(text)
        .map_err(|_| Problem::new(Code::Login, "the login can't be sent", "it holds signs no header takes", "check it"))
}

fn secret_header(text: &str) -> Result<HeaderValue, Problem> {
    let mut value = header(text)?;
    value.set_sensitive(true);
    Ok(value)
}

#[derive(Deserialize, Default)]
struct ErrorBody {
    message: Option<Untrusted>,
    error: Option<Untrusted>,
    error_description: Option<Untrusted>,
}

/// What a status means and what to do.
const TABLE: &[(u16, Code, &str, &str)] = &[
    (400, Code::BadRequest, "JumpCloud refused the request as wrong", "check org_id and the account's id"),
    (
        401,
        Code::Login,
        "JumpCloud refused the login",
        "check the API key or service account, that API access is on, and org_id for several organisations",
    ),
    (
        403,
        Code::Forbidden,
        "the login may not do this",
        "give it the role Help Desk, Manager or Administrator; too many calls also block an address",
    ),
    (404, Code::NotFound, "JumpCloud knows no such user or organisation", "search again; check org_id and region"),
    (409, Code::BadRequest, "JumpCloud sees a conflict", "look at the user in the JumpCloud console"),
    (429, Code::Throttled, "JumpCloud asks to slow down", "wait; lower max_per_second if it comes again"),
];

/// The problem behind an answer that isn't a success: a JSON object, or the beginning of a text.
pub fn problem(answer: &Answer) -> Problem {
    let body: Option<ErrorBody> = serde_json::from_slice(&answer.body).ok();
    let words = match body {
        Some(body) => {
            [body.message, body.error, body.error_description].into_iter().flatten().map(|word| word.line()).collect()
        }
        None => vec![String::from_utf8_lossy(&answer.body).chars().take(500).collect::<String>()],
    };
    let usual = (Code::Server, "JumpCloud answered with an error of its own", "try again in a moment");
    let (code, what, next) = TABLE.iter().find(|row| row.0 == answer.status).map_or(usual, |row| (row.1, row.2, row.3));
    Problem {
        http_status: Some(answer.status),
        correlation_id: answer.header("x-request-id"),
        retry_after: answer.retry_after(),
        ..Problem::new(code, what, format!("HTTP {} · {}", answer.status, words.join(" · ")), next)
    }
}

/// An answer that isn't what it should be.
pub fn not_understood(answer: &Answer, why: &str) -> Problem {
    let kind = answer.header("content-type").unwrap_or_else(|| "no content type".into());
    Problem {
        http_status: Some(answer.status),
        ..Problem::new(
            Code::BadAnswer,
            "JumpCloud's answer can't be understood",
            format!("{} with {} bytes: {why}", kind.line(), answer.body.len()),
            "check that base_url is the console's API and that no proxy answers in its place",
        )
    }
}
