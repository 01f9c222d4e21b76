//! Opening an account on every server that holds its lock or a count, and looking whether all of them agree.

use std::time::Duration;

use futures_util::future::join_all;

use crate::domain::{
    Account, Code, OpenUnlock, Outcome, PollResult, PollStatus, Problem, Progress, StepState, Unlock, UnlockReply,
};
use crate::ledger::Recorded;
use crate::provider::poll;

use super::profile::LockState;
use super::result_code::{INSUFFICIENT_RIGHTS, NO_SUCH_ATTRIBUTE};
use super::server::ModifyError;
use super::topology::{ServerRole, Topology};
use super::{Directory, connect, read};

/// The time between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// A server to write to, with the entry's name there and the state that was seen.
pub struct Target {
    /// The server.
    pub role: ServerRole,
    /// The entry's name there; empty where it wasn't read.
    pub dn: String,
    /// What is opened; none where it isn't known.
    pub state: Option<LockState>,
}

/// What became of one write.
enum Written {
    Opened,
    /// It was open already.
    WasOpen,
    Failed(ModifyError),
    /// It holds another lock than the one that was seen.
    Relocked,
}

/// Writes to each server that holds something, side by side.
pub async fn send(directory: &Directory, recorded: &Recorded<Unlock>) -> UnlockReply {
    let id = &recorded.what().key.id;
    let topology = match directory.topology().await {
        Ok(topology) => topology,
        Err(problem) => return UnlockReply::NotDone(problem),
    };
    let targets = match directory.recall(id.as_data()) {
        Some(targets) => targets,
        None => match read::on_every_server(directory, &topology, id).await {
            Ok(Some(_)) => directory.recall(id.as_data()).unwrap_or_default(),
            Ok(None) => return UnlockReply::NotDone(poll::gone()),
            Err(problem) => return UnlockReply::NotDone(problem),
        },
    };
    let written = join_all(targets.iter().map(|target| write(directory, &topology, recorded, target))).await;
    judge(&targets.iter().map(|target| target.role.name.as_str()).zip(written).collect::<Vec<_>>())
}

async fn write(directory: &Directory, topology: &Topology, proof: &Recorded<Unlock>, target: &Target) -> Written {
    let id = &proof.what().key.id;
    let changes = (directory.spec.opens)(target.state.as_ref());
    let direct = directory.spec.direct.and_then(|direct| direct(id.as_data()));
    if target.state.is_none() && (changes.is_empty() || direct.is_none()) {
        let why = "its state couldn't be read, so that nothing is known to open";
        let next = "look at it again when it answers";
        return Written::Failed(ModifyError::NotSent(Problem::new(
            Code::Incomplete,
            "it wasn't written to",
            why,
            next,
        )));
    }
    if changes.is_empty() {
        return Written::WasOpen;
    }
    // By the id where the server takes it: no rename in between turns it to somebody else.
    let dn = direct.unwrap_or_else(|| target.dn.clone());
    match target.role.server.modify(proof, &dn, &changes).await {
        Ok(()) => Written::Opened,
        // The value that was seen is gone: what is there now says why.
        Err(ModifyError::Refused(NO_SUCH_ATTRIBUTE, problem)) => {
            let now = read::on_every_server(directory, topology, id).await;
            let state = now.ok().flatten().and_then(|(_, states)| {
                let is_own = |role: &ServerRole| std::sync::Arc::ptr_eq(&role.server, &target.role.server);
                let place = topology.replicas.iter().position(is_own)?;
                states.into_iter().find(|one| one.replica == place)?.state.ok().flatten()
            });
            match state {
                Some(state) if !state.lock.is_locked() => Written::WasOpen,
                Some(_) => Written::Relocked,
                None => Written::Failed(ModifyError::InDoubt(problem)),
            }
        }
        Err(error) => Written::Failed(error),
    }
}

/// One answer of several.
fn judge(written: &[(&str, Written)]) -> UnlockReply {
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
    let asked_at = directory.access.lock().on_server_clock(open.asked_at);
    let mut result = poll::poll_result(read, open, asked_at);
    if let PollStatus::Ended(Outcome::Unlocked, _) = result.status {
        match left {
            // A server that can be reached has to say so itself.
            Some(left) if !connect::is_out_of_reach(&left) && left.code != Code::Incomplete => {
                result.status = PollStatus::AskAgain(PAUSE, Some(left));
            }
            // It is open wherever anybody could look; what is left is said with it.
            Some(left) => result.progress.push(Progress::new(StepState::Note, left.line())),
            None => {}
        }
    }
    result
}

/// A server whose count stayed at the limit, though it is open: it would lock again at once.
fn left_counting(account: &Account) -> Option<Problem> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: u32) -> Written {
        Written::Failed(ModifyError::Refused(code, super::super::result_code::problem("DC2", code, "no write", "")))
    }

    #[test]
    fn one_answer_is_made_of_several() {
        let accepted = judge(&[("DC1", Written::Opened), ("DC2", refused(INSUFFICIENT_RIGHTS))]);
        let UnlockReply::Accepted(words) = accepted else { panic!("{accepted:?}") };
        assert!(words.line().contains("written to DC1") && words.line().contains("not on DC2"), "{}", words.line());
        let reply = judge(&[("DC1", refused(INSUFFICIENT_RIGHTS)), ("DC2", refused(INSUFFICIENT_RIGHTS))]);
        assert!(matches!(reply, UnlockReply::Ended(Outcome::Refused, _, Some(_))), "{reply:?}");
        let doubt = Written::Failed(ModifyError::InDoubt(Problem::new(Code::TimedOut, "late", "", "")));
        let reply = judge(&[("DC1", Written::Opened), ("DC2", doubt)]);
        assert!(matches!(reply, UnlockReply::InDoubt(_)), "{reply:?}");
        let reply = judge(&[("ldap1", Written::Relocked)]);
        assert!(matches!(&reply, UnlockReply::NotDone(problem) if problem.code == Code::Changed), "{reply:?}");
        assert!(matches!(judge(&[("ldap1", Written::WasOpen)]), UnlockReply::Accepted(_)));
        assert!(matches!(judge(&[]), UnlockReply::Accepted(_)));
    }
}
