//! The queue that `NanoMDM` and `NanoHUB` share: `PUT …/enqueue/{id}` with the command itself. The client names the
//! command, so a second try with the same name can't queue it twice.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;

use crate::domain::{Code, Outcome, Problem, Progress, StepState, UnlockReply, Untrusted};
use crate::provider::auth;
use crate::provider::http::{Request, Response, TransportError};
use crate::provider::push_inbox::PushInbox;

use super::client::{Link, segment};
use super::messages::redacted;
use super::server::{Followed, Held, Order};

/// How often it is sent in all, with the same name each time.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Deserialize, Default)]
struct Reply {
    #[serde(default)]
    status: HashMap<String, PerId>,
    #[serde(default)]
    no_push: bool,
    push_error: Option<String>,
    command_error: Option<String>,
    command_uuid: Option<String>,
}

#[derive(Deserialize, Default)]
struct PerId {
    push_error: Option<String>,
    push_result: Option<String>,
    command_error: Option<String>,
}

/// Queues a command. `path` is the server's own, up to the id.
pub async fn enqueue(link: &Link, path: &str, order: &Order) -> UnlockReply {
    let ask =
        Request::put(link.url(&format!("{path}/{}", segment(&order.device))), order.command.to_plist(&order.uuid));
    let mut doubt: Option<Problem> = None;
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        match auth::change(link, ask.clone()).await {
            Ok(answer) => match judge(link, order, &answer, doubt.is_some()) {
                UnlockReply::InDoubt(problem) => doubt = Some(problem),
                // A refusal now says nothing of the request before, whose answer was lost.
                UnlockReply::NotDone(problem) | UnlockReply::Throttled(_, problem) if doubt.is_some() => {
                    return UnlockReply::InDoubt(problem);
                }
                reply => return reply,
            },
            Err(TransportError::Ambiguous(problem)) => doubt = Some(problem),
            Err(TransportError::NotSent(problem) | TransportError::Rejected(problem)) => match doubt {
                None => return UnlockReply::NotDone(problem),
                Some(_) => doubt = Some(problem),
            },
        }
    }
    UnlockReply::InDoubt(doubt.unwrap_or_else(|| Problem::new(Code::Cut, "no answer came", "", "look again later")))
}

/// Queued is what the body says, whatever the status: a failed push answers 500 for a command that is queued, and a
/// lost body answers 200 for nothing (observed).
fn judge(link: &Link, order: &Order, answer: &Response, is_repeat: bool) -> UnlockReply {
    let Ok(reply) = serde_json::from_slice::<Reply>(&answer.body) else {
        return by_status(link, answer);
    };
    let own = reply.status.iter().find(|(id, _)| order.device.same_name(id)).map(|(_, own)| own);
    let command_error = reply.command_error.as_ref().or_else(|| own.and_then(|own| own.command_error.as_ref()));
    if let Some(words) = command_error {
        return not_queued(link, answer, order, words, is_repeat);
    }
    match &reply.command_uuid {
        None if answer.status != 200 || reply.status.is_empty() => by_status(link, answer),
        None => UnlockReply::NotDone(Problem {
            http_status: Some(answer.status),
            ..Problem::new(
                Code::BadAnswer,
                format!("{} queued nothing: it only woke the Mac", link.name),
                "its answer names no command, as when the request's body was lost on the way",
                "look for a proxy that drops the bodies of PUT requests",
            )
        }),
        Some(uuid) if !uuid.eq_ignore_ascii_case(&order.uuid) => {
            UnlockReply::InDoubt(link.not_understood(answer, "it names another command than the one that was sent"))
        }
        Some(_) => queued(link, &reply, own),
    }
}

/// An answer that is not of this server, as a gateway gives one.
fn by_status(link: &Link, answer: &Response) -> UnlockReply {
    match answer.status {
        429 => UnlockReply::Throttled(answer.retry_after().unwrap_or(Duration::from_secs(5)), link.problem(answer)),
        200..=299 | 408 | 500.. => UnlockReply::InDoubt(link.problem(answer)),
        _ => UnlockReply::NotDone(link.problem(answer)),
    }
}

fn not_queued(link: &Link, answer: &Response, order: &Order, words: &str, is_repeat: bool) -> UnlockReply {
    let lower = words.to_lowercase();
    // Proof that an earlier try arrived. The SQL storages say it in their database's words.
    let exists = lower.contains("already exists") && lower.contains(&order.uuid.to_lowercase());
    if exists || (is_repeat && (lower.contains("duplicate") || lower.contains("unique constraint"))) {
        let words = "the command is in the queue: an earlier try had arrived";
        return UnlockReply::Queued(vec![Progress::new(StepState::Queued, words)], None);
    }
    UnlockReply::NotDone(Problem {
        http_status: Some(answer.status),
        ..Problem::new(
            Code::BadRequest,
            format!("{} didn't take the command", link.name),
            redacted(words),
            "check the Mac's id: is it still enrolled?",
        )
    })
}

fn queued(link: &Link, reply: &Reply, own: Option<&PerId>) -> UnlockReply {
    let push_error = reply.push_error.as_ref().or_else(|| own.and_then(|own| own.push_error.as_ref()));
    let mut progress = vec![Progress::new(StepState::Queued, format!("{} has it for the Mac", link.name))];
    match push_error {
        // The file and memory storages queue for an id that nobody ever enrolled with.
        Some(words) if words.to_lowercase().contains("push data missing") => {
            let unknown = Problem::new(
                Code::NotFound,
                format!("{} knows no such Mac", link.name),
                "it queued the command for an id that never enrolled; nobody will fetch it",
                "correct the UDID in the map of Macs",
            );
            return UnlockReply::Ended(Outcome::Failed, redacted(words), Some(unknown));
        }
        Some(words) => progress.push(Progress::new(
            StepState::PushFailed,
            format!("the Mac couldn't be told and gets it when it next comes by itself: {}", redacted(words).as_data()),
        )),
        None if reply.no_push => {
            progress.push(Progress::new(StepState::PushFailed, "the server was told not to wake the Mac"));
        }
        None => {
            let id = own.and_then(|own| own.push_result.as_deref()).unwrap_or("");
            let id = Untrusted::from(id).line();
            progress.push(Progress::new(StepState::Pushed, format!("Apple took the push {id}").trim_end().to_owned()));
        }
    }
    UnlockReply::Queued(progress, None)
}

/// What the push_inbox holds: these servers answer no questions.
pub fn followed(push_inbox: &PushInbox, order: &Order) -> Followed {
    Followed { answers: push_inbox.answers(&order.uuid), held: Held::CantTell }
}
