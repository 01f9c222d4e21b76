//! One exchange with one API: its login, its errors, its answers, and the one way to a change.

use std::time::Duration;

use reqwest::Url;
use serde_json::Value;

use crate::domain::{Code, Outcome, Problem, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;

use super::api_spec::ApiSpec;
use super::auth::{Authenticated, Authenticator};
use super::http::{ConnectionChoice, Http, Request, Response, TransportError};
use super::json::{Object, Shape};
use super::poll_result;
use super::token::TokenCache;

/// The wait after a 429 that names none.
const USUAL_WAIT: Duration = Duration::from_secs(5);

/// What an answer to an unlock says.
pub struct UnlockAnswer {
    /// About whom, where it says so.
    pub about: Option<Untrusted>,
    /// What.
    pub reply: UnlockReply,
}

impl From<UnlockReply> for UnlockAnswer {
    /// An answer that names no account.
    fn from(reply: UnlockReply) -> Self {
        Self { about: None, reply }
    }
}

/// One API, as one login speaks to it.
pub struct ApiClient<A> {
    /// Its exchanges.
    pub http: Http,
    /// Its login.
    pub auth: A,
    /// The token in use, where the login fetches one.
    pub tokens: TokenCache,
    /// What is particular to the vendor.
    pub spec: &'static ApiSpec,
    /// Its address.
    pub base: Url,
}

/// A path below a base; segments from outside go through [`Untrusted::url`] first.
pub fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url.set_query(query);
    url
}

impl<A: Authenticator> ApiClient<A> {
    /// The API at that address.
    pub fn new(mut http: Http, base: Url, auth: A, spec: &'static ApiSpec) -> Self {
        http.request_id_header = spec.request_id_header;
        Self { http, auth, tokens: TokenCache::default(), spec, base }
    }

    /// A path below its address.
    pub fn url(&self, path: &str) -> Url {
        below(&self.base, path)
    }

    /// Logs in; true where the login is fetched and not only sent.
    ///
    /// # Errors
    /// A [`Problem`] when there is no login, or none can be had.
    pub async fn login(&self) -> Result<bool, Problem> {
        let (_, token) = self.authenticated(Request::get(self.base.clone())).await?;
        Ok(token.is_some())
    }

    /// A read that has to succeed.
    ///
    /// # Errors
    /// The [`Problem`] behind any other answer, or why there is none.
    pub async fn read(&self, request: Request) -> Result<Response, Problem> {
        let response = self.answer(request).await?;
        if response.is_success() { Ok(response) } else { Err(self.noted(self.spec.problem(&response))) }
    }

    /// A read whose answer is an object of that shape.
    ///
    /// # Errors
    /// As [`Self::read`], and when the answer isn't what it should be.
    pub async fn object(&self, request: Request, shape: &Shape) -> Result<Object, Problem> {
        let response = self.read(request).await?;
        self.parsed(&response, shape).map_err(|problem| self.noted(problem))
    }

    /// As [`Self::object`], by address.
    ///
    /// # Errors
    /// As [`Self::object`].
    pub async fn get(&self, url: Url, shape: &Shape) -> Result<Object, Problem> {
        self.object(Request::get(url), shape).await
    }

    /// As [`Self::object`], of a question that is a JSON body.
    ///
    /// # Errors
    /// As [`Self::object`].
    pub async fn post_json(&self, url: Url, body: &Value, shape: &Shape) -> Result<Object, Problem> {
        self.object(Request::post_json(url, body), shape).await
    }

    /// A read of something that may not exist: none only where the vendor itself says so. Any other 404 is a problem.
    ///
    /// # Errors
    /// As [`Self::object`].
    pub async fn find(&self, url: Url, shape: &Shape) -> Result<Option<Object>, Problem> {
        let response = self.answer(Request::get(url)).await?;
        if response.is_success() {
            return self.parsed(&response, shape).map(Some).map_err(|problem| self.noted(problem));
        }
        if response.status == 404 && (self.spec.read_error)(&response).says_gone {
            return Ok(None);
        }
        Err(self.noted(self.spec.problem(&response)))
    }

    /// An answer as an object of that shape.
    ///
    /// # Errors
    /// A [`Problem`] that says what it lacks.
    pub fn parsed(&self, response: &Response, shape: &Shape) -> Result<Object, Problem> {
        Object::read(&response.text(), shape).map_err(|why| self.spec.not_understood(response, &why))
    }

    /// The only changing call, and it takes the proof: no backend can send a change around the ledger. A request that
    /// couldn't be made is sure to have changed nothing. `accept` says what an answer of the vendor's own means; everything
    /// else is judged here, once.
    pub async fn unlock<T: Into<UnlockAnswer>>(
        &self,
        proof: &Recorded<Unlock>,
        request: Result<Request, Problem>,
        accept: impl FnOnce(&Response) -> Option<T>,
    ) -> UnlockReply {
        let request = match request {
            Ok(request) => request,
            Err(problem) => return UnlockReply::NotDone(problem),
        };
        let unlock = proof.what();
        let carrier = if unlock.part.is_some() { ConnectionChoice::RunOfChanges } else { ConnectionChoice::Change };
        let send = |request| self.http.exchange(request, carrier, || proof.leaves());
        match self.exchange(request, send, TransportError::NotSent).await {
            Ok(response) => match accept(&response) {
                Some(answer) => about(unlock, answer.into()),
                None => self.judge(&response),
            },
            Err(TransportError::NotSent(problem) | TransportError::Rejected(problem)) => UnlockReply::NotDone(problem),
            Err(TransportError::Ambiguous(problem)) => UnlockReply::InDoubt(problem),
        }
    }

    /// What an answer proves that says nothing of the unlock itself.
    fn judge(&self, response: &Response) -> UnlockReply {
        let problem = || self.spec.problem(response);
        match response.status {
            429 => UnlockReply::Throttled(response.retry_after().unwrap_or(USUAL_WAIT), problem()),
            200..=299 => {
                UnlockReply::InDoubt(self.spec.not_understood(response, "not what this request is answered with"))
            }
            400..=407 | 409..=499 if (self.spec.read_error)(response).is_own => UnlockReply::NotDone(problem()),
            // A gateway's word proves nothing of what was behind it.
            _ => UnlockReply::InDoubt(problem()),
        }
    }

    /// A problem that the state line shows too.
    pub fn noted(&self, problem: Problem) -> Problem {
        self.http.note_problem(&problem);
        problem
    }

    async fn authenticated(&self, request: Request) -> Authenticated {
        self.auth.authenticate(&self.http, &self.tokens, request).await
    }

    async fn answer(&self, request: Request) -> Result<Response, Problem> {
        self.exchange(request, |request| self.http.read(request), |problem| problem).await
    }

    /// A token that was fetched is fetched anew once, where the vendor itself refused it: then the request was not
    /// carried out, so even one that changes something may be sent again.
    async fn exchange<E, F>(
        &self,
        request: Request,
        send: impl Fn(Request) -> F,
        without_login: impl Fn(Problem) -> E,
    ) -> Result<Response, E>
    where
        F: Future<Output = Result<Response, E>>,
    {
        let (first, token) = self.authenticated(request.clone()).await.map_err(&without_login)?;
        let response = send(first).await?;
        let is_refused = self.spec.code(&response) == Code::Login && (self.spec.read_error)(&response).is_own;
        let Some(refused) = token.filter(|_| is_refused) else { return Ok(response) };
        self.tokens.refuse(&refused).await;
        let (again, _) = self.authenticated(request).await.map_err(without_login)?;
        send(again).await
    }
}

/// What an answer says of that unlock: one about another account ends the matter as unknown, and nothing is repeated
/// (law 5).
pub fn about(unlock: &Unlock, answer: UnlockAnswer) -> UnlockReply {
    match answer.about {
        Some(about) if !poll_result::is_about(unlock, &about) => UnlockReply::Ended(
            Outcome::Unknown,
            "the answer is about another account".into(),
            Some(poll_result::wrong_account(&unlock.key.id, &about)),
        ),
        _ => answer.reply,
    }
}
