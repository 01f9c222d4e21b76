//! Exchanges that carry the token: a refused token is refreshed once, where the contract says that helps.

use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde::de::DeserializeOwned;

use crate::domain::{Code, Problem, Secret};
use crate::provider::http::{Answer, Ask, Fault};

use super::{PingOne, auth, errors};

/// A read; whatever its status.
pub async fn get(ping: &PingOne, url: Url) -> Result<Answer, Problem> {
    let mut token = auth::token(ping).await?;
    let mut answer = ping.http.read(bearing(Ask::get(url.clone()), &token.secret)?).await?;
    if errors::token_refused(&answer) {
        ping.tokens.refuse(&token).await;
        token = auth::token(ping).await?;
        answer = ping.http.read(bearing(Ask::get(url), &token.secret)?).await?;
    }
    Ok(answer)
}

/// A read whose answer must be a 200 of that type; none for a 404 of PingOne's own.
pub async fn get_json<T: DeserializeOwned>(ping: &PingOne, url: Url) -> Result<Option<T>, Problem> {
    let answer = get(ping, url).await?;
    match answer.status {
        200 => parsed(&answer).map(Some).inspect_err(|problem| ping.http.note_problem(problem)),
        404 if errors::is_not_found(&answer) => Ok(None),
        _ => {
            let problem = errors::problem(&answer);
            ping.http.note_problem(&problem);
            Err(problem)
        }
    }
}

/// The answer's body as that type.
pub fn parsed<T: DeserializeOwned>(answer: &Answer) -> Result<T, Problem> {
    serde_json::from_slice(&answer.body).map_err(|e| errors::not_understood(answer, &e))
}

/// A request that changes something: sent once, and once more only when its token was refused,
/// because then it was not carried out.
pub async fn change(ping: &PingOne, ask: Ask) -> Result<Answer, Fault> {
    let mut token = auth::token(ping).await.map_err(Fault::NotSent)?;
    let mut answer = ping.http.exchange(bearing(ask.clone(), &token.secret).map_err(Fault::NotSent)?).await?;
    if errors::token_refused(&answer) {
        ping.tokens.refuse(&token).await;
        token = auth::token(ping).await.map_err(Fault::NotSent)?;
        answer = ping.http.exchange(bearing(ask, &token.secret).map_err(Fault::NotSent)?).await?;
    }
    Ok(answer)
}

fn bearing(ask: Ask, token: &Secret) -> Result<Ask, Problem> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose())).map_err(|_| {
        Problem::new(
            Code::BadAnswer,
            "the token can't be sent",
            "it holds signs no header takes",
            "check auth_url and region",
        )
    })?;
    value.set_sensitive(true);
    Ok(ask.with(AUTHORIZATION, value))
}
