//! Sending an unlock, following an operation that outlasts the wait, and looking at what became of it.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::domain::{Code, Lock, OpenUnlock, Outcome, PollResult, PollStatus, Problem, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::auth;
use crate::provider::http::{Request, Response, TransportError};

use super::wire::{OperationResult, Running};
use super::{Adaxes, errors, operation_result, read};

const WAIT: HeaderName = HeaderName::from_static("adm-wait");
const PAUSE: Duration = Duration::from_secs(1);

/// Sends the request of a recorded intent, by GUID.
pub async fn send(adaxes: &Adaxes, recorded: &Recorded<Unlock>) -> UnlockReply {
    let id = &recorded.what().key.id;
    // The DN now, to compare with the object that was acted on.
    let dn = match read::account(adaxes, id).await {
        Ok(Some(account)) => account.facts.into_iter().find(|fact| fact.label.as_data() == "Distinguished name"),
        Ok(None) => {
            let gone = Problem::new(Code::NotFound, "the account no longer exists", "", "search for the person again");
            return UnlockReply::NotDone(gone);
        }
        Err(problem) => return UnlockReply::NotDone(problem),
    };
    let dn = dn.map(|fact| fact.value);
    let body = json!({"directoryObject": id.as_data()}).to_string();
    let ask = Request::post(adaxes.url("/api/directoryObjects/account/unlock"), body.into_bytes())
        .with(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .with(WAIT, HeaderValue::from(adaxes.settings.wait_seconds));
    match auth::change(adaxes, ask).await {
        Ok(answer) => judge(adaxes, &answer, dn.as_ref()).await,
        Err(TransportError::NotSent(problem) | TransportError::Rejected(problem)) => UnlockReply::NotDone(problem),
        Err(TransportError::Ambiguous(problem)) => UnlockReply::InDoubt(problem),
    }
}

async fn judge(adaxes: &Adaxes, answer: &Response, dn: Option<&Untrusted>) -> UnlockReply {
    match answer.status {
        200 => match serde_json::from_slice::<OperationResult>(&answer.body) {
            Ok(done) => operation_result::judge(&done, dn),
            Err(e) => UnlockReply::InDoubt(errors::not_understood(answer, &e.to_string())),
        },
        202 => match operation(&answer.body) {
            Some(id) => follow(adaxes, &id, dn).await,
            None => UnlockReply::InDoubt(errors::not_understood(answer, "a running operation without an id")),
        },
        429 => UnlockReply::Throttled(answer.retry_after().unwrap_or(Duration::from_secs(5)), errors::problem(answer)),
        200..=299 | 408 | 500.. => UnlockReply::InDoubt(errors::problem(answer)),
        _ => UnlockReply::NotDone(errors::problem(answer)),
    }
}

/// The id of a running operation: its name in the body isn't documented, so the body may be the id itself or
/// an object with one text in it.
fn operation(body: &[u8]) -> Option<Untrusted> {
    match serde_json::from_slice(body).ok()? {
        Value::String(id) => Some(id.into()),
        Value::Object(members) => members
            .iter()
            .find(|(name, value)| name.to_lowercase().contains("id") && value.is_string())
            .and_then(|(_, value)| value.as_str())
            .map(Untrusted::from),
        _ => None,
    }
}

/// Polls a running operation until it is done or the exchange's own time is over.
async fn follow(adaxes: &Adaxes, id: &Untrusted, dn: Option<&Untrusted>) -> UnlockReply {
    let until = Instant::now() + adaxes.info.total_timeout;
    let url = adaxes.url(&format!("/api/runningOperations/{}", id.url()));
    loop {
        match auth::read(adaxes, Request::get(url.clone())).await {
            Ok(answer) if answer.status == 200 => match serde_json::from_slice::<Running>(&answer.body) {
                Ok(Running { completed: Some(true), operation_result: Some(done) }) => {
                    return operation_result::judge(&done, dn);
                }
                Ok(_) => {}
                Err(e) => return UnlockReply::InDoubt(errors::not_understood(&answer, &e.to_string())),
            },
            Ok(answer) => return UnlockReply::InDoubt(errors::problem(&answer)),
            Err(problem) => return UnlockReply::InDoubt(problem),
        }
        if Instant::now() >= until {
            let why = format!("operation {} is still running", id.line());
            return UnlockReply::InDoubt(Problem::new(
                Code::TimedOut,
                "Adaxes is still at it",
                why,
                "look at the account again in a while",
            ));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Looks once; changes nothing.
pub async fn look(adaxes: &Adaxes, open: &OpenUnlock) -> PollResult {
    match read::account(adaxes, &open.key.id).await {
        Err(problem) => {
            let detail = problem.what.to_string();
            PollResult::seen(detail, PollStatus::AskAgain(PAUSE, Some(problem)), None)
        }
        Ok(None) => {
            let gone = Problem::new(Code::NotFound, "the account no longer exists", "", "search for the person again");
            PollResult::seen("the account is gone", PollStatus::Ended(Outcome::Failed, Some(gone)), None)
        }
        Ok(Some(account)) => {
            // Domain controllers agree after a few seconds.
            let (verdict, detail) = match &account.lock {
                Lock::Open => (PollStatus::Ended(Outcome::Unlocked, None), "isLocked false"),
                Lock::Locked { .. } => (PollStatus::AskAgain(PAUSE, None), "isLocked true"),
                _ => (
                    PollStatus::AskAgain(
                        PAUSE,
                        Some(Problem::new(
                            Code::BadAnswer,
                            "Adaxes reports no lock state",
                            "",
                            "look at the account in Adaxes",
                        )),
                    ),
                    "isLocked not reported",
                ),
            };
            PollResult::seen(detail, verdict, Some(Box::new(account)))
        }
    }
}
