//! `unbolt bulk run PLAN` and `unbolt bulk resume RUN`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use uuid::Uuid;

use crate::bulk::plan::{Row, Verdict};
use crate::bulk::run::ReadyRun;
use crate::bulk::{Run, RunSettings, SealedPlan};
use crate::cli::args::Cli;
use crate::cli::console::{clear_progress, say};
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::domain::sanitize::is_dangerous;
use crate::domain::{AccountKey, AuditContext, ProviderName, Untrusted};
use crate::engine::Core;
use crate::engine::bulk::runs::HeldRun;
use crate::engine::bulk::{plan_store, run_driver, runs, settings};
use crate::ledger::{OtherEvent, RowHistory};
use crate::provider::ProviderInfo;
use crate::webhook;

use super::progress_report::{ProgressPrinter, finish};
use super::{ResumeArgs, RunArgs, RunOptions, confirm, detach};

pub fn run(cli: &Cli, arguments: &RunArgs) -> Result<Exit, Exit> {
    let running = &arguments.running;
    let (core, given) = begun(cli, running)?;
    let own = named_by_id(&core, &arguments.plan)?;
    let path = own.as_deref().unwrap_or(&arguments.plan);
    let id = plan_store::claimed_id(path).map_err(Exit::Refused.saying())?;
    let held = runs::hold(&core, id, Some(path)).map_err(Exit::Refused.saying())?;
    if held.memory.started.is_some() {
        return Err(Exit::Refused
            .because(&format!("this plan was run already: `unbolt bulk resume {id}`, or `unbolt bulk report {id}`")));
    }
    let expired = || plan_store::may_begin(&core, &held.plan, path, Timestamp::now()).map_err(Exit::Refused.saying());
    expired()?;
    let mut verdicts = vec![Verdict::Unlock];
    verdicts.extend(running.include.iter().map(|include| include.verdict()));
    let rows: Vec<&Row> = held.plan.rows.iter().filter(|row| row.is_meant(&verdicts)).collect();
    let audit = of_rows(&rows, &given);
    if let Err(exit) = setup::may_unlock(&core, &audit) {
        setup::block_on(note_refusal(&core, &held.plan, &audit))?;
        return Err(exit);
    }
    confirm::begin(&core, &held.plan, &verdicts, &rows, running)?;
    // Somebody may have thought about the question for an hour.
    expired()?;
    if running.detach {
        // As it was named: in service mode no file is taken by its path.
        let named = own.map_or_else(|| arguments.plan.display().to_string(), |_| id.to_string());
        let words = detach::words("run", &named, running, rest(&held, &verdicts, false).len());
        return detach::detach(cli, &core, held, &words);
    }
    setup::with_core(&core, go(&core, held, verdicts, given, running, false))?
}

pub fn resume(cli: &Cli, arguments: &ResumeArgs) -> Result<Exit, Exit> {
    if arguments.run.is_empty() {
        return Err(Exit::Usage
            .because("which run? `unbolt bulk runs` lists them; `unbolt bulk resume last` goes on with the newest"));
    }
    let (running, retries) = (&arguments.running, arguments.retry_failed);
    let (core, given) = begun(cli, running)?;
    let id = runs::named(&core, &arguments.run).map_err(Exit::Usage.saying())?;
    let held = runs::hold(&core, id, None).map_err(Exit::Refused.saying())?;
    let Some(started) = held.memory.started.clone() else {
        return Err(Exit::Usage.because(&format!("this plan was never run: `unbolt bulk run {id}`")));
    };
    // A run goes on as it was started.
    let verdicts = runs::verdicts(&started.verdicts);
    let rows = rest(&held, &verdicts, retries);
    confirm::go_on(&rows, running)?;
    if running.detach {
        let mut words = detach::words("resume", &id.to_string(), running, rows.len());
        if retries {
            words.insert(2, "--retry-failed".to_owned());
        }
        return detach::detach(cli, &core, held, &words);
    }
    let was = started.audit;
    let audit = AuditContext { ticket: was.ticket.or(given.ticket), verified: was.verified.or(given.verified) };
    setup::with_core(&core, go(&core, held, verdicts, audit, running, retries))?
}

/// The core, the ticket and the way of verification, once it is known that the run can be carried out as it is asked for.
fn begun(cli: &Cli, running: &RunOptions) -> Result<(Arc<Core>, AuditContext), Exit> {
    if running.detached {
        // The terminal of whoever started it may go: this process has none.
        let _ = rustix::process::setsid();
    }
    if running.detach {
        detach::may_detach(cli)?;
    }
    let core = Arc::new(setup::core(cli)?);
    if running.ticket.as_ref().is_some_and(|ticket| ticket.chars().any(is_dangerous)) {
        return Err(Exit::Usage.because("a ticket is one line of visible characters"));
    }
    let given = AuditContext {
        ticket: running.ticket.as_deref().map(Untrusted::from),
        verified: running.verified.as_deref().map(Untrusted::from),
    };
    Ok((core, given))
}

/// The file of a plan that is named by its id; none when its file is named.
fn named_by_id(core: &Core, plan: &Path) -> Result<Option<PathBuf>, Exit> {
    let id = plan.to_str().and_then(|text| Uuid::parse_str(text).ok()).filter(|_| !plan.exists());
    match id {
        Some(id) => plan_store::own_path(core, id).map(Some).map_err(Exit::Refused.saying()),
        None => setup::may_use_file(core.is_service(), "a plan by its file", "name its id").map(|()| None),
    }
}

/// Records that a rule stood against a whole list, which stands in the place of an account.
async fn note_refusal(core: &Core, plan: &SealedPlan, audit: &AuditContext) {
    let objections = core.standing(audit);
    let (Some(objection), Some(provider)) = (objections.first(), ProviderName::new("bulk")) else { return };
    let key = AccountKey { provider, id: plan.id.to_string().into() };
    let username = Untrusted::from(format!("a list of {} rows", plan.rows.len()));
    if let Err(problem) = core.note_refusal(&key, &username, audit.ticket.as_ref(), objection).await {
        say(&problem.line());
    }
}

/// The audit context that a rule looks at: a ticket is there as well when every row has its own.
fn of_rows(rows: &[&Row], given: &AuditContext) -> AuditContext {
    let bare = rows.iter().any(|row| row.ticket.is_none());
    let own = rows.iter().find_map(|row| row.ticket.clone()).filter(|_| !bare);
    AuditContext { ticket: given.ticket.clone().or(own), verified: given.verified.clone() }
}

/// The rows that a run goes on with: those that are not over, and those that failed where they are done again.
fn rest<'a>(held: &'a HeldRun, verdicts: &[Verdict], retries: bool) -> Vec<&'a Row> {
    let is_left = |at: usize| match held.memory.rows.get(&at) {
        Some(RowHistory::Ended(outcome, _)) => retries && Run::is_failure(*outcome),
        _ => true,
    };
    let rows = held.plan.rows.iter().enumerate().filter(|(at, row)| row.is_meant(verdicts) && is_left(*at));
    rows.map(|(_, row)| row).collect()
}

async fn go(
    core: &Arc<Core>,
    held: HeldRun,
    verdicts: Vec<Verdict>,
    audit: AuditContext,
    running: &RunOptions,
    retry_failed: bool,
) -> Result<Exit, Exit> {
    let HeldRun { lock, plan, hash, memory } = held;
    core.hold(plan.id, lock);
    let settings = RunSettings {
        pause: Duration::from_secs_f32(running.pause.clamp(0.0, 3_600.0)),
        ..settings(core, plan.id, verdicts, audit, Duration::from_secs(running.wait))
    };
    let words: Vec<&'static str> = settings.verdicts.iter().map(|verdict| verdict.word()).collect();
    let note = OtherEvent::Started { run: plan.id, sha256: &hash, verdicts: &words, audit: &settings.audit };
    core.ledger().note(&note).await.map_err(Exit::Refused.saying())?;
    if !running.json {
        say(&format!("run {}", plan.id));
    }
    let (known, left) = runs::take_up(memory);
    let open = left.iter().map(|(row, _)| *row).collect();
    let is_told = !running.json;
    let looks = runs::looks(core, left, &say).inspect(|(row, outcome, _)| {
        if is_told {
            say(&format!("row {}: left open, now {}", row + 1, outcome.in_words()));
        }
    });
    let is_in = |about: &ProviderInfo| plan.rows.iter().any(|row| row.provider() == Some(&about.name));
    let _receiver = webhook::start_for(core, is_in).await.ok().flatten();
    let before = known.len();
    let mut machine = Run::new(ReadyRun { settings, rows: plan.rows, known, open }, core.now());
    if retry_failed {
        machine.retry_failed();
    }
    let mut teller = ProgressPrinter::new(running.json, before, &machine);
    let by_signal = run_driver::drive(core, &mut machine, looks, |run| teller.tell(core, run)).await;
    clear_progress();
    let totals_of_run = machine.totals();
    let stopped = machine.stopped().map(str::to_owned);
    let ended = OtherEvent::Ended { run: machine.settings().id, stopped: stopped.as_deref(), totals: totals_of_run };
    let recorded = core.ledger().note(&ended).await;
    Ok(finish(&machine, stopped.as_deref(), by_signal, recorded.is_err(), running))
}
