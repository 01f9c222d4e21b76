//! Sending an unlock, and following an operation that outlasts the wait.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::json;

use crate::domain::{Code, Problem, Progress, StepState, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::api_client::UnlockAnswer;
use crate::provider::http::{Request, Response};
use crate::provider::json::Object;

use super::wire::{RESULT, RUNNING};
use super::{Adaxes, operation_result};

const WAIT: HeaderName = HeaderName::from_static("adm-wait");
const PAUSE: Duration = Duration::from_secs(1);

/// Sends the request of a recorded intent, by GUID.
pub async fn send(adaxes: &Adaxes, recorded: &Recorded<Unlock>) -> UnlockReply {
    let body = json!({"directoryObject": recorded.what().key.id.as_data()});
    let request = Request::post_json(adaxes.client.url("/api/directoryObjects/account/unlock"), &body)
        .with(WAIT, HeaderValue::from(adaxes.wait_seconds));
    adaxes.client.unlock(recorded, Ok(request), |response| accepted(adaxes, response)).await
}

fn accepted(adaxes: &Adaxes, response: &Response) -> Option<UnlockAnswer> {
    if response.is_accepted() {
        return operation(response).map(|operation| pending(operation).into());
    }
    let result = response.is_ok().then(|| adaxes.client.parsed(response, &RESULT).ok()).flatten()?;
    operation_result::judge(&result)
}

fn pending(operation: Untrusted) -> UnlockReply {
    let progress = vec![Progress::new(StepState::Note, "the operation is still running in Adaxes")];
    UnlockReply::Pending { progress, token: operation, ask_again_after: PAUSE }
}

/// The id of a running operation: its name in the body isn't documented, so the body may be the id itself or
/// an object with one text in it.
fn operation(response: &Response) -> Option<Untrusted> {
    response.json::<Untrusted>().or_else(|| {
        let body: Object = response.json()?;
        let name = body.names().find(|name| name.to_lowercase().contains("id"))?;
        body.text(name)
    })
}

/// Asks once whether a running operation is done.
pub async fn poll(
    adaxes: &Adaxes,
    recorded: &Recorded<Unlock>,
    operation: &Untrusted,
    waited: Duration,
) -> UnlockReply {
    let url = adaxes.client.url(&format!("/api/runningOperations/{}", operation.url()));
    let running = match adaxes.client.get(url, &RUNNING).await {
        Ok(running) => running,
        Err(problem) => return UnlockReply::InDoubt(problem),
    };
    let done = running.object("operationResult").filter(|_| running.flag("completed") == Some(true));
    match done.as_ref().and_then(operation_result::judge) {
        Some(answer) => adaxes.client.answered(recorded, answer),
        None if running.flag("completed") == Some(true) => {
            UnlockReply::InDoubt(adaxes.client.spec.odd("a finished operation without a result that is known"))
        }
        None if waited < adaxes.info.total_timeout => pending(operation.clone()),
        None => UnlockReply::InDoubt(Problem::new(
            Code::TimedOut,
            "the operation is still running in Adaxes",
            format!("operation {}", operation.line()),
            "look at the account again in a while",
        )),
    }
}
