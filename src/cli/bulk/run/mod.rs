//! `unbolt bulk run PLAN` and `unbolt bulk resume RUN`

mod run_target;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::bulk::Run;
use crate::bulk::plan::{Row, Verdict};
use crate::bulk::run::ReadyRun;
use crate::bulk::{RunSettings, SealedPlan};
use crate::cli::args::Cli;
use crate::cli::console::{clear_progress, say};
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::domain::sanitize::is_dangerous;
use crate::domain::{AccountKey, AuditContext, Problem, ProviderName, Untrusted};
use crate::engine::Core;
use crate::engine::bulk::{plan_store, run_driver, run_lock, runs, settings};
use crate::ledger::{Note, Refusal, RowMemory, RunMemory};
use crate::webhook;

use super::progress_report::{ProgressPrinter, finish};
use super::{ResumeArgs, RunArgs, RunOptions, confirm, detach};
use run_target::{is_meant, named_by_id};

pub use run_target::RunTarget;

pub fn run(cli: &Cli, arguments: &RunArgs) -> Result<Exit, Exit> {
    start(cli, &arguments.running, &RunTarget::Plan(&arguments.plan))
}

pub fn resume(cli: &Cli, arguments: &ResumeArgs) -> Result<Exit, Exit> {
    if arguments.run.is_empty() {
        return Err(Exit::Usage
            .because("which run? `unbolt bulk runs` lists them; `unbolt bulk resume last` goes on with the newest"));
    }
    start(cli, &arguments.running, &RunTarget::Run(arguments))
}

/// What stands against the run, told.
fn refused(problem: &Problem) -> Exit {
    Exit::Refused.because(problem)
}

fn start(cli: &Cli, running: &RunOptions, meant: &RunTarget<'_>) -> Result<Exit, Exit> {
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
    let by_id = match meant {
        RunTarget::Plan(path) => named_by_id(&core, path)?,
        RunTarget::Run(_) => None,
    };
    let meant = &by_id.as_deref().map_or_else(|| *meant, RunTarget::Plan);
    let id = match meant {
        RunTarget::Plan(path) => plan_store::claimed_id(path).map_err(|problem| refused(&problem))?,
        RunTarget::Run(resume) => runs::named(&core, &resume.run).map_err(|problem| Exit::Usage.because(&problem))?,
    };
    // Held before the ledger is read: what it says of the rows then is all there is.
    let held = run_lock::take(&core, id).map_err(|problem| refused(&problem))?;
    let opened = match meant {
        RunTarget::Plan(path) => plan_store::open(&core, path),
        RunTarget::Run(_) => plan_store::open_own(&core, id),
    };
    let (plan, hash, journal) = opened.map_err(|problem| refused(&problem))?;
    plan_store::same_config(&core, &plan).map_err(|problem| refused(&problem))?;
    let memory = journal.run(id);
    let verdicts = match (&memory.started, meant) {
        (Some(_), RunTarget::Plan(_)) => {
            return Err(Exit::Refused.because(&format!(
                "this plan was run already: `unbolt bulk resume {id}`, or `unbolt bulk report {id}`"
            )));
        }
        (None, RunTarget::Run(_)) => {
            return Err(Exit::Usage.because(&format!("this plan was never run: `unbolt bulk run {id}`")));
        }
        // A run goes on as it was started.
        (Some(started), _) => {
            let verdicts = runs::verdicts(&started.verdicts);
            confirm::go_on(&rest(&plan, &verdicts, &memory, meant.retries()), running)?;
            verdicts
        }
        (None, RunTarget::Plan(path)) => {
            let expired =
                || plan_store::may_begin(&core, &plan, path, Timestamp::now()).map_err(|problem| refused(&problem));
            expired()?;
            let mut verdicts = vec![Verdict::Unlock];
            verdicts.extend(running.include.iter().map(|include| include.verdict()));
            let audit = of_rows(&plan, &verdicts, &given);
            if let Err(exit) = setup::may_unlock(&core, &audit) {
                setup::block_on(note_refusal(&core, &plan, &audit))?;
                return Err(exit);
            }
            let rows: Vec<&Row> = rows_of(&plan, &verdicts).collect();
            confirm::begin(&core, &plan, &verdicts, &rows, running)?;
            // Somebody may have thought about the question for an hour.
            expired()?;
            verdicts
        }
    };
    if running.detach {
        drop(held);
        let count = rest(&plan, &verdicts, &memory, meant.retries()).len();
        let words = detach::words(running, meant, by_id.as_ref().map(|_| id), count);
        return detach::detach(cli, &core, &plan, &words);
    }
    let was = memory.started.as_ref().map(|started| started.audit.clone()).unwrap_or_default();
    let audit = AuditContext { ticket: was.ticket.or(given.ticket), verified: was.verified.or(given.verified) };
    let settings = RunSettings {
        pause: Duration::from_secs_f32(running.pause.clamp(0.0, 3_600.0)),
        ..settings(&core, id, verdicts, audit, Duration::from_secs(running.wait))
    };
    setup::with_core(&core, go(&core, plan, &hash, memory, settings, running, meant.retries()))?
}

/// Records that a rule stood against a whole list, which stands in the place of an account.
async fn note_refusal(core: &Core, plan: &SealedPlan, audit: &AuditContext) {
    let objections = core.standing(audit);
    let (Some(objection), Some(provider)) = (objections.first(), ProviderName::new("bulk")) else { return };
    let key = AccountKey { provider, id: plan.id.to_string().into() };
    let username = format!("a list of {} rows", plan.rows.len()).into();
    let (ticket, rule, why) =
        (audit.ticket.clone(), objection.rule().name.into(), objection.rule().says.as_str().into());
    if let Err(problem) = core.ledger().note(&Note::Refused(&Refusal { key, username, ticket, rule, why })).await {
        say(&problem.line());
    }
}

fn rows_of<'a>(plan: &'a SealedPlan, verdicts: &'a [Verdict]) -> impl Iterator<Item = &'a Row> {
    plan.rows.iter().filter(|row| is_meant(row, verdicts))
}

/// The papers that a rule looks at: a ticket is there as well when every row has its own.
fn of_rows(plan: &SealedPlan, verdicts: &[Verdict], given: &AuditContext) -> AuditContext {
    let bare = rows_of(plan, verdicts).any(|row| row.ticket.is_none());
    let own = rows_of(plan, verdicts).find_map(|row| row.ticket.clone()).filter(|_| !bare);
    AuditContext { ticket: given.ticket.clone().or(own), verified: given.verified.clone() }
}

/// The rows that a run goes on with: those that are not over, and those that failed where they are done again.
fn rest<'a>(plan: &'a SealedPlan, verdicts: &'a [Verdict], memory: &RunMemory, retries: bool) -> Vec<&'a Row> {
    let is_left = |at: usize| match memory.rows.get(&at) {
        Some(RowMemory::Ended(outcome, _)) => retries && Run::is_failure(*outcome),
        _ => true,
    };
    let rows = plan.rows.iter().enumerate().filter(|(at, row)| is_meant(row, verdicts) && is_left(*at));
    rows.map(|(_, row)| row).collect()
}

async fn go(
    core: &Arc<Core>,
    plan: SealedPlan,
    hash: &str,
    memory: RunMemory,
    settings: RunSettings,
    running: &RunOptions,
    retry_failed: bool,
) -> Result<Exit, Exit> {
    let words: Vec<&'static str> = settings.verdicts.iter().map(|verdict| verdict.word()).collect();
    let note = Note::Started { run: plan.id, sha256: hash, verdicts: &words, audit: &settings.audit };
    core.ledger().note(&note).await.map_err(|problem| refused(&problem))?;
    if !running.json {
        say(&format!("run {}", plan.id));
    }
    let (known, left) = runs::take_up(memory);
    let open = left.iter().map(|(row, _)| *row).collect();
    let is_told = !running.json;
    let looks = runs::looks(core, left, &say).inspect(|(row, outcome, _)| {
        if is_told {
            say(&format!("row {}: left open, now {}", row + 1, outcome.word().replace('_', " ")));
        }
    });
    let (tell, _told) = mpsc::unbounded_channel();
    let by_mail = core.providers().iter().any(|provider| {
        provider.info().answers_by_webhook && plan.rows.iter().any(|row| row.provider() == Some(&provider.info().name))
    });
    let _receiver =
        if by_mail { webhook::start(core, tell).await.ok().and_then(webhook::ReceiverStart::here) } else { None };
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
    let ended = Note::Ended { run: machine.settings().id, stopped: stopped.as_deref(), totals: totals_of_run };
    let recorded = core.ledger().note(&ended).await;
    Ok(finish(&machine, stopped.as_deref(), by_signal, recorded.is_err(), running))
}
