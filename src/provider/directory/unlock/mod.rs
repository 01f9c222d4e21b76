//! Opening an account on every server that holds its lock or a count, and looking whether all of them agree.

mod judge;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use crate::domain::{Code, Problem, Unlock, UnlockReply};
use crate::ledger::Recorded;
use crate::provider::poll_result;

use super::mapping::ReplicaState;
use super::profile::ServerLockState;
use super::result_code::NO_SUCH_ATTRIBUTE;
use super::server::ModifyError;
use super::topology::{ServerSummary, Topology};
use super::{Directory, read};
use judge::judge;

pub use judge::look;

/// The time between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// A server to write to, with the entry's name there and the state that was seen.
pub struct Target {
    /// The server.
    pub role: ServerSummary,
    /// The entry's name there; empty where it wasn't read.
    pub dn: String,
    /// What is opened; none where it isn't known.
    pub state: Option<ServerLockState>,
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
            Ok(None) => return UnlockReply::NotDone(poll_result::gone()),
            Err(problem) => return UnlockReply::NotDone(problem),
        },
    };
    let written = join_all(targets.iter().map(|target| write(directory, &topology, recorded, target))).await;
    judge(&targets.iter().map(|target| target.role.name.as_str()).zip(written).collect::<Vec<_>>())
}

async fn write(directory: &Directory, topology: &Topology, proof: &Recorded<Unlock>, target: &Target) -> Written {
    if target.role.is_read_only {
        return Written::Failed(ModifyError::NotSent(Problem::new(
            Code::Incomplete,
            "it wasn't written to",
            "it takes no changes, and no controller that does is known",
            "name one that takes changes with `servers`",
        )));
    }
    let id = &proof.what().key.id;
    let changes = (directory.spec.opens)(target.state.as_ref());
    let direct = (directory.spec.direct)(id.as_data());
    if target.state.is_none() && (changes.is_empty() || direct.is_none()) {
        return Written::Failed(ModifyError::NotSent(Problem::new(
            Code::Incomplete,
            "it wasn't written to",
            "its state couldn't be read, so that nothing is known to open",
            "look at it again when it answers",
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
                let is_own = |one: &ReplicaState<'_>| Arc::ptr_eq(&one.role.server, &target.role.server);
                states.into_iter().find(is_own)?.state.ok().flatten()
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

#[cfg(test)]
mod tests;
