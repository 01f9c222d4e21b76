//! Sending an unlock, following an operation that outlasts the wait, and reading its result truly: a failure and a wait
//! for approval both come with HTTP 200.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::json;

use crate::domain::{Code, Outcome, Problem, ReportedStep, StepState, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;
use crate::provider::api_client::{UnlockAnswer, about};
use crate::provider::http::{Request, Response};
use crate::provider::json::Object;

use super::Adaxes;
use super::wire::{RESULT, RUNNING};

const WAIT: HeaderName = HeaderName::from_static("adm-wait");
const PAUSE: Duration = Duration::from_secs(1);
/// The kinds of messages (`MessageType`).
const KINDS: [&str; 7] =
    ["error", "warning", "information", "triggered", "approval required", "failure audit", "success audit"];
/// How deep messages are shown, and how many beside each other.
const DEEPEST: u8 = 8;
const WIDEST: usize = 20;

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
    judge(&result)
}

fn pending(operation: Untrusted) -> UnlockReply {
    let progress = vec![ReportedStep::new(StepState::Note, "the operation is still running in Adaxes")];
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
    match done.as_ref().and_then(judge) {
        Some(answer) => about(recorded.what(), answer),
        None if running.flag("completed") == Some(true) => {
            UnlockReply::InDoubt(adaxes.client.spec.odd("a finished operation without a result that is known"))
        }
        None if waited < adaxes.info.http.total_timeout => pending(operation.clone()),
        None => UnlockReply::InDoubt(Problem::new(
            Code::TimedOut,
            "the operation is still running in Adaxes",
            format!("operation {}", operation.line()),
            "look at the account again in a while",
        )),
    }
}

/// What a result means; none where it is no operation result: then nobody knows what was done.
fn judge(result: &Object) -> Option<UnlockAnswer> {
    let told = Some(tree(result)).filter(|told| !told.is_empty());
    // Text, or an object with a message.
    let exception = result.inner_text("exception", "message").or_else(|| result.text("exception"));
    let extra = result.object("extraInfo").filter(|extra| extra.names().next().is_some());
    let extra = extra.map(|extra| {
        let one = |name: &str| format!("{name}: {}", extra.text(name).map_or_else(String::new, |text| text.line()));
        extra.names().map(one).collect::<Vec<_>>().join(", ")
    });
    let words = |head: Option<String>| {
        let words: Vec<String> = [head, told.clone(), extra.clone()].into_iter().flatten().collect();
        words.join(" · ")
    };
    let reply = match result.integer("resultType")? {
        0 if result.flag("noChanges") == Some(true) => {
            let head = "nothing to change: it was not locked".to_owned();
            UnlockReply::Ended(Outcome::AlreadyOpen, words(Some(head)).into(), None)
        }
        0 => UnlockReply::Accepted(words(Some("200 OK, done".to_owned())).into()),
        1 => UnlockReply::NotDone(Problem::new(
            Code::Server,
            "Adaxes took the request and failed",
            words(exception.as_ref().map(Untrusted::line)),
            "ask the Adaxes administrator about the business rule or the right it names",
        )),
        2 => UnlockReply::Ended(Outcome::PendingApproval, words(Some("sent for approval".to_owned())).into(), None),
        _ => return None,
    };
    Some(UnlockAnswer { about: result.text("actualObjectDN"), reply })
}

/// The messages as a tree in one line: `Business Rules: 1 rule … > 'Rule': Send … (triggered) > …`.
fn tree(result: &Object) -> String {
    fn inner(message: &Object, depth: u8) -> String {
        let messages = message.objects("innerMessages");
        messages.iter().take(WIDEST).map(|message| one(message, depth)).collect::<Vec<_>>().join("; ")
    }
    fn one(message: &Object, depth: u8) -> String {
        let number = message.count("messageType").and_then(|kind| KINDS.get(kind as usize).copied());
        // Some versions name the kind.
        let kind = number.map(Untrusted::from).or_else(|| message.text("messageType"));
        let kind = kind.map(|kind| format!(" ({})", kind.line().to_lowercase())).unwrap_or_default();
        let source = message.text("source").map(|source| format!("{}: ", source.line())).unwrap_or_default();
        let text = message.text("text").map(|text| text.line()).unwrap_or_default();
        let inside = if depth == 0 { String::new() } else { inner(message, depth - 1) };
        let inside = if inside.is_empty() { inside } else { format!(" > {inside}") };
        format!("{source}{text}{kind}{inside}")
    }
    inner(result, DEEPEST)
}
