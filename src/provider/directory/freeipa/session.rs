//! The login: a form that is answered with a session's cookie. Every request names the API's own address as its referer.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderValue, REFERER};

use crate::domain::{Code, Problem, Secret};
use crate::provider::api_client::below;
use crate::provider::auth::{Authenticated, Authenticator, LazySecret, secret_header};
use crate::provider::http::{ConnectionChoice, Http, Request};
use crate::provider::token::{Token, TokenCache};

use super::rpc::SPEC;

/// A session lives for 20 minutes without a request, by default; it is renewed before.
const LIFE: Duration = Duration::from_secs(15 * 60);

/// Why a login is rejected: FreeIPA's word, and ours.
const REJECTIONS: [(&str, &str); 3] = [
    ("password-expired", "its password has expired"),
    ("invalid-password", "the password is wrong"),
    ("user-locked", "the account is locked"),
];

/// Whoever signs in.
pub struct IpaSession {
    base: Url,
    username: String,
    password: LazySecret,
}

impl IpaSession {
    /// The account that signs in.
    pub fn new(base: Url, username: &str, password: LazySecret) -> Self {
        Self { base, username: username.to_owned(), password }
    }

    /// The address that every request comes from, as the API wants it.
    fn referer(&self) -> Result<HeaderValue, Problem> {
        let text = below(&self.base, "/ipa").to_string();
        HeaderValue::from_str(&text).map_err(|e| {
            Problem::new(Code::BadRequest, "the address can't be used", e.to_string(), "correct `servers`")
        })
    }

    async fn login(&self, http: &Http) -> Result<Token, Problem> {
        let password = self.password.get().await?;
        let form = [("user", self.username.as_str()), ("password", password.expose())];
        let body = serde_urlencoded::to_string(form).unwrap_or_default().into_bytes();
        let request = Request::post(below(&self.base, "/ipa/session/login_password"), body)
            .with(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
            .with(ACCEPT, HeaderValue::from_static("text/plain"))
            .with(REFERER, self.referer()?)
            .for_secret();
        let response =
            http.exchange(request, ConnectionChoice::Reads, || ()).await.map_err(|error| error.problem().clone())?;
        if !response.is_success() {
            let mut problem = SPEC.problem(&response);
            let told = response.header("x-ipa-rejection-reason");
            let known =
                REJECTIONS.iter().find(|(word, _)| told.as_ref().is_some_and(|told| told.as_data().trim() == *word));
            if let Some((_, why)) = known {
                (problem.code, problem.why) = (Code::Login, (*why).into());
            }
            http.note_problem(&problem);
            return Err(problem);
        }
        let cookies = response.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let session = cookies
            .filter_map(|cookie| cookie.split(';').next())
            .find(|cookie| cookie.trim().starts_with("ipa_session="))
            .ok_or_else(|| SPEC.odd("a login without a session's cookie"))?;
        Ok(Token { secret: Secret::new(session.trim().to_owned()), lifetime: LIFE })
    }
}

impl Authenticator for IpaSession {
    async fn authenticate(&self, http: &Http, tokens: &TokenCache, request: Request) -> Authenticated {
        let session = tokens.get(|| self.login(http)).await?;
        let cookie = secret_header(session.secret.expose())?;
        Ok((request.with(REFERER, self.referer()?).with(COOKIE, cookie), Some(session)))
    }
}
