//! The worker application's access token (client credentials; no scope, no refresh token).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};

use crate::config::pingone::TokenAuth;
use crate::domain::{Code, Problem, Secret};
use crate::provider::auth::{Login, secret_header};
use crate::provider::http::{Http, Request, Response};
use crate::provider::token::{Numbered, Token, TokenCache};

use super::wire::TokenAnswer;
use super::{PingOne, errors};

/// The documented life of a token, where the answer names none.
const USUAL_LIFE: u64 = 3_600;

impl Login for PingOne {
    fn http(&self) -> &Http {
        &self.http
    }

    fn tokens(&self) -> &TokenCache {
        &self.tokens
    }

    async fn logged_in(&self, ask: Request) -> Result<(Request, Option<Numbered>), Problem> {
        let token = token(self).await?;
        let value = secret_header(&format!("Bearer {}", token.secret.expose())).map_err(|problem| Problem {
            code: Code::BadAnswer,
            next: "check auth_url and region".into(),
            ..problem
        })?;
        Ok((ask.with(AUTHORIZATION, value), Some(token)))
    }

    fn is_refused(&self, answer: &Response) -> bool {
        errors::token_refused(answer)
    }
}

/// The token in use, or a fresh one.
pub async fn token(ping: &PingOne) -> Result<Numbered, Problem> {
    ping.tokens.get(|| fetch(ping)).await
}

async fn fetch(ping: &PingOne) -> Result<Token, Problem> {
    let result = ask(ping).await;
    if let Err(problem) = &result {
        ping.http.note_problem(problem);
    }
    result
}

async fn ask(ping: &PingOne) -> Result<Token, Problem> {
    let secret = ping.client_secret.get_or_try_init(|| ping.settings.client_secret.resolve()).await?;
    let (form, login) = credentials(&ping.settings.client_id, secret, ping.settings.token_auth)?;
    let mut ask = Request::post(ping.token_endpoint.clone(), form.into_bytes())
        .with(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    if let Some(login) = login {
        ask = ask.with(AUTHORIZATION, login);
    }
    let answer = ping.http.read(ask).await?;
    if answer.status != 200 {
        return Err(errors::login(&answer, ping.settings.region.as_str()));
    }
    let token: TokenAnswer = serde_json::from_slice(&answer.body).map_err(|_| Problem {
        http_status: Some(answer.status),
        ..Problem::new(
            Code::BadAnswer,
            "the token endpoint answered with something else than a token",
            "",
            "check auth_url, custom_domain and region",
        )
    })?;
    if token.token_type.as_deref().is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(Problem::new(
            Code::BadAnswer,
            "the token endpoint gave a kind of token that can't be used",
            "it is no bearer token",
            "check the worker application's settings",
        ));
    }
    let lifetime = Duration::from_secs(token.expires_in.unwrap_or(USUAL_LIFE).min(86_400));
    let until = jiff::Timestamp::now() + SignedDuration::try_from(lifetime).unwrap_or_default();
    ping.http.note_token(until);
    Ok(Token { secret: Secret::new(token.access_token), lifetime })
}

/// The form and, for Basic, the header. RFC 6749 §2.3.1: both parts are form-encoded before Basic.
fn credentials(id: &str, secret: &Secret, how: TokenAuth) -> Result<(String, Option<HeaderValue>), Problem> {
    let encoded = |text: &str| {
        let mut url = Url::parse("form:").ok()?;
        url.query_pairs_mut().append_key_only(text);
        url.query().map(str::to_owned)
    };
    let unusable = || {
        Problem::new(
            Code::Login,
            "the client id or secret can't be sent",
            "it holds signs no header takes",
            "check both",
        )
    };
    let (id, secret) = encoded(id).zip(encoded(secret.expose())).ok_or_else(unusable)?;
    match how {
        TokenAuth::Post => Ok((format!("grant_type=client_credentials&client_id={id}&client_secret={secret}"), None)),
        TokenAuth::Basic => {
            let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
                .map_err(|_| unusable())?;
            value.set_sensitive(true);
            Ok(("grant_type=client_credentials".to_owned(), Some(value)))
        }
    }
}
