//! A login by handshake: a session for a name and a password, then a token for the session; both are ended again.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::HeaderName;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::domain::{Code, Problem, Secret};
use crate::settings::redactor;

use super::api_client::below;
use super::api_spec::ApiSpec;
use super::auth::{Authenticated, Authenticator, LazySecret, secret_header};
use super::http::{ConnectionChoice, Http, Request};
use super::json::{JsonKind, Object, Shape};
use super::token::{Token, TokenCache};

/// The default life of a token, where the answer names no end.
const USUAL_LIFE: Duration = Duration::from_secs(30 * 60);
const SESSION: Shape = Shape { name: "a session", needs: &[("sessionId", JsonKind::Text)] };
const TOKEN: Shape = Shape { name: "a token", needs: &[("token", JsonKind::Text)] };

/// Session, then token.
pub struct SessionLogin {
    spec: &'static ApiSpec,
    /// The header that carries the token.
    header: HeaderName,
    base: Url,
    username: String,
    password: LazySecret,
    /// The session of the token in use, ended with the provider or when another one takes its place.
    session: Mutex<Option<String>>,
}

impl SessionLogin {
    /// The account that a token is asked for.
    pub fn new(spec: &'static ApiSpec, header: HeaderName, base: Url, username: &str, password: LazySecret) -> Self {
        Self { spec, header, base, username: username.to_owned(), password, session: Mutex::default() }
    }

    /// Ends the token and the session, where there are any.
    pub async fn end(&self, http: &Http, tokens: &TokenCache) {
        let Some(session) = self.session.lock().await.take() else { return };
        // A token that has run out is not fetched anew only to be ended.
        let Some(token) = tokens.current().await else { return };
        let mut url = below(&self.base, "/api/auth");
        url.query_pairs_mut().append_pair("token", token.expose());
        self.delete(http, url, Some(&token)).await;
        self.end_session(http, &session, Some(&token)).await;
    }

    /// A refused login is never tried again: each try burns one of the account's attempts.
    async fn shake(&self, http: &Http) -> Result<Token, Problem> {
        let login = json!({"username": self.username, "password": self.password.get().await?.expose()});
        let session = self.post(http, "/api/authSessions/create", &login, &SESSION).await?;
        if session.integer("changePasswordReason").unwrap_or(0) != 0 {
            return Err(Problem::new(
                Code::Login,
                "the service account's own password must be changed",
                format!("{} asks for a new password before it gives a token", self.spec.system),
                "change the password of the account in the configuration",
            ));
        }
        let session = session.text("sessionId").unwrap_or_default().as_data().to_owned();
        redactor::learn_token(&session);
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
        let request = Request::post_json(below(&self.base, path), body).for_secret();
        let response =
            http.exchange(request, ConnectionChoice::Reads, || ()).await.map_err(|error| error.problem().clone())?;
        let read = if response.is_success() {
            Object::read(&response.text(), shape).map_err(|why| self.spec.not_understood(&response, &why))
        } else {
            Err(self.spec.problem(&response))
        };
        read.inspect_err(|problem| http.note_problem(problem))
    }

    async fn end_session(&self, http: &Http, session: &str, token: Option<&Secret>) {
        let mut url = below(&self.base, "/api/authSessions");
        url.query_pairs_mut().append_pair("id", session);
        self.delete(http, url, token).await;
    }

    async fn delete(&self, http: &Http, url: Url, token: Option<&Secret>) {
        let token = token.and_then(|token| secret_header(token.expose()).ok());
        let request = Request::delete(url).with(self.header.clone(), token);
        // What can't be ended runs out by itself.
        let _ = http.exchange(request, ConnectionChoice::Reads, || ()).await;
    }
}

impl Authenticator for SessionLogin {
    async fn authenticate(&self, http: &Http, tokens: &TokenCache, request: Request) -> Authenticated {
        let token = tokens.get(|| self.shake(http)).await?;
        Ok((request.with(self.header.clone(), secret_header(token.secret.expose())?), Some(token)))
    }
}
