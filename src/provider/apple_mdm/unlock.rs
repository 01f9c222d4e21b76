//! Sending an unlock, and looking at what the Mac answered.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{
    Code, DeviceAnswer, DeviceStatus, OpenUnlock, Outcome, PollResult, PollStatus, Problem, Progress, StepState,
    Unlock, UnlockReply, Untrusted,
};
use crate::ledger::Recorded;

use super::command::MdmCommand;
use super::server::{CommandRequest, QueueState};
use super::{AppleMdm, inventory, messages, read};

/// How long a Mac may take to list its accounts before the unlock goes ahead without.
const LIST_PATIENCE: Duration = Duration::from_secs(15);
const LIST_PAUSE: Duration = Duration::from_millis(250);
/// How often a command is sent in all, where a server takes its name once only.
const TRIES: u32 = 3;
const AGAIN_PAUSE: Duration = Duration::from_millis(500);
/// How often to look, by the age of the request: a Mac that is awake answers within seconds.
const PACE: [(Duration, Duration); 3] = [
    (Duration::from_secs(60), Duration::from_secs(1)),
    (Duration::from_secs(600), Duration::from_secs(5)),
    (Duration::MAX, Duration::from_secs(60)),
];
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
        within: mdm.info.total_timeout,
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
        progress: words.into_iter().map(|words| Progress::new(StepState::Note, words)).collect(),
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
    let checked = checked.map(|words| Progress::new(StepState::Note, words));
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
                progress: checked.into_iter().chain([Progress::new(StepState::Note, words)]).collect(),
            }
        }
        UnlockReply::NotDone(problem) | UnlockReply::Throttled(_, problem) if command.attempt > 1 => {
            UnlockReply::InDoubt(problem)
        }
        reply => reply,
    }
}

/// What the Mac says of its accounts: words where the unlock may go on, nothing while it hasn't answered. A Mac that
/// doesn't answer in time doesn't hold the unlock up.
async fn listed(
    mdm: &AppleMdm,
    command: &CommandRequest,
    recorded: &Recorded<Unlock>,
    waited: Duration,
) -> Result<Option<String>, Problem> {
    let Some(name) = command.command.user_name() else { return Ok(Some(String::new())) };
    let known = mdm.server.follow(&question(command, recorded)).await;
    let answers = known.map(|known| known.answers).unwrap_or_default();
    let last = answers.iter().find(|answer| answer.status.is_final());
    match last.map(|answer| &answer.users) {
        Some(Some(users)) if users.iter().any(|user| user.as_data() == name) => {
            Ok(Some(format!("the Mac lists the account {}: sending the unlock", Untrusted::from(name).line())))
        }
        Some(Some(users)) => {
            let names: Vec<String> = users.iter().map(Untrusted::line).collect();
            let (what, why) = ("the Mac has no such account", format!("it lists {}", names.join(", ")));
            Err(Problem::new(Code::NotFound, what, why, "ask the caller for the account's name and correct the map"))
        }
        Some(None) => Ok(Some("the Mac told no list: sending the unlock without".to_owned())),
        None if waited >= LIST_PATIENCE => {
            Ok(Some("the Mac hasn't listed its accounts yet: sending the unlock without".to_owned()))
        }
        None => Ok(None),
    }
}

/// Looks once; changes nothing.
pub async fn look(mdm: &AppleMdm, open: &OpenUnlock) -> PollResult {
    let command = match command(mdm, open) {
        Ok(command) => command,
        Err(problem) => return PollResult::seen("", PollStatus::Ended(Outcome::Failed, Some(problem)), None),
    };
    let (known, unasked) = match mdm.server.follow(&command).await {
        Ok(known) => (known, None),
        Err(problem) => (QueueState::CantTell.into(), Some(problem)),
    };
    let age = Duration::try_from(Timestamp::now().duration_since(open.asked_at)).unwrap_or_default();
    let pause = PACE.iter().find(|row| age < row.0).map_or(Duration::from_secs(60), |row| row.1);
    let mut progress: Vec<Progress> = Vec::new();
    if let QueueState::Has(words) = &known.queue
        && open.handle.is_none()
        && known.answers.is_empty()
    {
        progress.push(Progress::new(StepState::Queued, words.clone()));
    }
    // The first final answer stands; what comes after it is for the ledger.
    let last = known.answers.iter().position(|answer| answer.status.is_final());
    let heard = known.answers.get(..=last.unwrap_or(known.answers.len())).unwrap_or(&known.answers);
    progress.extend(heard.iter().map(messages::step));
    if let Some(answer) = last.and_then(|at| known.answers.get(at)) {
        return ended(mdm, open, answer, progress).await;
    }
    let status = match known.queue {
        QueueState::Has(_) => PollStatus::Waiting(pause, None),
        _ if !heard.is_empty() => PollStatus::Waiting(pause, None),
        QueueState::Unknown if age > mdm.info.settles_after => {
            let why = "the request can't have arrived, or the Mac was enrolled anew and its queue was cleared";
            let lost = Problem::new(Code::NotFound, "the server doesn't know the command", why, "try again");
            PollStatus::Ended(Outcome::Failed, Some(lost))
        }
        QueueState::Unknown | QueueState::CantTell => {
            let next = if mdm.info.answers_by_webhook {
                "keep `unbolt webhook` running; `unbolt ledger show --open` lists what still waits"
            } else {
                "look at the Mac's commands in the server's console"
            };
            let what = "the Mac hasn't answered, and the server doesn't say whether it has the command";
            PollStatus::AskAgain(pause, Some(unasked.unwrap_or_else(|| Problem::new(Code::Unanswered, what, "", next))))
        }
    };
    let detail = match &status {
        PollStatus::AskAgain(_, Some(problem)) if problem.code != Code::Unanswered => problem.what.to_string(),
        _ => String::new(),
    };
    PollResult { progress, ..PollResult::seen(detail, status, None) }
}

async fn ended(mdm: &AppleMdm, open: &OpenUnlock, answer: &DeviceAnswer, progress: Vec<Progress>) -> PollResult {
    if answer.status != DeviceStatus::Acknowledged {
        let status = PollStatus::Ended(Outcome::Failed, Some(messages::refusal(answer)));
        return PollResult { progress, ..PollResult::seen("", status, None) };
    }
    // What the Mac counts now, where it can be asked.
    let account = read::account(mdm, &open.key.id).await.ok().flatten();
    let count = account.as_ref().and_then(|account| account.bad_logins.count);
    let detail = count.map(|count| format!("the Mac now counts {count} failed logins")).unwrap_or_default();
    let status = PollStatus::Ended(Outcome::Acknowledged, None);
    PollResult { progress, ..PollResult::seen(detail, status, account.map(Box::new)) }
}
