//! The runs of this ledger: listed, found by a text, and taken up again. The ledger says which rows are over; what was left
//! with an intent alone is looked at first, beside the rows that need no look.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, SelectAll, StreamExt as _};
use uuid::Uuid;

use crate::bulk::plan::Verdict;
use crate::bulk::run::ReadyRun;
use crate::bulk::runs::{RunStatus, RunSummary, find};
use crate::bulk::{Run, SealedPlan};
use crate::domain::{Code, Outcome, Problem, ProviderName};
use crate::engine::resolve_unlocks::{ResolvePurpose, resolve};
use crate::engine::{Core, blocking};
use crate::ledger::{OtherEvent, RowHistory, RunHistory, RunListEntry, UnlockRecord};

use super::run_lock::{self, RunLock};
use super::{plan_store, settings};

/// Rows of one system that are looked at at once.
const AT_ONCE: usize = 16;

/// The runs of this ledger, the newest first.
///
/// # Errors
/// A [`Problem`] when the ledger can't be read.
pub fn list(core: &Core) -> Result<Vec<RunSummary>, Problem> {
    Ok(core.index().runs()?.into_iter().map(|run| summary(core, run)).collect())
}

/// The run that a text means.
///
/// # Errors
/// A [`Problem`] that names the runs that it may mean.
pub fn named(core: &Core, text: &str) -> Result<Uuid, Problem> {
    let runs = list(core)?;
    find(&runs, text)
        .map_err(|why| Problem::new(Code::NotFound, "no run is meant", why, "name one by the first letters of its id"))
}

fn summary(core: &Core, run: RunListEntry) -> RunSummary {
    let meant = run.verdicts.iter().filter_map(|verdict| run.planned.get(verdict)).sum();
    let count = |fits: fn(&Outcome) -> bool| {
        run.outcomes.iter().filter(|(outcome, _)| fits(outcome)).map(|(_, count)| count).sum::<u64>()
    };
    let done = count(|_| true);
    let status = match run.stopped {
        _ if run_lock::is_held(core, run.id) => RunStatus::Running,
        _ if done >= meant => RunStatus::Finished,
        Some(why) => RunStatus::Stopped(why),
        None => RunStatus::Left,
    };
    RunSummary {
        id: run.id,
        at: run.at,
        operator: run.operator,
        ticket: run.ticket,
        meant,
        done,
        opened: count(|outcome| outcome.is_done()),
        failed: count(|outcome| Run::is_failure(*outcome)),
        status,
    }
}

/// A run that this process holds: its plan, the plan's hash, and what the ledger says of its rows.
pub struct HeldRun {
    /// Held until this is dropped.
    pub lock: RunLock,
    /// Its plan.
    pub plan: SealedPlan,
    /// The plan's hash.
    pub hash: String,
    /// How it was left, if it was begun.
    pub memory: RunHistory,
}

/// Takes a run for this process, with the plan in that file, or else the copy beside the ledger.
///
/// # Errors
/// A [`Problem`] when another process is at it, its plan isn't what was frozen, or the configuration is another one.
pub fn hold(core: &Core, id: Uuid, file: Option<&Path>) -> Result<HeldRun, Problem> {
    // Held before the ledger is read: what it says of the rows then is all there is.
    let lock = run_lock::take(core, id)?;
    let (plan, hash, journal) = match file {
        Some(file) => plan_store::open(core, file)?,
        None => plan_store::open_own(core, id)?,
    };
    if plan.id != id {
        let next = "run it again once nobody writes to the file";
        return Err(Problem::new(Code::Refused, "the plan's file became another plan's meanwhile", "", next));
    }
    plan_store::same_config(core, &plan)?;
    Ok(HeldRun { lock, plan, hash, memory: journal.run(id) })
}

/// Takes a run for this process and says how it was left. Nothing is sent.
///
/// # Errors
/// As [`hold`], and when it was never run.
pub fn open(core: &Core, id: Uuid, wait: Duration) -> Result<ReadyRun, Problem> {
    let HeldRun { lock, plan, memory, .. } = hold(core, id, None)?;
    let Some(started) = memory.started.clone() else {
        return Err(Problem::new(
            Code::NotFound,
            "this plan was never run",
            "",
            format!("run it: `unbolt bulk run {id}`"),
        ));
    };
    let settings = settings(core, id, verdicts(&started.verdicts), started.audit, wait);
    let (known, left) = take_up(memory);
    core.hold(id, lock);
    Ok(ReadyRun { settings, rows: plan.rows, known, open: left.into_iter().map(|(row, _)| row).collect() })
}

/// The verdicts that a run was started with, by their words.
pub fn verdicts(words: &[String]) -> Vec<Verdict> {
    Verdict::ALL.iter().copied().filter(|verdict| words.iter().any(|word| word == verdict.word())).collect()
}

/// Records that a run of this process goes on.
///
/// # Errors
/// A [`Problem`] when the ledger can't be read or written: nothing may be sent then.
pub async fn record_resume(core: &Arc<Core>, id: Uuid) -> Result<RunHistory, Problem> {
    let reader = Arc::clone(core);
    let (_, hash, journal) = blocking(move || plan_store::open_own(&reader, id)).await?;
    let memory = journal.run(id);
    let started = memory.started.clone().unwrap_or_default();
    let words: Vec<&'static str> = verdicts(&started.verdicts).into_iter().map(Verdict::word).collect();
    core.ledger()
        .note(&OtherEvent::Started { run: id, sha256: &hash, verdicts: &words, audit: &started.audit })
        .await?;
    Ok(memory)
}

/// What the ledger says of a run's rows: how those that are over ended, and those that have to be looked at before they are
/// anything. A row that wasn't carried out and was to be asked for again is in neither.
pub fn take_up(memory: RunHistory) -> (BTreeMap<usize, Outcome>, Vec<(usize, UnlockRecord)>) {
    let (mut known, mut left) = (BTreeMap::new(), Vec::new());
    for (row, memory) in memory.rows {
        match memory {
            RowHistory::Again => {}
            RowHistory::Ended(outcome, _) => {
                known.insert(row, outcome);
            }
            RowHistory::Left(unlocked) => left.push((row, *unlocked)),
        }
    }
    (known, left)
}

/// The looks, each system's on their own: row, what is known of it now, and whether it is to be done again. A row whose
/// request was never answered and that reads as still locked is; its intent is old enough by then.
pub fn looks<'a>(
    core: &'a Core,
    left: Vec<(usize, UnlockRecord)>,
    tell: &'a (dyn Fn(&str) + Sync),
) -> SelectAll<BoxStream<'a, (usize, Outcome, bool)>> {
    let mut systems: BTreeMap<ProviderName, Vec<(usize, UnlockRecord)>> = BTreeMap::new();
    for (row, unlocked) in left {
        systems.entry(unlocked.unlock.key.provider.clone()).or_default().push((row, unlocked));
    }
    let of_one = |rows: Vec<(usize, UnlockRecord)>| {
        let look = move |(row, unlocked): (usize, UnlockRecord)| async move {
            // What the system had taken is not asked for again, even if it still reads as locked.
            let was_taken = unlocked.outcome.is_some_and(|(outcome, _)| outcome.is_waiting());
            let purpose = if was_taken { ResolvePurpose::Learn } else { ResolvePurpose::GoOn };
            let resolved = resolve(core, &unlocked, purpose, tell).await;
            (row, resolved.outcome, !was_taken && resolved.outcome == Outcome::StillLocked)
        };
        stream::iter(rows).map(look).buffer_unordered(AT_ONCE).boxed()
    };
    stream::select_all(systems.into_values().map(of_one))
}
