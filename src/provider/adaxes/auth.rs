//! The login: a token, or the handshake of 2025.1 and older with its teardown.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::json;

use crate::domain::{Code, Problem, Secret};
use crate::provider::auth::{Login, secret_header};
use crate::provider::http::{Http, Request};
use crate::provider::token::{Numbered, Token, TokenCache};

use super::{Adaxes, errors};

const AUTHORIZATION: HeaderName = HeaderName::from_static("adm-authorization");
/// The default life of a token, where the answer names no end.
const USUAL_LIFE: Duration = Duration::from_secs(30 * 60);

/// The token to send; numbered where it came from a handshake and can be fetched anew.
pub async fn token(adaxes: &Adaxes) -> Result<(Secret, Option<Numbered>), Problem> {
    if let Some(reference) = &adaxes.settings.token {
        return Ok((adaxes.secret.get_or_try_init(|| reference.resolve()).await?.clone(), None));
    }
    let token = adaxes.tokens.get(|| handshake(adaxes)).await?;
    Ok((token.secret.clone(), Some(token)))
}

impl Login for Adaxes {
    fn http(&self) -> &Http {
        &self.http
    }

    fn tokens(&self) -> &TokenCache {
        &self.tokens
    }

    async fn logged_in(&self, ask: Request) -> Result<(Request, Option<Numbered>), Problem> {
        let (secret, numbered) = token(self).await?;
        Ok((ask.with(AUTHORIZATION, secret_header(secret.expose())?), numbered))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    session_id: String,
    change_password_reason: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenAnswer {
    token: String,
    expires_at_utc: Option<String>,
}

/// Session, then token. A refused login is never tried again: each try burns one of the account's attempts.
async fn handshake(adaxes: &Adaxes) -> Result<Token, Problem> {
    let (Some(username), Some(reference)) = (&adaxes.settings.username, &adaxes.settings.password) else {
        return Err(Problem::new(Code::Login, "there is no login", "", "give token, or username and password"));
    };
    let password = adaxes.secret.get_or_try_init(|| reference.resolve()).await?;
    let login = json!({"username": username, "password": password.expose()});
    let session: Session = post(adaxes, "/api/authSessions/create", &login).await?;
    if session.change_password_reason.unwrap_or(0) != 0 {
        return Err(Problem::new(
            Code::Login,
            "the service account's own password must be changed",
            "Adaxes asks for a new password before it gives a token",
            "change the password of the account in the configuration",
        ));
    }
    let token: TokenAnswer = post(adaxes, "/api/auth", &json!({"sessionId": session.session_id})).await?;
    *adaxes.session.lock().await = Some(session.session_id);
    let until = token.expires_at_utc.and_then(|text| text.parse::<Timestamp>().ok());
    let lifetime = until
        .map(|until| until.duration_since(adaxes.http.server_now()))
        .and_then(|life| Duration::try_from(life).ok())
        .unwrap_or(USUAL_LIFE);
    if let Some(until) = until {
        adaxes.http.note_token(until);
    }
    Ok(Token { secret: Secret::new(token.token), lifetime })
}

async fn post<T: serde::de::DeserializeOwned>(
    adaxes: &Adaxes,
    path: &str,
    body: &serde_json::Value,
) -> Result<T, Problem> {
    let ask = Request::post(adaxes.url(path), body.to_string().into_bytes())
        .with(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let answer = adaxes.http.exchange(ask).await.map_err(|fault| fault.problem().clone())?;
    if answer.status != 200 {
        return Err(errors::problem(&answer)).inspect_err(|problem| adaxes.http.note_problem(problem));
    }
    serde_json::from_slice(&answer.body).map_err(|e| errors::not_understood(&answer, &e.to_string()))
}

/// Ends the token and the session, where there are any. The token in that URL is redacted in every log.
pub async fn end(adaxes: &Adaxes) {
    let Some(session) = adaxes.session.lock().await.take() else { return };
    let Ok((secret, Some(_))) = token(adaxes).await else { return };
    let Ok(value) = secret_header(secret.expose()) else { return };
    let mut token_url = adaxes.url("/api/auth");
    token_url.query_pairs_mut().append_pair("token", secret.expose());
    let mut session_url = adaxes.url("/api/authSessions");
    session_url.query_pairs_mut().append_pair("id", &session);
    // The session is ended first: ending the token would take the right to do so.
    for url in [session_url, token_url] {
        let ask = Request { method: Method::DELETE, ..Request::get(url) }.with(AUTHORIZATION, value.clone());
        // A session that can't be ended runs out by itself.
        let _ = adaxes.http.exchange(ask).await;
    }
}
