//! Exchanges that carry a login. A token that was fetched is fetched anew once, where it was refused: then the request
//! was not carried out, so even one that changes something may be sent again.

use reqwest::header::HeaderValue;

use crate::domain::{Code, Problem};

use super::http::{Http, Request, Response, TransportError};
use super::token::{Numbered, TokenCache};

/// How the requests of one provider get their login.
pub trait Login: Sync {
    /// Its client.
    fn http(&self) -> &Http;

    /// The tokens that were fetched.
    fn tokens(&self) -> &TokenCache;

    /// The request with its login, and the token where one was fetched: fetching anew can help then.
    ///
    /// # Errors
    /// A [`Problem`] when there is no login, or none can be had.
    fn logged_in(&self, ask: Request) -> impl Future<Output = Result<(Request, Option<Numbered>), Problem>> + Send;

    /// True when the answer says that it is the token that isn't good.
    fn is_refused(&self, answer: &Response) -> bool {
        answer.status == 401
    }
}

/// A read, whatever its status.
///
/// # Errors
/// Those of the login, and of [`Http::read`].
pub async fn read(login: &impl Login, ask: Request) -> Result<Response, Problem> {
    exchange(login, ask, |ask| login.http().read(ask), |problem| problem).await
}

/// A request that changes something: sent once, and once more only when its token was refused.
///
/// # Errors
/// A [`TransportError`] that says whether the request can have arrived; without a login it was not sent.
pub async fn change(login: &impl Login, ask: Request) -> Result<Response, TransportError> {
    exchange(login, ask, |ask| login.http().exchange(ask), TransportError::NotSent).await
}

async fn exchange<E, F>(
    login: &impl Login,
    ask: Request,
    send: impl Fn(Request) -> F,
    without_login: impl Fn(Problem) -> E,
) -> Result<Response, E>
where
    F: Future<Output = Result<Response, E>>,
{
    let (first, token) = login.logged_in(ask.clone()).await.map_err(&without_login)?;
    let answer = send(first).await?;
    let Some(refused) = token.filter(|_| login.is_refused(&answer)) else { return Ok(answer) };
    login.tokens().refuse(&refused).await;
    let (again, _) = login.logged_in(ask).await.map_err(without_login)?;
    send(again).await
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
