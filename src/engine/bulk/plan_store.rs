//! Plans as files: frozen where the operator says, and a copy beside the ledger once they are run.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use uuid::Uuid;

use crate::bulk::SealedPlan;
use crate::bulk::plan::Row;
use crate::bulk::plan_file::expiry;
use crate::domain::{Code, Problem};
use crate::engine::new_file::write_new;
use crate::engine::{Core, blocking};
use crate::ledger::{Journal, OtherEvent, ledger_problem, private_directory};

use super::config_digest;

/// What to do about a plan that can't be used.
const AGAIN: &str = "make the plan again: `unbolt bulk plan LIST`";

fn problem(path: &Path, why: &impl std::fmt::Display, next: &'static str) -> Problem {
    Problem::new(Code::Refused, "the plan can't be used", format!("{}: {why}", path.display()), next)
}

/// The directory of plans and runs beside the ledger, made where it's missing.
///
/// # Errors
/// A [`Problem`] when it can't be made.
pub fn directory(core: &Core) -> Result<PathBuf, Problem> {
    let path = core.ledger_directory().join("runs");
    private_directory(&path).map_err(|e| ledger_problem(format!("{}: {e}", path.display())))?;
    Ok(path)
}

/// Where the plan of that id lies by itself.
///
/// # Errors
/// As [`directory`].
pub fn own_path(core: &Core, id: Uuid) -> Result<PathBuf, Problem> {
    Ok(directory(core)?.join(format!("{id}.plan.json")))
}

/// Freezes rows: into the file that is named, and beside the ledger; its hash is recorded.
///
/// # Errors
/// A [`Problem`] when a file or the ledger can't be written.
pub async fn freeze(
    core: &Core,
    rows: Vec<Row>,
    file: Option<&Path>,
) -> Result<(SealedPlan, String, PathBuf), Problem> {
    let created = Timestamp::now();
    let frozen =
        SealedPlan { id: Uuid::now_v7(), created, expires: expiry(created), config: config_digest(core), rows };
    let (own, named) = (own_path(core, frozen.id)?, file.map(Path::to_owned));
    // A slow disk stops no screen.
    let written = blocking(move || {
        let hash = write(&frozen, &own)?;
        let path = match named {
            Some(file) => {
                write(&frozen, &file)?;
                file
            }
            None => own,
        };
        Ok((frozen, hash, path))
    });
    let (frozen, hash, path) = written.await?;
    core.ledger().note(&OtherEvent::Planned { plan: frozen.id, sha256: &hash, totals: frozen.totals() }).await?;
    Ok((frozen, hash, path))
}

/// A private file, never an existing one or a link.
fn write(frozen: &SealedPlan, path: &Path) -> Result<String, Problem> {
    let next = "name a file that doesn't exist yet, in a directory that you may write to";
    write_new(path, |out| frozen.write(out)).map_err(|e| problem(path, &e, next))
}

/// What a plan's file says, and its hash.
fn read(path: &Path) -> Result<(SealedPlan, String), Problem> {
    let text =
        std::fs::read_to_string(path).map_err(|e| problem(path, &e, "name the file that `bulk plan` has written"))?;
    SealedPlan::read(&text).map_err(|why| problem(path, &why, AGAIN))
}

/// The id that a plan says it has, before anything of it is believed.
///
/// # Errors
/// A [`Problem`] when it can't be read.
pub fn claimed_id(path: &Path) -> Result<Uuid, Problem> {
    Ok(read(path)?.0.id)
}

/// Reads a plan and its ledger.
///
/// # Errors
/// A [`Problem`] when it isn't what was frozen here.
pub fn open(core: &Core, path: &Path) -> Result<(SealedPlan, String, Journal), Problem> {
    let (frozen, hash) = read(path)?;
    let journal = core.index().journal_of_run(frozen.id)?;
    if !journal.knows_plan(frozen.id, &hash) {
        let why = "this ledger knows no plan with this hash: it was made elsewhere, or changed";
        return Err(problem(path, &why, AGAIN));
    }
    Ok((frozen, hash, journal))
}

/// Reads the copy of a run's plan, and checks that it is that one.
///
/// # Errors
/// A [`Problem`] when it isn't what the run was started with.
pub fn open_own(core: &Core, id: Uuid) -> Result<(SealedPlan, String, Journal), Problem> {
    let path = own_path(core, id)?;
    let (frozen, hash, journal) = open(core, &path)?;
    let other_hash = journal.run(id).started.is_some_and(|started| started.sha256 != hash);
    if frozen.id != id || other_hash {
        return Err(problem(
            &path,
            &"it is the plan of another run",
            "put the right copy back; the ledger has its hash",
        ));
    }
    Ok((frozen, hash, journal))
}

/// Checks that the systems and the rules are those of the plan.
///
/// # Errors
/// A [`Problem`] when they aren't.
pub fn same_config(core: &Core, frozen: &SealedPlan) -> Result<(), Problem> {
    if frozen.config == config_digest(core) {
        return Ok(());
    }
    Err(Problem::new(
        Code::Refused,
        "the plan was made with another configuration",
        "other systems or other rules",
        "use the configuration that it was made with, or make it again",
    ))
}

/// Checks that a plan may begin now.
///
/// # Errors
/// A [`Problem`] that says why not.
pub fn may_begin(core: &Core, frozen: &SealedPlan, path: &Path, now: Timestamp) -> Result<(), Problem> {
    if now > frozen.expires {
        let why = format!("it expired at {}: what it says of the accounts is too old", frozen.expires);
        return Err(problem(path, &why, AGAIN));
    }
    same_config(core, frozen)
}
