//! Sending an unlock, and looking at what the Mac answered.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::domain::{
    Code, DeviceAnswer, DeviceStatus, OpenUnlock, Outcome, PollResult, PollStatus, Problem, Progress, StepState,
    Unlock, UnlockReply, Untrusted,
};
use crate::ledger::Recorded;

use super::command::Command;
use super::server::{Held, Order};
use super::{AppleMdm, inventory, messages, read};

/// How long a Mac may take to list its accounts before the unlock goes ahead without.
const LIST_PATIENCE: Duration = Duration::from_secs(15);
const LIST_PAUSE: Duration = Duration::from_millis(250);
/// How often to look, by the age of the request: a Mac that is awake answers within seconds.
const PACE: [(Duration, Duration); 3] = [
    (Duration::from_secs(60), Duration::from_secs(1)),
    (Duration::from_secs(600), Duration::from_secs(5)),
    (Duration::MAX, Duration::from_secs(60)),
];

/// Sends the request of a recorded intent. The intent's id names the command where the client may name it.
pub async fn send(mdm: &AppleMdm, recorded: &Recorded<Unlock>) -> UnlockReply {
    let Some((device, short_name)) = inventory::parts(&recorded.what().key.id) else {
        return UnlockReply::NotDone(Problem::new(
            Code::BadId,
            "this is no account of a Mac",
            recorded.what().key.id.line(),
            "search for the person again",
        ));
    };
    let order = Order {
        device,
        command: Command::UnlockUserAccount(short_name.clone()),
        uuid: recorded.intent().command(),
        asked_at: recorded.at(),
        within: mdm.info.total_timeout,
        handle: None,
    };
    let mut checked = None;
    if mdm.check_user_list {
        match listed(mdm, &order, recorded.intent().question(), &short_name).await {
            Ok(words) => checked = Some(Progress::new(StepState::Note, words)),
            Err(reply) => return *reply,
        }
    }
    match mdm.server.enqueue(&order).await {
        UnlockReply::Queued(progress, handle) => {
            UnlockReply::Queued(checked.into_iter().chain(progress).collect(), handle)
        }
        reply => reply,
    }
}

/// Asks the Mac for its accounts first. A Mac that doesn't answer in time doesn't hold the unlock up.
async fn listed(mdm: &AppleMdm, order: &Order, uuid: String, name: &Untrusted) -> Result<String, Box<UnlockReply>> {
    let question = Order { command: Command::UserList, uuid, ..order.clone() };
    match mdm.server.enqueue(&question).await {
        UnlockReply::Queued(..) => {}
        // The doubt is about the question alone: the unlock wasn't sent yet.
        UnlockReply::InDoubt(_) => {
            return Ok("whether the Mac was asked for its accounts isn't known: going ahead".to_owned());
        }
        reply => return Err(Box::new(reply)),
    }
    let until = Instant::now() + LIST_PATIENCE;
    loop {
        let answers = mdm.server.follow(&question).await.answers;
        let last = answers.iter().find(|answer| answer.status.is_final());
        if let Some(users) = last.and_then(|answer| answer.users.as_ref()) {
            if users.iter().any(|user| user == name) {
                return Ok(format!("the Mac lists the account {}", name.line()));
            }
            let names: Vec<String> = users.iter().map(Untrusted::line).collect();
            return Err(Box::new(UnlockReply::NotDone(Problem::new(
                Code::NotFound,
                "the Mac has no such account",
                format!("it lists {}", names.join(", ")),
                "ask the caller for the account's name and correct the map",
            ))));
        }
        if last.is_some() || Instant::now() >= until {
            let why = if last.is_some() { "the Mac told no list" } else { "the Mac hasn't listed its accounts yet" };
            return Ok(format!("{why}: going ahead without"));
        }
        tokio::time::sleep(LIST_PAUSE).await;
    }
}

/// Looks once; changes nothing.
pub async fn look(mdm: &AppleMdm, open: &OpenUnlock) -> PollResult {
    let Some((device, short_name)) = inventory::parts(&open.key.id) else {
        let problem = Problem::new(Code::BadId, "this is no account of a Mac", open.key.id.line(), "");
        return PollResult::seen("", PollStatus::Ended(Outcome::Failed, Some(problem)), None);
    };
    let order = Order {
        device,
        command: Command::UnlockUserAccount(short_name),
        uuid: open.intent.command(),
        asked_at: open.asked_at,
        within: mdm.info.total_timeout,
        handle: open.handle.clone(),
    };
    let followed = mdm.server.follow(&order).await;
    let age = Duration::try_from(Timestamp::now().duration_since(open.asked_at)).unwrap_or_default();
    let pause = PACE.iter().find(|row| age < row.0).map_or(Duration::from_secs(60), |row| row.1);
    let mut progress: Vec<Progress> = Vec::new();
    if let Held::Yes(words) = &followed.held
        && open.handle.is_none()
        && followed.answers.is_empty()
    {
        progress.push(Progress::new(StepState::Queued, words.clone()));
    }
    // The first final answer stands; what comes after it is for the ledger.
    let last = followed.answers.iter().position(|answer| answer.status.is_final());
    let told = followed.answers.get(..=last.unwrap_or(followed.answers.len())).unwrap_or(&followed.answers);
    progress.extend(told.iter().map(messages::step));
    match (last.and_then(|at| followed.answers.get(at)), followed.held) {
        (Some(answer), _) => ended(mdm, open, answer, progress).await,
        (None, Held::Yes(_)) => PollResult { progress, ..PollResult::seen("", PollStatus::Waiting(pause, None), None) },
        (None, _) if !told.is_empty() => {
            PollResult { progress, ..PollResult::seen("", PollStatus::Waiting(pause, None), None) }
        }
        (None, Held::No) if age > mdm.info.total_timeout => {
            let why = Problem::new(
                Code::NotFound,
                "the server doesn't know the command",
                "the request can't have arrived, or the Mac was enrolled anew and its queue was cleared",
                "try again",
            );
            PollResult { progress, ..PollResult::seen("", PollStatus::Ended(Outcome::Failed, Some(why)), None) }
        }
        (None, Held::Unasked(problem)) => {
            let what = problem.what.clone();
            PollResult { progress, ..PollResult::seen(what.as_ref(), PollStatus::AskAgain(pause, Some(problem)), None) }
        }
        (None, Held::No | Held::CantTell) => {
            let next = if mdm.info.answers_by_webhook {
                "keep `unbolt webhook` running; `unbolt ledger show --open` lists what still waits"
            } else {
                "look at the Mac's commands in the server's console"
            };
            let what = "the Mac hasn't answered, and the server doesn't say whether it has the command";
            let silent = Problem::new(Code::Unanswered, what, "", next);
            PollResult { progress, ..PollResult::seen("", PollStatus::AskAgain(pause, Some(silent)), None) }
        }
    }
}

async fn ended(mdm: &AppleMdm, open: &OpenUnlock, answer: &DeviceAnswer, progress: Vec<Progress>) -> PollResult {
    if answer.status != DeviceStatus::Acknowledged {
        let verdict = PollStatus::Ended(Outcome::Failed, Some(messages::refusal(answer)));
        return PollResult { progress, ..PollResult::seen("", verdict, None) };
    }
    // What the Mac counts now, where it can be asked.
    let account = read::account(mdm, &open.key.id).await.ok().flatten();
    let counted = account.as_ref().filter(|account| account.bad_logins.count.is_some());
    let detail =
        counted.map(|account| format!("the Mac now counts {} failed logins", account.bad_logins.count.unwrap_or(0)));
    let verdict = PollStatus::Ended(Outcome::Acknowledged, None);
    PollResult { progress, ..PollResult::seen(detail.unwrap_or_default(), verdict, account.map(Box::new)) }
}
