//! The runs of this ledger: listed, found by a text, and taken up again on the screen.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use uuid::Uuid;

use crate::bulk::Run;
use crate::bulk::plan::Verdict;
use crate::bulk::run::ReadyRun;
use crate::bulk::runs::{RunStatus, RunSummary, find};
use crate::domain::{AuditContext, Code, Outcome, Problem};
use crate::engine::Core;
use crate::ledger::{Note, RecordedRun, RunMemory, ledger_problem};

use super::{plan_store, resume, run_lock, settings};

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

fn summary(core: &Core, run: RecordedRun) -> RunSummary {
    let meant = run.started.verdicts.iter().filter_map(|verdict| run.planned.get(verdict)).sum();
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
        ticket: run.started.audit.ticket,
        meant,
        done,
        opened: count(|outcome| outcome.is_done()),
        failed: count(|outcome| Run::is_failure(*outcome)),
        status,
    }
}

/// Takes a run for this process and says how it was left. Nothing is sent.
///
/// # Errors
/// A [`Problem`] when another process is at it, or its plan isn't what was run.
pub fn open(core: &Core, id: Uuid, wait: Duration) -> Result<ReadyRun, Problem> {
    // Held before the ledger is read: what it says of the rows then is all there is.
    let held = run_lock::take(core, id)?;
    let (plan, _, journal) = plan_store::open_own(core, id)?;
    plan_store::same_config(core, &plan)?;
    let memory = journal.run(id);
    let Some(started) = memory.started.clone() else {
        return Err(Problem::new(
            Code::NotFound,
            "this plan was never run",
            "",
            format!("run it: `unbolt bulk run {id}`"),
        ));
    };
    let settings = settings(core, id, verdicts(&started.verdicts), started.audit, wait);
    let resume::ResumedRun { known, left } = resume::take_up(memory);
    core.hold(id, held);
    Ok(ReadyRun { settings, rows: plan.rows, known, open: left.into_iter().map(|(row, _)| row).collect() })
}

/// The verdicts that a run was started with, by their words.
#[must_use]
pub fn verdicts(words: &[String]) -> Vec<Verdict> {
    Verdict::ALL.iter().copied().filter(|verdict| words.iter().any(|word| word == verdict.word())).collect()
}

/// Records that a run of this process goes on.
///
/// # Errors
/// A [`Problem`] when the ledger can't be read or written: nothing may be sent then.
pub async fn record_resume(core: &Arc<Core>, id: Uuid) -> Result<RunMemory, Problem> {
    let reader = Arc::clone(core);
    let opened = tokio::task::spawn_blocking(move || plan_store::open_own(&reader, id)).await;
    let (_, hash, journal) = opened.map_err(|e| ledger_problem(e.to_string()))??;
    let memory = journal.run(id);
    let (words, audit) = match &memory.started {
        Some(started) => (started.verdicts.clone(), started.audit.clone()),
        None => (Vec::new(), AuditContext::default()),
    };
    let words: Vec<&'static str> = verdicts(&words).into_iter().map(Verdict::word).collect();
    core.ledger().note(&Note::Started { run: id, sha256: &hash, verdicts: &words, audit: &audit }).await?;
    Ok(memory)
}

/// Looks at the rows that were begun and not ended, and tells what each is now.
pub async fn look(core: &Core, memory: RunMemory, tell: impl Fn(usize, Outcome, bool)) {
    let left = resume::take_up(memory).left;
    let mut looks = resume::looks(core, left, &|_| ());
    while let Some((row, outcome, again)) = looks.next().await {
        tell(row, outcome, again);
    }
}
