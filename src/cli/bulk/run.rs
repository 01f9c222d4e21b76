//! `unbolt bulk run PLAN` and `unbolt bulk resume RUN`

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde_json::json;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::bulk::plan::{Row, Verdict};
use crate::bulk::run::Run as Machine;
use crate::bulk::{Frozen, RunSettings};
use crate::cli::args::Cli;
use crate::cli::console::{ask, can_ask, out, program, say};
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::domain::inert::is_dangerous;
use crate::domain::{AccountKey, Papers, Problem, ProviderName, Untrusted};
use crate::ledger::{Note, RowMemory, RunMemory, read};
use crate::runtime::bulk::{hold, resume as taking_up, run_driver, runs, settings, store};
use crate::runtime::{Core, webhook};

use super::told::{Teller, finish};
use super::{Resume, Run, Running};

/// Up to so many rows are confirmed by a yes; more by their number.
const ORDINARY: usize = 10;

/// How long a process without a terminal may take to record that its run began, and the time between two looks.
const HANDED_OVER: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Which plan, and how it is named to the process that goes on without a terminal.
#[derive(Clone, Copy)]
enum Meant<'a> {
    Plan(&'a Path),
    Run(&'a Resume),
}

pub fn run(cli: &Cli, arguments: &Run) -> Exit {
    start(cli, &arguments.running, &Meant::Plan(&arguments.plan)).unwrap_or_else(|exit| exit)
}

pub fn resume(cli: &Cli, arguments: &Resume) -> Exit {
    start(cli, &arguments.running, &Meant::Run(arguments)).unwrap_or_else(|exit| exit)
}

fn refused(problem: &Problem) -> Exit {
    say(&problem.line());
    Exit::Refused
}

fn start(cli: &Cli, running: &Running, meant: &Meant<'_>) -> Result<Exit, Exit> {
    if running.detached {
        // The terminal of whoever started it may go: this process has none.
        let _ = rustix::process::setsid();
    }
    if running.detach {
        may_detach(cli)?;
    }
    let core = Arc::new(setup::core(cli)?);
    if running.ticket.as_ref().is_some_and(|ticket| ticket.chars().any(is_dangerous)) {
        say("a ticket is one line of visible characters");
        return Err(Exit::Usage);
    }
    let given = Papers {
        ticket: running.ticket.as_deref().map(Untrusted::from),
        verified: running.verified.as_deref().map(Untrusted::from),
    };
    let by_id = match meant {
        Meant::Plan(path) => named_by_id(&core, path)?,
        Meant::Run(_) => None,
    };
    let meant = &by_id.as_deref().map_or_else(|| *meant, Meant::Plan);
    let id = match meant {
        Meant::Plan(path) => store::claimed_id(path).map_err(|problem| refused(&problem))?,
        Meant::Run(resume) => runs::named(&core, &resume.run).map_err(|problem| {
            say(&problem.line());
            Exit::Usage
        })?,
    };
    // Held before the ledger is read: what it says of the rows then is all there is.
    let held = hold::take(&core, id).map_err(|problem| refused(&problem))?;
    let opened = match meant {
        Meant::Plan(path) => store::open(&core, path),
        Meant::Run(_) => store::open_own(&core, id),
    };
    let (plan, hash, journal) = opened.map_err(|problem| refused(&problem))?;
    store::same_config(&core, &plan).map_err(|problem| refused(&problem))?;
    let memory = journal.run(id);
    let verdicts = match (&memory.started, meant) {
        (Some(_), Meant::Plan(_)) => {
            let program = program();
            say(&format!("this plan was run already: {program} bulk resume {id}, or {program} bulk report {id}"));
            return Err(Exit::Refused);
        }
        (None, Meant::Run(_)) => {
            say(&format!("this plan was never run: {} bulk run {id}", program()));
            return Err(Exit::Usage);
        }
        // A run goes on as it was started.
        (Some(started), _) => {
            let verdicts = runs::verdicts(&started.verdicts);
            let retries = matches!(meant, Meant::Run(resume) if resume.retry_failed);
            confirm_rest(&plan, &verdicts, &memory, retries, running)?;
            verdicts
        }
        (None, Meant::Plan(path)) => {
            let expired =
                || store::may_begin(&core, &plan, path, Timestamp::now()).map_err(|problem| refused(&problem));
            expired()?;
            let mut verdicts = vec![Verdict::Unlock];
            verdicts.extend(running.include.iter().map(|include| include.verdict()));
            let papers = of_rows(&plan, &verdicts, &given);
            if let Err(exit) = setup::may_unlock(&core, &papers) {
                setup::block_on(note_refusal(&core, &plan, &papers))?;
                return Err(exit);
            }
            confirm(&core, &plan, &verdicts, running)?;
            // Somebody may have thought about the question for an hour.
            expired()?;
            verdicts
        }
    };
    if running.detach {
        drop(held);
        let count = match (&memory.started, running.count) {
            (Some(_), Some(count)) => count,
            (Some(_), None) => {
                rest(&plan, &verdicts, &memory, matches!(meant, Meant::Run(resume) if resume.retry_failed)).count()
            }
            (None, _) => rows_of(&plan, &verdicts).count(),
        };
        return Ok(detach(cli, &core, &plan, &detached_words(running, meant, count)));
    }
    let was = memory.started.as_ref().map(|started| started.papers.clone()).unwrap_or_default();
    let papers = Papers { ticket: was.ticket.or(given.ticket), verified: was.verified.or(given.verified) };
    let settings = RunSettings {
        pause: Duration::from_secs_f32(running.pause.clamp(0.0, 3_600.0)),
        ..settings(&core, id, verdicts, papers, Duration::from_secs(running.wait))
    };
    let retry_failed = matches!(meant, Meant::Run(resume) if resume.retry_failed);
    setup::with_core(&core, go(&core, plan, &hash, memory, settings, running, retry_failed))
}

/// Records that a rule stood against a whole list, which stands in the place of an account.
async fn note_refusal(core: &Core, plan: &Frozen, papers: &Papers) {
    let objections = core.standing(papers);
    let (Some(objection), Some(provider)) = (objections.first(), ProviderName::new("bulk")) else { return };
    let key = AccountKey { provider, id: plan.id.to_string().into() };
    let username = Untrusted::from(format!("a list of {} rows", plan.rows.len()));
    let (rule, why) = (objection.rule().name, Untrusted::from(objection.rule().says.as_str()));
    let note = Note::Refused { key: &key, username: &username, ticket: papers.ticket.as_ref(), rule, why: &why };
    if let Err(problem) = core.ledger().note(&note).await {
        say(&problem.line());
    }
}

/// The file of a plan that is named by its id; none when its file is named.
fn named_by_id(core: &Core, plan: &Path) -> Result<Option<PathBuf>, Exit> {
    let id = plan.to_str().and_then(|text| Uuid::parse_str(text).ok()).filter(|_| !plan.exists());
    match id {
        Some(id) => store::own_path(core, id).map(Some).map_err(|problem| refused(&problem)),
        None => setup::may_use_file(core.is_service(), "a plan by its file", "name its id").map(|()| None),
    }
}

fn rows_of<'a>(plan: &'a Frozen, verdicts: &'a [Verdict]) -> impl Iterator<Item = &'a Row> {
    plan.rows.iter().filter(|row| row.account.is_some() && verdicts.contains(&row.verdict))
}

/// The papers that a rule looks at: a ticket is there as well when every row has its own.
fn of_rows(plan: &Frozen, verdicts: &[Verdict], given: &Papers) -> Papers {
    let bare = rows_of(plan, verdicts).any(|row| row.ticket.is_none());
    let own = rows_of(plan, verdicts).find_map(|row| row.ticket.clone()).filter(|_| !bare);
    Papers { ticket: given.ticket.clone().or(own), verified: given.verified.clone() }
}

/// The cap, and one confirmation that fits the number.
fn confirm(core: &Core, plan: &Frozen, verdicts: &[Verdict], running: &Running) -> Result<(), Exit> {
    let meant = rows_of(plan, verdicts).count();
    // A lock that somebody set on purpose is never opened by a plain yes.
    let deliberate = rows_of(plan, verdicts).any(|row| row.verdict == Verdict::AdminLocked);
    let by_number = meant > ORDINARY || deliberate;
    let cap = running.max.min(core.policy().bulk_max_rows);
    if meant == 0 {
        let left = |verdict| plan.rows.iter().filter(|row| row.verdict == verdict).count();
        let hint = match (left(Verdict::NotReported), left(Verdict::AdminLocked)) {
            (0, 0) => String::new(),
            (macs, 0) => format!("; {macs} report no lock state: --include not_reported takes them in"),
            (_, locked) => format!("; {locked} were locked on purpose: --include admin_locked takes them in"),
        };
        say(&format!("the plan has nothing to unlock; nothing was sent{hint}"));
        return Err(Exit::Done);
    }
    if meant > cap {
        say(&format!(
            "the plan unlocks {meant} accounts, and a run takes {cap}: raise it with --max, up to the policy's {}",
            core.policy().bulk_max_rows
        ));
        return Err(Exit::Refused);
    }
    each_by_id(rows_of(plan, verdicts), running)?;
    if let Some(count) = running.count {
        if count == meant {
            return Ok(());
        }
        say(&format!("--count says {count}, and the plan unlocks {meant}; nothing was sent"));
        return Err(Exit::Refused);
    }
    if running.yes && !by_number {
        return Ok(());
    }
    if !can_ask() {
        let how = if by_number { format!("--count {meant}") } else { "--yes".to_owned() };
        say(&format!("the plan unlocks {meant} accounts; confirm with {how}; nothing was sent"));
        return Err(Exit::Usage);
    }
    let words: Vec<&str> = verdicts.iter().map(|verdict| verdict.word()).collect();
    say(&format!("plan {}: {meant} accounts ({})", plan.id, words.join(", ").replace('_', " ")));
    asked(by_number, meant, "unlock them")
}

/// The rows that a run goes on with: those that are not over, and those that failed where they are done again.
fn rest<'a>(
    plan: &'a Frozen,
    verdicts: &'a [Verdict],
    memory: &'a RunMemory,
    retries: bool,
) -> impl Iterator<Item = &'a Row> {
    let is_left = move |at: usize| match memory.rows.get(&at) {
        Some(RowMemory::Ended(outcome, _)) => retries && Machine::is_failure(*outcome),
        _ => true,
    };
    let meant = |row: &Row| row.account.is_some() && verdicts.contains(&row.verdict);
    let rows = plan.rows.iter().enumerate();
    rows.filter(move |(at, row)| meant(row) && is_left(*at)).map(|(_, row)| row)
}

/// One confirmation that fits the number of rows that a run goes on with.
fn confirm_rest(
    plan: &Frozen,
    verdicts: &[Verdict],
    memory: &RunMemory,
    retries: bool,
    running: &Running,
) -> Result<(), Exit> {
    let left = rest(plan, verdicts, memory, retries).count();
    let deliberate = rest(plan, verdicts, memory, retries).any(|row| row.verdict == Verdict::AdminLocked);
    let by_number = left > ORDINARY || deliberate;
    each_by_id(rest(plan, verdicts, memory, retries), running)?;
    if left == 0 || (running.yes && !by_number) {
        return Ok(());
    }
    if let Some(count) = running.count {
        if count == left {
            return Ok(());
        }
        say(&format!("--count says {count}, and {left} rows are left; nothing was sent"));
        return Err(Exit::Refused);
    }
    if !can_ask() {
        let how = if by_number { format!("--count {left}") } else { "--yes".to_owned() };
        say(&format!("the run goes on with {left} rows; confirm with {how}; nothing was sent"));
        return Err(Exit::Usage);
    }
    asked(by_number, left, "go on with them")
}

/// A lock that somebody set on purpose is opened with its id typed, in a list as by itself.
fn each_by_id<'a>(rows: impl Iterator<Item = &'a Row>, running: &Running) -> Result<(), Exit> {
    let is_typed = |row: &&Row| {
        let id = row.account.as_ref().map(|account| &account.key.id);
        id.is_some_and(|id| running.confirm.iter().any(|typed| id.same_name(typed.trim())))
    };
    let missing: Vec<String> = rows
        .filter(|row| row.verdict == Verdict::AdminLocked && !is_typed(row))
        .filter_map(|row| row.account.as_ref())
        .map(|account| {
            format!("{} in {}: --confirm {}", account.username.line(), account.key.provider, account.key.id.line())
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!(
        "locked on purpose, and opened only with the id of each typed; nothing was sent: {}",
        missing.join(", ")
    ));
    Err(Exit::Usage)
}

/// The answer to the one question, at the terminal.
fn asked(by_number: bool, count: usize, act: &str) -> Result<(), Exit> {
    let (question, wanted) = if by_number {
        (format!("type the number of accounts to {act} ({count}):"), count.to_string())
    } else {
        (format!("{count} accounts: {act}? [y/N]"), "y".to_owned())
    };
    let answer = ask(&question).to_lowercase();
    if answer == wanted || (wanted == "y" && answer == "yes") {
        return Ok(());
    }
    say("not confirmed; nothing was sent");
    Err(Exit::Refused)
}

/// What the process without a terminal is told: the confirmation was given here.
fn detached_words(running: &Running, what: &Meant<'_>, meant: usize) -> Vec<String> {
    let mut words = match what {
        Meant::Plan(path) => vec!["bulk".to_owned(), "run".to_owned(), path.display().to_string()],
        Meant::Run(resume) => vec!["bulk".to_owned(), "resume".to_owned(), resume.run.clone()],
    };
    if matches!(what, Meant::Run(resume) if resume.retry_failed) {
        words.push("--retry-failed".to_owned());
    }
    words.extend(["--detached".to_owned(), "--json".to_owned(), "--count".to_owned(), meant.to_string()]);
    words.extend(["--max".to_owned(), running.max.to_string(), "--wait".to_owned(), running.wait.to_string()]);
    words.extend(["--pause".to_owned(), running.pause.to_string()]);
    for include in &running.include {
        words.extend(["--include".to_owned(), include.verdict().word().to_owned()]);
    }
    words.extend(running.confirm.iter().flat_map(|id| ["--confirm".to_owned(), id.clone()]));
    for (name, value) in [("--ticket", &running.ticket), ("--verified", &running.verified)] {
        words.extend(value.iter().flat_map(|value| [name.to_owned(), value.clone()]));
    }
    words
}

/// A process without a terminal can't ask for a secret: that is said before anything is promised.
fn may_detach(cli: &Cli) -> Result<(), Exit> {
    let config = setup::config(cli)?;
    let Some((provider, _)) = config.prompts().next() else { return Ok(()) };
    say(&format!(
        "{provider} asks for its secret at the terminal, and a detached run has none: keep it elsewhere, or run without \
         --detach"
    ));
    Err(Exit::Usage)
}

fn detach(cli: &Cli, core: &Core, plan: &Frozen, words: &[String]) -> Exit {
    let started = std::env::current_exe().and_then(|program| {
        let mut command = Command::new(program);
        if let Some(config) = &cli.config {
            command.arg("--config").arg(std::path::absolute(config)?);
        }
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    });
    let mut child = match started {
        Ok(child) => child,
        Err(e) => {
            say(&format!("the run couldn't be handed over: {e}"));
            return Exit::Failed;
        }
    };
    let report = format!("{} bulk report {}", program(), plan.id);
    // It goes on once that is recorded, and not before.
    let began = Instant::now();
    while began.elapsed() < HANDED_OVER {
        let ended = child.try_wait().ok().flatten();
        let is_recorded = read(core.ledger_directory()).is_ok_and(|journal| journal.run(plan.id).started.is_some());
        if is_recorded && (ended.is_some() || hold::is_held(core, plan.id)) {
            out(&format!("run {} goes on in process {}; {report}", plan.id, child.id()));
            return Exit::Done;
        }
        if let Some(status) = ended {
            say(&format!("the run didn't begin: its process ended with {}", status.code().unwrap_or(-1)));
            return Exit::Failed;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    say(&format!("process {} has not recorded that the run began: {report}", child.id()));
    Exit::Failed
}

async fn go(
    core: &Arc<Core>,
    plan: Frozen,
    hash: &str,
    memory: RunMemory,
    settings: RunSettings,
    running: &Running,
    retry_failed: bool,
) -> Exit {
    let words: Vec<&'static str> = settings.verdicts.iter().map(|verdict| verdict.word()).collect();
    let note = Note::Started { run: plan.id, sha256: hash, verdicts: &words, papers: &settings.papers };
    if let Err(problem) = core.ledger().note(&note).await {
        say(&problem.line());
        return Exit::Refused;
    }
    if !running.json {
        say(&format!("run {}", plan.id));
    }
    let taking_up::TakenUp { known, left } = taking_up::take_up(memory);
    let looking = left.iter().map(|(row, _)| *row).collect();
    let is_told = !running.json;
    let looks = taking_up::looks(core, left, &say).inspect(|(row, outcome, _)| {
        if is_told {
            say(&format!("row {}: left open, now {}", row + 1, outcome.word().replace('_', " ")));
        }
    });
    let (tell, _told) = mpsc::unbounded_channel();
    let by_mail = core.providers().iter().any(|provider| {
        provider.info().answers_by_webhook && plan.rows.iter().any(|row| row.provider() == Some(&provider.info().name))
    });
    let _receiver = if by_mail { webhook::start(core, tell).await.ok().and_then(webhook::Started::here) } else { None };
    let before = known.len();
    let mut machine = Machine::new(settings, plan.rows, &known, &looking, core.now());
    if retry_failed {
        machine.retry_failed();
    }
    let mut teller = Teller::new(running.json, before, &machine);
    let by_signal = run_driver::drive(core, &mut machine, looks, |run| teller.tell(core, run)).await;
    teller.end();
    let totals_of_run = json!(machine.totals());
    let stopped = machine.stopped().map(str::to_owned);
    let ended = Note::Ended { run: machine.settings().id, stopped: stopped.as_deref(), totals: totals_of_run };
    let recorded = core.ledger().note(&ended).await;
    finish(&machine, stopped.as_deref(), by_signal, recorded.is_err(), running)
}
