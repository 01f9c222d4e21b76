//! Answers that have to be JSON of a certain shape.

use reqwest::Url;
use serde::de::DeserializeOwned;

use crate::domain::Problem;
use crate::provider::auth;
use crate::provider::http::{Request, Response};

use super::{PingOne, errors};

/// A read whose answer must be a 200 of that type; none for a 404 of PingOne's own.
pub async fn get_json<T: DeserializeOwned>(ping: &PingOne, url: Url) -> Result<Option<T>, Problem> {
    let answer = auth::read(ping, Request::get(url)).await?;
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
pub fn parsed<T: DeserializeOwned>(answer: &Response) -> Result<T, Problem> {
    serde_json::from_slice(&answer.body).map_err(|e| errors::not_understood(answer, &e))
}
