//! What became of an unlock: judged by what each server says.

use crate::domain::{
    Account, Code, OpenUnlock, Outcome, PollResult, PollStatus, Problem, ReportedStep, StepState, UnlockReply,
};
use crate::provider::directory::result_code::INSUFFICIENT_RIGHTS;
use crate::provider::directory::server::ModifyError;
use crate::provider::directory::{Directory, connect};
use crate::provider::poll_result;

use super::{PAUSE, Written};

/// One answer of several.
pub(super) fn judge(written: &[(&str, Written)]) -> UnlockReply {
    if written.is_empty() {
        return UnlockReply::Accepted("no server holds a lock or a count any more; nothing was written".into());
    }
    let names = |fits: &dyn Fn(&Written) -> bool| {
        written.iter().filter(|(_, one)| fits(one)).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    };
    let opened = names(&|one| matches!(one, Written::Opened));
    let was_open = names(&|one| matches!(one, Written::WasOpen));
    let relocked = names(&|one| matches!(one, Written::Relocked));
    let mut words = Vec::new();
    words.extend((!opened.is_empty()).then(|| format!("written to {opened}")));
    words.extend((!was_open.is_empty()).then(|| format!("already open on {was_open}")));
    let failed: Vec<(&str, &ModifyError)> = written
        .iter()
        .filter_map(|(name, one)| match one {
            Written::Failed(error) => Some((*name, error)),
            _ => None,
        })
        .collect();
    let why = |problem: &Problem| if problem.why.is_blank() { problem.what.to_string() } else { problem.why.line() };
    words.extend(failed.iter().map(|(name, error)| format!("not on {name}: {}", why(error.problem()))));
    let words = words.join("; ");
    if let Some((_, ModifyError::InDoubt(problem))) =
        failed.iter().find(|(_, one)| matches!(one, ModifyError::InDoubt(_)))
    {
        let why = if opened.is_empty() { problem.why.clone() } else { words.into() };
        return UnlockReply::InDoubt(Problem { why, ..problem.clone() });
    }
    // What is written somewhere is followed: each server says itself how it is.
    if !opened.is_empty() || (failed.is_empty() && relocked.is_empty()) {
        return UnlockReply::Accepted(words.into());
    }
    match failed.first() {
        Some((_, ModifyError::Refused(INSUFFICIENT_RIGHTS, problem))) => {
            UnlockReply::Ended(Outcome::Refused, words.into(), Some(problem.clone()))
        }
        Some((_, error)) => UnlockReply::NotDone(error.problem().clone()),
        None => UnlockReply::NotDone(Problem::new(
            Code::Changed,
            "it was locked again since it was shown, and was left alone",
            format!("on {relocked}"),
            "find out who tries to sign in; then look again",
        )),
    }
}

/// Looks once on every server: open means open on each that answers.
pub async fn look(directory: &Directory, open: &OpenUnlock) -> PollResult {
    let read = crate::provider::Provider::read(directory, &open.key.id).await;
    let account = read.as_ref().ok().and_then(Option::as_ref);
    let left = account.and_then(|account| account.problem.clone().or_else(|| left_counting(account)));
    let asked_at = directory.access.health.lock().on_server_clock(open.asked_at);
    let mut result = poll_result::poll_result(read, open, asked_at);
    if let PollStatus::Ended(Outcome::Unlocked, _) = result.status {
        match left {
            // A server that can be reached has to say so itself.
            Some(left) if !connect::is_out_of_reach(&left) && left.code != Code::Incomplete => {
                result.status = PollStatus::AskAgain(PAUSE, Some(left));
            }
            // It is open wherever anybody could look; what is left is said with it.
            Some(left) => result.progress.push(ReportedStep::new(StepState::Note, left.line())),
            None => {}
        }
    }
    result
}

/// A server whose count stayed at the limit, though it is open: it would lock again at once.
pub(super) fn left_counting(account: &Account) -> Option<Problem> {
    let limit = account.bad_logins.limit?;
    let replicas = account.bad_logins.replicas.iter();
    let left = replicas.filter(|replica| replica.count.is_some_and(|count| count + 1 >= limit.max(2)));
    let names: Vec<String> = left.map(|replica| replica.name.line()).collect();
    (!names.is_empty()).then(|| {
        Problem::new(
            Code::Incomplete,
            "it is open, and a count of wrong passwords is left",
            format!("on {}: one more wrong password there locks it again", names.join(", ")),
            "find out why that server took no change; then unlock once more when it is locked",
        )
    })
}
