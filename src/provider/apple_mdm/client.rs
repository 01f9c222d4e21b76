//! The way to an MDM server: its login, its addresses, and what its refusals mean.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use tokio::sync::OnceCell;

use crate::config::{self, MdmServer, SecretRef};
use crate::domain::{Code, Problem, Secret, Untrusted};
use crate::provider::auth::{self, Login, secret_header};
use crate::provider::http::client_builder::checked_url;
use crate::provider::http::{Http, Request, Response};
use crate::provider::token::{Numbered, Token, TokenCache};

use super::messages::redacted;

/// The life of a Jamf token where the answer names none (its default is 20 minutes; less is safer).
const USUAL_LIFE: u64 = 300;

/// How a server wants the login.
enum Scheme {
    /// HTTP Basic with a fixed name.
    Basic(&'static str),
    /// The key as a bearer token.
    Bearer,
    /// A token fetched with the key of this API client.
    Client(String),
}

/// The way to one server.
pub struct Link {
    /// Its exchanges.
    pub http: Http,
    /// Its name for people.
    pub name: &'static str,
    base: Url,
    scheme: Scheme,
    key: SecretRef,
    secret: OnceCell<Secret>,
    tokens: TokenCache,
}

impl Link {
    /// The way that the settings describe.
    ///
    /// # Errors
    /// A [`Problem`] when the URL can't be used.
    pub fn new(settings: &config::AppleMdm, http: Http) -> Result<Self, Problem> {
        let scheme = match settings.server {
            MdmServer::NanoMdm => Scheme::Basic("nanomdm"),
            MdmServer::NanoHub => Scheme::Basic("nanohub"),
            MdmServer::MicroMdm => Scheme::Basic("micromdm"),
            MdmServer::Fleet | MdmServer::Iru => Scheme::Bearer,
            MdmServer::Jamf => Scheme::Client(settings.client_id.clone().unwrap_or_default()),
        };
        Ok(Self {
            http,
            name: settings.server.name(),
            base: checked_url(&settings.base())?,
            scheme,
            key: settings.api_key.clone(),
            secret: OnceCell::new(),
            tokens: TokenCache::default(),
        })
    }

    /// A path below the base URL; segments from outside go through [`Untrusted::url`] first.
    pub fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url
    }

    /// A read whose answer has to be a success in JSON.
    pub async fn json<T: serde::de::DeserializeOwned>(&self, ask: Request) -> Result<T, Problem> {
        let answer = auth::read(self, ask).await?;
        match answer.status {
            200..=299 => self.parsed(&answer),
            _ => Err(self.problem(&answer)).inspect_err(|problem| self.http.note_problem(problem)),
        }
    }

    /// An answer's JSON.
    pub fn parsed<T: serde::de::DeserializeOwned>(&self, answer: &Response) -> Result<T, Problem> {
        serde_json::from_slice(&answer.body).map_err(|e| self.not_understood(answer, &e.to_string()))
    }

    async fn secret(&self) -> Result<&Secret, Problem> {
        self.secret.get_or_try_init(|| self.key.resolve()).await
    }

    async fn fetch(&self, id: &str) -> Result<Token, Problem> {
        #[derive(Deserialize)]
        struct TokenAnswer {
            access_token: String,
            expires_in: Option<u64>,
        }
        let fields =
            [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", self.secret().await?.expose())];
        let body = Secret::new(serde_urlencoded::to_string(fields).unwrap_or_default());
        let ask = Request::post(self.url("/api/oauth/token"), body.expose().as_bytes().to_vec())
            .with(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
            .with(ACCEPT, HeaderValue::from_static("application/json"));
        let answer = self.http.read(ask).await?;
        if answer.status != 200 {
            return Err(self.problem(&answer)).inspect_err(|problem| self.http.note_problem(problem));
        }
        let token: TokenAnswer = self.parsed(&answer)?;
        let lifetime = Duration::from_secs(token.expires_in.unwrap_or(USUAL_LIFE).min(86_400));
        self.http.note_token(jiff::Timestamp::now() + jiff::SignedDuration::try_from(lifetime).unwrap_or_default());
        Ok(Token { secret: Secret::new(token.access_token), lifetime })
    }

    /// The problem behind an answer that isn't a success.
    pub fn problem(&self, answer: &Response) -> Problem {
        let (code, what, next) = match answer.status {
            400 | 415 | 422 => (Code::BadRequest, "refused the request as wrong", "check the Mac's id and short name"),
            401 => (Code::Login, "refused the login", "check the key, and for Jamf the client id"),
            403 => (Code::Forbidden, "doesn't let this key do that", self.right()),
            404 => (
                Code::NotFound,
                "knows no such Mac or address",
                "check base_url and the Mac's id; is it still enrolled?",
            ),
            412 => (Code::BadRequest, "has MDM switched off", "the server's owner has to switch it on"),
            429 => (Code::Throttled, "asks to slow down", "wait; lower max_per_second if it comes again"),
            _ => (Code::Server, "answered with an error of its own", "try again in a moment"),
        };
        // Redacted first: a token cut in two would not be known for one.
        let head = answer.body.get(..answer.body.len().min(64 * 1024)).unwrap_or_default();
        let words: String = redacted(&String::from_utf8_lossy(head)).as_data().chars().take(500).collect();
        Problem {
            http_status: Some(answer.status),
            retry_after: answer.retry_after(),
            ..Problem::new(
                code,
                format!("{} {what}", self.name),
                format!("HTTP {} · {}", answer.status, words.trim()),
                next,
            )
        }
    }

    /// The right that a key needs, by server.
    fn right(&self) -> &'static str {
        match self.scheme {
            Scheme::Client(_) => "give the API role the privileges Send MDM command and Read Computers",
            Scheme::Bearer => "give the key the right to send commands to Macs and to read them",
            Scheme::Basic(_) => "a proxy in front of the server may not allow this request",
        }
    }

    /// An answer that isn't what it should be.
    pub fn not_understood(&self, answer: &Response, why: &str) -> Problem {
        let kind = answer.header("content-type").unwrap_or_else(|| "no content type".into());
        Problem {
            http_status: Some(answer.status),
            ..Problem::new(
                Code::BadAnswer,
                format!("the answer of {} can't be understood", self.name),
                format!("{} with {} bytes: {why}", kind.line(), answer.body.len()),
                "check that base_url is the server's own address and that no proxy answers in its place",
            )
        }
    }
}

impl Login for Link {
    fn http(&self) -> &Http {
        &self.http
    }

    fn tokens(&self) -> &TokenCache {
        &self.tokens
    }

    async fn logged_in(&self, ask: Request) -> Result<(Request, Option<Numbered>), Problem> {
        let (text, token) = match &self.scheme {
            Scheme::Basic(user) => {
                let pair = Secret::new(format!("{user}:{}", self.secret().await?.expose()));
                (Secret::new(format!("Basic {}", STANDARD.encode(pair.expose()))), None)
            }
            Scheme::Bearer => (Secret::new(format!("Bearer {}", self.secret().await?.expose())), None),
            Scheme::Client(id) => {
                let token = self.tokens.get(|| self.fetch(id)).await?;
                (Secret::new(format!("Bearer {}", token.secret.expose())), Some(token))
            }
        };
        Ok((ask.with(AUTHORIZATION, secret_header(text.expose())?), token))
    }
}

/// A JSON body.
pub fn json_body(ask: Request) -> Request {
    ask.with(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .with(ACCEPT, HeaderValue::from_static("application/json"))
}

/// A segment of a path.
pub fn segment(text: &Untrusted) -> String {
    text.url()
}
