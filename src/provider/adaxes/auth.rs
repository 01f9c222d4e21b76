//! The login: a made token, or the handshake of 2025.1 and older with its teardown.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::HeaderName;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::domain::{Problem, Secret};
use crate::provider::api_client::below;
use crate::provider::auth::{Authenticator, LazySecret, secret_header};
use crate::provider::http::{Carrier, Http, Request};
use crate::provider::json::{Object, Shape};
use crate::provider::token::{Token, TokenCache, TokenVersion};

use super::errors::SPEC;
use super::wire::{SESSION, TOKEN};

const AUTHORIZATION: HeaderName = HeaderName::from_static("adm-authorization");
/// The default life of a token, where the answer names no end.
const USUAL_LIFE: Duration = Duration::from_secs(30 * 60);

/// How requests get their token.
pub enum AdaxesLogin {
    /// A token made with `New-AdmAccountToken`.
    Token(LazySecret),
    /// The handshake.
    Handshake(Box<Handshake>),
}

/// Session, then token.
pub struct Handshake {
    pub base: Url,
    pub username: String,
    pub password: LazySecret,
    pub tokens: TokenCache,
    /// The session of the token in use, ended with the provider or when another one takes its place.
    pub session: Mutex<Option<String>>,
}

impl AdaxesLogin {
    /// The token to send; with its version where it came from a handshake and can be fetched anew.
    pub async fn token(&self, http: &Http) -> Result<(Secret, Option<TokenVersion>), Problem> {
        match self {
            Self::Token(secret) => Ok((secret.get().await?.clone(), None)),
            Self::Handshake(handshake) => {
                let token = handshake.tokens.get(|| handshake.shake(http)).await?;
                Ok((token.secret.clone(), Some(token)))
            }
        }
    }

    /// Ends the token and the session, where there are any.
    pub async fn end(&self, http: &Http) {
        let Self::Handshake(handshake) = self else { return };
        let Some(session) = handshake.session.lock().await.take() else { return };
        // A token that has run out is not fetched anew only to be ended.
        let Some(token) = handshake.tokens.current().await else { return };
        let mut url = below(&handshake.base, "/api/auth");
        url.query_pairs_mut().append_pair("token", token.expose());
        handshake.delete(http, url, Some(&token)).await;
        handshake.end_session(http, &session, Some(&token)).await;
    }
}

impl Authenticator for AdaxesLogin {
    async fn authenticate(&self, http: &Http, request: Request) -> Result<(Request, Option<TokenVersion>), Problem> {
        let (secret, version) = self.token(http).await?;
        Ok((request.with(AUTHORIZATION, secret_header(secret.expose())?), version))
    }

    async fn invalidate(&self, token: &TokenVersion) {
        if let Self::Handshake(handshake) = self {
            handshake.tokens.refuse(token).await;
        }
    }
}

impl Handshake {
    /// A refused login is never tried again: each try burns one of the account's attempts.
    async fn shake(&self, http: &Http) -> Result<Token, Problem> {
        let login = json!({"username": self.username, "password": self.password.get().await?.expose()});
        let session = self.post(http, "/api/authSessions/create", &login, &SESSION).await?;
        if session.integer("changePasswordReason").unwrap_or(0) != 0 {
            return Err(Problem::new(
                crate::domain::Code::Login,
                "the service account's own password must be changed",
                "Adaxes asks for a new password before it gives a token",
                "change the password of the account in the configuration",
            ));
        }
        let session = session.text("sessionId").unwrap_or_default().as_data().to_owned();
        let token = self.post(http, "/api/auth", &json!({"sessionId": session}), &TOKEN).await;
        let token = match token {
            Ok(token) => token,
            Err(problem) => {
                self.end_session(http, &session, None).await;
                return Err(problem);
            }
        };
        let secret = Secret::new(token.text("token").unwrap_or_default().as_data().to_owned());
        if let Some(old) = self.session.lock().await.replace(session) {
            self.end_session(http, &old, Some(&secret)).await;
        }
        let until = token.text("expiresAtUtc").and_then(|text| text.as_data().parse::<Timestamp>().ok());
        if let Some(until) = until {
            http.note_token(until);
        }
        let life = until.map(|until| until.duration_since(http.server_now()));
        let lifetime = life.and_then(|life| Duration::try_from(life).ok()).unwrap_or(USUAL_LIFE);
        Ok(Token { secret, lifetime })
    }

    async fn post(&self, http: &Http, path: &str, body: &Value, shape: &Shape) -> Result<Object, Problem> {
        let request = Request::post_json(below(&self.base, path), body);
        let response = http.exchange(request, Carrier::Reads).await.map_err(|error| error.problem().clone())?;
        let read = if response.is_success() {
            Object::read(&response.text(), shape).map_err(|why| SPEC.not_understood(&response, &why))
        } else {
            Err(SPEC.problem(&response))
        };
        read.inspect_err(|problem| http.note_problem(problem))
    }

    async fn end_session(&self, http: &Http, session: &str, token: Option<&Secret>) {
        let mut url = below(&self.base, "/api/authSessions");
        url.query_pairs_mut().append_pair("id", session);
        self.delete(http, url, token).await;
    }

    async fn delete(&self, http: &Http, url: Url, token: Option<&Secret>) {
        let request = Request::delete(url);
        let request = match token.map(|token| secret_header(token.expose())) {
            Some(Ok(value)) => request.with(AUTHORIZATION, value),
            _ => request,
        };
        // What can't be ended runs out by itself.
        let _ = http.exchange(request, Carrier::Reads).await;
    }
}
