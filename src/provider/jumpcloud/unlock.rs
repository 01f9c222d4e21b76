//! Sending an unlock, and looking at what became of it.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use crate::config::jumpcloud::UnlockMode;
use crate::domain::{Code, Lock, OpenUnlock, Outcome, PollResult, PollStatus, Problem, Unlock, UnlockReply};
use crate::ledger::Recorded;
use crate::provider::auth;
use crate::provider::http::{Request, Response, TransportError};

use super::wire::User;
use super::{JumpCloud, errors, read};

const PAUSE: Duration = Duration::from_millis(500);
const USUAL_WAIT: Duration = Duration::from_secs(5);

/// Sends the request of a recorded intent: `POST …/unlock` without a body, or the configured `PUT`.
pub async fn send(jump: &JumpCloud, recorded: &Recorded<Unlock>) -> UnlockReply {
    let id = &recorded.what().key.id;
    let is_post = jump.settings.mode == UnlockMode::Post;
    let url = match jump.user_url(id, if is_post { "/unlock" } else { "" }) {
        Ok(url) => url,
        Err(problem) => return UnlockReply::NotDone(problem),
    };
    let ask = if is_post {
        Request::post(url, Vec::new())
    } else {
        let body = br#"{"account_locked":false}"#.to_vec();
        Request { method: Method::PUT, ..Request::post(url, body) }
            .with(CONTENT_TYPE, HeaderValue::from_static("application/json"))
    };
    match auth::change(jump, ask).await {
        Ok(answer) => judge(&answer, is_post),
        Err(TransportError::NotSent(problem) | TransportError::Rejected(problem)) => UnlockReply::NotDone(problem),
        Err(TransportError::Ambiguous(problem)) => UnlockReply::InDoubt(problem),
    }
}

fn judge(answer: &Response, is_post: bool) -> UnlockReply {
    match answer.status {
        // The answer is the text `OK`, as text or as a JSON string; never a user.
        200 if is_post && matches!(answer.body.trim_ascii(), b"OK" | b"\"OK\"" | b"") => {
            UnlockReply::Accepted("200 OK".into())
        }
        200 if !is_post => match serde_json::from_slice::<User>(&answer.body) {
            Ok(user) => UnlockReply::Accepted(
                format!("200 OK, account_locked {}", user.raw("account_locked").unwrap_or("not told")).into(),
            ),
            Err(e) => UnlockReply::InDoubt(errors::not_understood(answer, &e.to_string())),
        },
        429 => UnlockReply::Throttled(answer.retry_after().unwrap_or(USUAL_WAIT), errors::problem(answer)),
        200..=299 => UnlockReply::InDoubt(errors::not_understood(answer, "not the text OK")),
        408 | 500.. => UnlockReply::InDoubt(errors::problem(answer)),
        _ => UnlockReply::NotDone(errors::problem(answer)),
    }
}

/// Looks once; changes nothing.
pub async fn look(jump: &JumpCloud, open: &OpenUnlock) -> PollResult {
    match read::account(jump, &open.key.id).await {
        Err(problem) => {
            let detail = problem.what.to_string();
            PollResult::seen(detail, PollStatus::AskAgain(PAUSE, Some(problem)), None)
        }
        Ok(None) => {
            let gone = Problem::new(
                Code::NotFound,
                "the user no longer exists",
                "JumpCloud answers 404",
                "search for the person again",
            );
            PollResult::seen("the user is gone", PollStatus::Ended(Outcome::Failed, Some(gone)), None)
        }
        Ok(Some(account)) => {
            let asked_at = jump.http.on_server_clock(open.asked_at);
            let verdict = match &account.lock {
                Lock::Open => PollStatus::Ended(Outcome::Unlocked, None),
                Lock::Locked { since: Some(since), .. }
                    if since.duration_since(asked_at) > jiff::SignedDuration::from_secs(2) =>
                {
                    PollStatus::Ended(Outcome::Relocked, None)
                }
                Lock::Locked { .. } => PollStatus::AskAgain(PAUSE, None),
                Lock::Unknown { problem } => PollStatus::AskAgain(PAUSE, problem.as_deref().cloned()),
                Lock::NotReported => PollStatus::AskAgain(
                    PAUSE,
                    Some(Problem::new(
                        Code::BadAnswer,
                        "JumpCloud no longer reports this lock",
                        "",
                        "look at the user in its console",
                    )),
                ),
            };
            let detail = if account.lock.is_locked() { "account_locked true" } else { "account_locked false" };
            PollResult::seen(detail, verdict, Some(Box::new(account)))
        }
    }
}
