//! How requests carry a login: a fixed header, a name and a key, or a token that is fetched with a client's credentials.

mod client_credentials;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use tokio::sync::OnceCell;

use crate::domain::{Code, Problem, Secret};
use crate::settings::{SecretRef, redactor, secret_store};

use super::http::{Http, Request};
use super::session_login::SessionLogin;
use super::token::{TokenCache, TokenVersion};

pub use client_credentials::{ClientAuthMethod, ClientCredentials};

/// A secret that is fetched from its place when it is first needed.
pub struct LazySecret(SecretRef, OnceCell<Secret>);

impl LazySecret {
    /// The secret of that place.
    pub fn new(reference: &SecretRef) -> Self {
        Self(reference.clone(), OnceCell::new())
    }

    /// The secret.
    ///
    /// # Errors
    /// A [`Problem`] that names the place.
    pub async fn get(&self) -> Result<&Secret, Problem> {
        self.1.get_or_try_init(|| secret_store::fetch(&self.0)).await
    }
}

/// A request with its login, and the token where one was fetched: fetching anew can help then.
pub type Authenticated = Result<(Request, Option<TokenVersion>), Problem>;

/// Puts a login on requests.
pub trait Authenticator: Send + Sync {
    /// The request with its login. A token that is fetched for it is kept in `tokens`.
    ///
    /// # Errors
    /// A [`Problem`] when there is no login, or none can be had.
    fn authenticate(
        &self,
        http: &Http,
        tokens: &TokenCache,
        request: Request,
    ) -> impl Future<Output = Authenticated> + Send;
}

/// The login of a system that takes several kinds.
pub enum Login {
    /// A header with a key or a made token, after a word where the system wants one.
    Header(HeaderName, &'static str, LazySecret),
    /// HTTP Basic with this name.
    Basic(&'static str, LazySecret),
    /// A token that is fetched.
    Client(Box<ClientCredentials>),
    /// A token that belongs to a session.
    Session(Box<SessionLogin>),
}

impl Login {
    /// Ends what was begun to log in.
    pub async fn end(&self, http: &Http, tokens: &TokenCache) {
        if let Self::Session(session) = self {
            session.end(http, tokens).await;
        }
    }
}

impl Authenticator for Login {
    async fn authenticate(&self, http: &Http, tokens: &TokenCache, request: Request) -> Authenticated {
        match self {
            Self::Header(name, word, secret) => {
                let text = Secret::new(format!("{word}{}", secret.get().await?.expose()));
                Ok((request.with(name.clone(), secret_header(text.expose())?), None))
            }
            Self::Basic(user, secret) => {
                let header = basic(user, secret.get().await?.expose())?;
                Ok((request.with(AUTHORIZATION, header), None))
            }
            Self::Client(client) => client.authenticate(http, tokens, request).await,
            Self::Session(session) => session.authenticate(http, tokens, request).await,
        }
    }
}

/// The header of HTTP Basic.
///
/// # Errors
/// As [`secret_header`].
pub fn basic(user: &str, secret: &str) -> Result<HeaderValue, Problem> {
    let pair = Secret::new(format!("{user}:{secret}"));
    redactor::learn(pair.expose());
    let value = Secret::new(format!("Basic {}", STANDARD.encode(pair.expose())));
    secret_header(value.expose())
}

/// A header that no log and no debug output shows.
///
/// # Errors
/// A [`Problem`] when it holds signs that no header takes.
pub fn secret_header(text: &str) -> Result<HeaderValue, Problem> {
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        let next = "check the key, secret or token in the configuration";
        Problem::new(Code::Login, "the login can't be sent", "it holds signs no header takes", next)
    })?;
    value.set_sensitive(true);
    Ok(value)
}
