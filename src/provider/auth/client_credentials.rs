//! OAuth 2.0 client credentials (RFC 6749, section 4.4).

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};

use crate::domain::{Code, Problem, Secret};
use crate::provider::api_spec::ApiSpec;
use crate::provider::http::{Http, Request, Response};
use crate::provider::json::{JsonKind, Object, Shape};
use crate::provider::token::{Token, TokenCache};

use super::{Authenticated, Authenticator, LazySecret, basic, secret_header};

/// The longest life that a token is believed to have, in seconds.
pub(super) const LONGEST_LIFE: u64 = 86_400;

/// How the token endpoint wants the client's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthMethod {
    /// The `Authorization` header, both parts form-encoded first (RFC 6749 §2.3.1).
    EncodedHeader,
    /// The `Authorization` header, both parts as they are.
    PlainHeader,
    /// The form.
    Form,
}

/// A token by the client-credentials grant (RFC 6749 §4.4), fetched by one and used by all.
pub struct ClientCredentials {
    /// The API that the token is for.
    pub spec: &'static ApiSpec,
    /// Where it is fetched: the newest address first, where a server may have done away with another.
    pub endpoints: Vec<Url>,
    /// The client's id.
    pub id: String,
    /// Its secret.
    pub secret: LazySecret,
    /// How the endpoint wants them.
    pub sends: ClientAuthMethod,
    /// The form beside the credentials.
    pub form: &'static str,
    /// The life of a token where the answer names none, in seconds.
    pub usual_life: u64,
    /// What to do when the login is refused.
    pub next: String,
}

impl ClientCredentials {
    /// The usual way: both in the form, for a token of an hour. The caller says where it is fetched.
    pub fn new(spec: &'static ApiSpec, id: &str, secret: LazySecret) -> Self {
        Self {
            spec,
            endpoints: Vec::new(),
            id: id.to_owned(),
            secret,
            sends: ClientAuthMethod::Form,
            form: "grant_type=client_credentials",
            usual_life: 3_600,
            next: "check the client's id, its secret, and the region".to_owned(),
        }
    }

    async fn fetch(&self, http: &Http) -> Result<Token, Problem> {
        let mut endpoints = self.endpoints.iter().peekable();
        let response = loop {
            let Some(endpoint) = endpoints.next() else { return Err(self.spec.odd("no token endpoint")) };
            let response = http.read(self.request(endpoint).await?).await?;
            let is_missing = matches!(self.spec.code(&response), Code::NotFound | Code::Unsupported);
            if !(is_missing && endpoints.peek().is_some()) {
                break response;
            }
        };
        if !response.is_success() {
            return Err(self.refused(&response));
        }
        let odd = |why: &str| Problem {
            what: "the token endpoint's answer is no token".into(),
            next: "check the address of the token endpoint, and the region".into(),
            ..self.spec.not_understood(&response, why)
        };
        let token = Object::read(&response.text(), &TOKEN).map_err(|why| odd(&why))?;
        let is_bearer = token.text("token_type").is_none_or(|kind| kind.same_name("bearer"));
        let secret = token.text("access_token").filter(|_| is_bearer).ok_or_else(|| odd("it is no bearer token"))?;
        let life = token.integer("expires_in").and_then(|life| u64::try_from(life).ok()).unwrap_or(self.usual_life);
        let lifetime = Duration::from_secs(life.min(LONGEST_LIFE));
        http.note_token(jiff::Timestamp::now() + SignedDuration::try_from(lifetime).unwrap_or_default());
        Ok(Token { secret: Secret::new(secret.as_data().to_owned()), lifetime })
    }

    async fn request(&self, endpoint: &Url) -> Result<Request, Problem> {
        let secret = self.secret.get().await?;
        let encoded = |text: &str| {
            serde_urlencoded::to_string([("", text)]).unwrap_or_default().trim_start_matches('=').to_owned()
        };
        let mut form = Secret::new(self.form.to_owned());
        let mut login = None;
        match self.sends {
            ClientAuthMethod::Form => {
                let (id, secret) = (encoded(&self.id), encoded(secret.expose()));
                form = Secret::new(format!("{}&client_id={id}&client_secret={secret}", self.form));
            }
            ClientAuthMethod::PlainHeader => login = Some(basic(&self.id, secret.expose())?),
            ClientAuthMethod::EncodedHeader => {
                login = Some(basic(&encoded(&self.id), Secret::new(encoded(secret.expose())).expose())?);
            }
        }
        Ok(Request::post(endpoint.clone(), form.expose().as_bytes().to_vec())
            .with(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
            .with(ACCEPT, HeaderValue::from_static("application/json"))
            .with(AUTHORIZATION, login)
            .for_secret())
    }

    /// A refusal is one of the login only where the endpoint says so.
    fn refused(&self, response: &Response) -> Problem {
        let problem = self.spec.problem(response);
        let is_own = (self.spec.read_error)(response).is_own;
        match problem.code {
            // Something in between: whether the login is right isn't said.
            Code::BadRequest | Code::Login | Code::Forbidden if !is_own => Problem { code: Code::Server, ..problem },
            Code::BadRequest | Code::Login | Code::Forbidden => Problem {
                code: Code::Login,
                what: format!("{} refused the tool's own login", self.spec.system).into(),
                next: self.next.clone().into(),
                ..problem
            },
            Code::NotFound => Problem {
                what: "the address of the token endpoint is wrong".into(),
                next: "check the address of the token endpoint, and the region".into(),
                ..problem
            },
            _ => problem,
        }
    }
}

impl Authenticator for ClientCredentials {
    async fn authenticate(&self, http: &Http, tokens: &TokenCache, request: Request) -> Authenticated {
        let fetch = || async { self.fetch(http).await.inspect_err(|problem| http.note_problem(problem)) };
        let token = tokens.get(fetch).await?;
        let value = Secret::new(format!("Bearer {}", token.secret.expose()));
        Ok((request.with(AUTHORIZATION, secret_header(value.expose())?), Some(token)))
    }
}

pub(super) const TOKEN: Shape = Shape { name: "a token", needs: &[("access_token", JsonKind::Text)] };
