//! The login (an API key, or a service account's token), and what JumpCloud's refusals mean.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Deserialize;

use crate::domain::{Code, Problem, Secret, Untrusted};
use crate::provider::auth::{self, Login, secret_header};
use crate::provider::http::{Http, Request, Response};
use crate::provider::token::{Numbered, Token, TokenCache};

use super::JumpCloud;

const KEY: HeaderName = HeaderName::from_static("x-api-key");
const ORGANIZATION: HeaderName = HeaderName::from_static("x-org-id");
/// Routes that answer 403 to an `x-org-id` (jcapi-powershell Custom/Module.cs).
const WITHOUT_ORGANIZATION: [&str; 1] = ["/api/organizations"];
/// The life of a token where the answer names none.
const USUAL_LIFE: u64 = 3_600;

/// A read by POST of a JSON body.
pub async fn read_json(jump: &JumpCloud, url: Url, body: &serde_json::Value) -> Result<Response, Problem> {
    let ask = Request::post(url, body.to_string().into_bytes())
        .with(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    auth::read(jump, ask).await
}

impl Login for JumpCloud {
    fn http(&self) -> &Http {
        &self.http
    }

    fn tokens(&self) -> &TokenCache {
        &self.tokens
    }

    async fn logged_in(&self, mut ask: Request) -> Result<(Request, Option<Numbered>), Problem> {
        if let Some(org) = &self.settings.org_id
            && !WITHOUT_ORGANIZATION.iter().any(|route| ask.url.path().contains(route))
        {
            ask = ask.with(ORGANIZATION, secret_header(org)?);
        }
        if let Some(reference) = &self.settings.api_key {
            let key = self.secret.get_or_try_init(|| reference.resolve()).await?;
            return Ok((ask.with(KEY, secret_header(key.expose())?), None));
        }
        let token = self.tokens.get(|| fetch(self)).await?;
        let value = secret_header(&format!("Bearer {}", token.secret.expose()))?;
        Ok((ask.with(AUTHORIZATION, value), Some(token)))
    }
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
    let ask = Request::post(jump.token_endpoint.clone(), b"scope=api&grant_type=client_credentials".to_vec())
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
pub fn problem(answer: &Response) -> Problem {
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
pub fn not_understood(answer: &Response, why: &str) -> Problem {
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
