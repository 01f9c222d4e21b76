//! Sending an unlock, and looking at what the Mac answered.

mod command_status;

use std::time::Duration;

use crate::domain::{OpenUnlock, Problem, ReportedStep, StepState, Unlock, UnlockReply, Untrusted};
use crate::ledger::Recorded;

use super::command::MdmCommand;
use super::server::CommandRequest;
use super::{AppleMdm, inventory};
use command_status::listed;

pub use command_status::look;

/// How long a Mac may take to list its accounts before the unlock goes ahead without.
const LIST_PATIENCE: Duration = Duration::from_secs(15);
const LIST_PAUSE: Duration = Duration::from_millis(250);
/// How often a command is sent in all, where a server takes its name once only.
const TRIES: u32 = 3;
const AGAIN_PAUSE: Duration = Duration::from_millis(500);
/// How often to look, by the age of the request: a Mac that is awake answers within seconds.
const PACE: [(Duration, Duration); 2] =
    [(Duration::from_secs(60), Duration::from_secs(1)), (Duration::from_secs(600), Duration::from_secs(5))];
/// How often to look at a request that is older.
const SLOW_PACE: Duration = Duration::from_secs(60);
/// What is pending: the Mac's list of its accounts, or another try with the same name.
const USERS: &str = "users";
const AGAIN: &str = "again ";

/// The intent's id names the command where the client may name it.
fn command(mdm: &AppleMdm, open: &OpenUnlock) -> Result<CommandRequest, Problem> {
    let (device, short_name) = inventory::parts(&open.key.id)?;
    Ok(CommandRequest {
        device: mdm.device_ref(&device),
        command: MdmCommand::UnlockUserAccount(short_name),
        uuid: open.intent.command(),
        asked_at: open.asked_at,
        within: mdm.info.http.total_timeout,
        handle: open.handle.clone(),
        attempt: 1,
    })
}

/// The question for the Mac's accounts, which is asked before it.
fn question(command: &CommandRequest, recorded: &Recorded<Unlock>) -> CommandRequest {
    CommandRequest { command: MdmCommand::UserList, uuid: recorded.intent().question(), ..command.clone() }
}

/// Sends the request of a recorded intent, or first the question for the Mac's accounts.
pub async fn send(mdm: &AppleMdm, recorded: &Recorded<Unlock>) -> UnlockReply {
    go_on(mdm, recorded, None).await.unwrap_or_else(UnlockReply::NotDone)
}

/// Goes on with what was pending.
pub async fn poll(mdm: &AppleMdm, recorded: &Recorded<Unlock>, token: &Untrusted, waited: Duration) -> UnlockReply {
    go_on(mdm, recorded, Some((token, waited))).await.unwrap_or_else(UnlockReply::NotDone)
}

async fn go_on(
    mdm: &AppleMdm,
    recorded: &Recorded<Unlock>,
    pending: Option<(&Untrusted, Duration)>,
) -> Result<UnlockReply, Problem> {
    let mut command = command(mdm, &recorded.open())?;
    let again = |token: &Untrusted| token.as_data().strip_prefix(AGAIN).and_then(|attempt| attempt.parse().ok());
    let checked = match pending {
        None if !mdm.check_user_list => None,
        None => match mdm.server.enqueue(recorded, &question(&command, recorded)).await {
            UnlockReply::Queued(..) => return Ok(waits_for_list(Some("the Mac is asked for its accounts first"))),
            // The doubt is about the question alone: the unlock wasn't sent yet.
            UnlockReply::InDoubt(_) => {
                Some("whether the Mac was asked for its accounts isn't known: sending the unlock".to_owned())
            }
            reply => return Ok(reply),
        },
        Some((token, waited)) => match again(token) {
            Some(attempt) => {
                command.attempt = attempt;
                None
            }
            None => match listed(mdm, &command, recorded, waited).await? {
                Some(words) => Some(words),
                None => return Ok(waits_for_list(None)),
            },
        },
    };
    Ok(enqueue(mdm, recorded, &command, checked).await)
}

/// Puts the command into the queue once more, by its own name.
pub async fn resend(mdm: &AppleMdm, recorded: &Recorded<Unlock>) -> UnlockReply {
    match command(mdm, &recorded.open()) {
        Ok(command) => mdm.server.enqueue(recorded, &CommandRequest { attempt: TRIES, ..command }).await,
        Err(problem) => UnlockReply::NotDone(problem),
    }
}

fn waits_for_list(words: Option<&str>) -> UnlockReply {
    UnlockReply::Pending {
        token: USERS.into(),
        ask_again_after: LIST_PAUSE,
        progress: words.into_iter().map(|words| ReportedStep::new(StepState::Note, words)).collect(),
    }
}

/// Puts the command into the queue. Where the answer was lost, and the server takes a name once only, it is sent again
/// by the same name; a refusal then says nothing of the request before.
async fn enqueue(
    mdm: &AppleMdm,
    recorded: &Recorded<Unlock>,
    command: &CommandRequest,
    checked: Option<String>,
) -> UnlockReply {
    let checked = checked.map(|words| ReportedStep::new(StepState::Note, words));
    let reply = mdm.server.enqueue(recorded, command).await;
    let may_repeat = mdm.spec.features.takes_a_name_once && command.attempt < TRIES;
    match reply {
        UnlockReply::Queued(progress, handle) => {
            UnlockReply::Queued(checked.into_iter().chain(progress).collect(), handle)
        }
        UnlockReply::InDoubt(problem) if may_repeat => {
            let words = format!("no usable answer, and sent again by the same name: {}", problem.line());
            UnlockReply::Pending {
                token: format!("{AGAIN}{}", command.attempt + 1).into(),
                ask_again_after: AGAIN_PAUSE,
                progress: checked.into_iter().chain([ReportedStep::new(StepState::Note, words)]).collect(),
            }
        }
        UnlockReply::NotDone(problem) | UnlockReply::Throttled(_, problem) if command.attempt > 1 => {
            UnlockReply::InDoubt(problem)
        }
        reply => reply,
    }
}
