//! Sending an unlock: one `Content-Type`, an empty body, the intent's id on the way.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};

use crate::domain::{Layer, Problem, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::auth;
use crate::provider::http::{Request, Response, TransportError};

use super::wire::{PasswordState, User};
use super::{PingOne, call, errors};

/// The media type of User Account Unlock.
const ACCOUNT_UNLOCK: &str = "application/vnd.pingidentity.account.unlock+json";
/// The media types of the password's own unlock: the vendor's page shows both, the first in its example.
const PASSWORD_UNLOCK: [&str; 2] =
    ["application/vnd.pingidentity.password.unlock+json", "application/vnd.pingidentity.password.unlock"];
/// Both come back in the audit as `externalCorrelation` (reference/external-transaction-and-session-ids).
const TRANSACTION: HeaderName = HeaderName::from_static("x-ping-external-transaction-id");
const SESSION: HeaderName = HeaderName::from_static("x-ping-external-session-id");
/// The wait after a 429 that names none.
const USUAL_WAIT: Duration = Duration::from_secs(5);

/// Sends the request of a recorded intent.
pub async fn send(ping: &PingOne, recorded: &Recorded<Unlock>) -> UnlockReply {
    let unlock = recorded.what();
    let url = match ping.user_url(&unlock.key.id) {
        Ok(url) => url,
        Err(problem) => return UnlockReply::NotDone(problem),
    };
    if unlock.layer != Layer::PASSWORD {
        return judge(unlock, auth::change(ping, ask(recorded, url, ACCOUNT_UNLOCK)).await);
    }
    let mut password = url.clone();
    password.set_path(&format!("{}/password", url.path()));
    let [first, second] = PASSWORD_UNLOCK;
    match auth::change(ping, ask(recorded, password.clone(), first)).await {
        Ok(answer) if answer.status == 415 => judge(unlock, auth::change(ping, ask(recorded, password, second)).await),
        other => judge(unlock, other),
    }
}

fn ask(recorded: &Recorded<Unlock>, url: reqwest::Url, media_type: &'static str) -> Request {
    let unlock = recorded.what();
    let ticket = unlock.ticket.as_ref().map_or("no-ticket", Untrusted::as_data);
    let session = Untrusted::from(format!("{ticket}/{}", unlock.operator.as_data())).header();
    let transaction = Untrusted::from(recorded.intent().to_string()).header();
    let mut ask = Request::post(url, Vec::new()).with(CONTENT_TYPE, HeaderValue::from_static(media_type));
    for (name, value) in [(TRANSACTION, transaction), (SESSION, session)] {
        // The exit leaves nothing that a header refuses.
        if let Ok(value) = HeaderValue::from_str(&value) {
            ask = ask.with(name, value);
        }
    }
    ask
}

fn judge(unlock: &Unlock, result: Result<Response, TransportError>) -> UnlockReply {
    let answer = match result {
        Ok(answer) => answer,
        Err(TransportError::NotSent(problem) | TransportError::Rejected(problem)) => {
            return UnlockReply::NotDone(problem);
        }
        Err(TransportError::Ambiguous(problem)) => return UnlockReply::InDoubt(problem),
    };
    match answer.status {
        200 => match accepted(unlock, &answer) {
            Ok(words) => UnlockReply::Accepted(words),
            // A page with status 200 that is no answer of PingOne's proves nothing.
            Err(problem) => UnlockReply::InDoubt(problem),
        },
        429 => UnlockReply::Throttled(answer.retry_after().unwrap_or(USUAL_WAIT), errors::problem(&answer)),
        // Another success than the contract's proves nothing either.
        201..=299 | 408 | 500.. => UnlockReply::InDoubt(errors::problem(&answer)),
        _ => UnlockReply::NotDone(errors::problem(&answer)),
    }
}

/// What the answer shows: the whole user, or the password state.
fn accepted(unlock: &Unlock, answer: &Response) -> Result<Untrusted, Problem> {
    let unknown = || Untrusted::from("not told");
    if unlock.layer == Layer::PASSWORD {
        let state: PasswordState = call::parsed(answer)?;
        let status = state.status.unwrap_or_else(unknown);
        return Ok(format!("200 OK, password.status {}", status.as_data()).into());
    }
    let user: User = call::parsed(answer)?;
    if !user.id.same_name(unlock.key.id.as_data()) {
        return Err(Problem::new(
            crate::domain::Code::BadAnswer,
            "PingOne answered for another user than the one that was asked for",
            user.id.line(),
            "look at both users in the PingOne console",
        ));
    }
    let status = user.account.and_then(|account| account.status).unwrap_or_else(unknown);
    Ok(format!("200 OK, account.status {}", status.as_data()).into())
}
