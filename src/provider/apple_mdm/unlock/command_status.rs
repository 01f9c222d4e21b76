//! Reading what became of a command.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{
    Code, DeviceAnswer, DeviceStatus, OpenUnlock, Outcome, PollResult, PollStatus, Problem, ReportedStep, StepState,
    Unlock, Untrusted,
};
use crate::ledger::Recorded;
use crate::provider::apple_mdm::server::{CommandPresence, CommandRequest};
use crate::provider::apple_mdm::{AppleMdm, read, wording};

use super::{LIST_PATIENCE, PACE, SLOW_PACE, command, question};

/// What the Mac says of its accounts: words where the unlock may go on, nothing while it hasn't answered. A Mac that
/// doesn't answer in time doesn't hold the unlock up.
pub(super) async fn listed(
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
        Err(problem) => (CommandPresence::CantTell.into(), Some(problem)),
    };
    let age = Duration::try_from(Timestamp::now().duration_since(open.asked_at)).unwrap_or_default();
    let pause = PACE.iter().find(|row| age < row.0).map_or(SLOW_PACE, |row| row.1);
    let mut progress: Vec<ReportedStep> = Vec::new();
    if let CommandPresence::Has(words) = &known.queue
        && open.handle.is_none()
        && known.answers.is_empty()
    {
        progress.push(ReportedStep::new(StepState::Queued, words.clone()));
    }
    // The first final answer stands; what comes after it is for the ledger.
    let last = known.answers.iter().position(|answer| answer.status.is_final());
    let heard = known.answers.get(..=last.unwrap_or(known.answers.len())).unwrap_or(&known.answers);
    progress.extend(heard.iter().map(wording::step));
    if let Some(answer) = last.and_then(|at| known.answers.get(at)) {
        return ended(mdm, open, answer, progress).await;
    }
    let status = match known.queue {
        CommandPresence::Has(_) => PollStatus::Waiting(pause, None),
        _ if !heard.is_empty() => PollStatus::Waiting(pause, None),
        CommandPresence::Unknown if age > mdm.info.http.settles_after() => {
            let why = "the request can't have arrived, or the Mac was enrolled anew and its queue was cleared";
            let lost = Problem::new(Code::NotFound, "the server doesn't know the command", why, "try again");
            PollStatus::Ended(Outcome::Failed, Some(lost))
        }
        CommandPresence::Unknown | CommandPresence::CantTell => {
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

async fn ended(mdm: &AppleMdm, open: &OpenUnlock, answer: &DeviceAnswer, progress: Vec<ReportedStep>) -> PollResult {
    if answer.status != DeviceStatus::Acknowledged {
        let status = PollStatus::Ended(Outcome::Failed, Some(wording::refusal(answer)));
        return PollResult { progress, ..PollResult::seen("", status, None) };
    }
    // What the Mac counts now, where it can be asked.
    let account = read::account(mdm, &open.key.id).await.ok().flatten();
    let count = account.as_ref().and_then(|account| account.bad_logins.count);
    let detail = count.map(|count| format!("the Mac now counts {count} failed logins")).unwrap_or_default();
    let status = PollStatus::Ended(Outcome::Acknowledged, None);
    PollResult { progress, ..PollResult::seen(detail, status, account.map(Box::new)) }
}
