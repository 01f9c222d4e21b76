//! Handing a run over to a process without a terminal.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::bulk::SealedPlan;
use crate::cli::args::Cli;
use crate::cli::exit::Exit;
use crate::cli::output::out;
use crate::cli::setup;
use crate::engine::Core;
use crate::engine::bulk::run_lock;

use super::RunOptions;
use super::run::RunTarget;

/// How long that process may take to record that its run began, and the time between two looks.
const HANDED_OVER: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What the process without a terminal is told: the confirmation was given here.
pub fn words(running: &RunOptions, what: &RunTarget<'_>, id: Option<Uuid>, meant: usize) -> Vec<String> {
    let mut words = match what {
        // As it was named: in service mode no file is taken by its path.
        RunTarget::Plan(path) => {
            let named = id.map_or_else(|| path.display().to_string(), |id| id.to_string());
            vec!["bulk".to_owned(), "run".to_owned(), named]
        }
        RunTarget::Run(resume) => vec!["bulk".to_owned(), "resume".to_owned(), resume.run.clone()],
    };
    if what.retries() {
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
pub fn may_detach(cli: &Cli) -> Result<(), Exit> {
    let config = setup::config(cli)?;
    let Some((provider, _)) = config.prompts().next() else { return Ok(()) };
    Err(Exit::Usage.because(&format!(
        "{provider} asks for its secret at the terminal, and a detached run has none: keep it elsewhere, or run without \
         --detach"
    )))
}

/// Starts it with these words, and waits until it has recorded that the run began.
pub fn detach(cli: &Cli, core: &Core, plan: &SealedPlan, words: &[String]) -> Result<Exit, Exit> {
    let started = std::env::current_exe().and_then(|program| {
        let mut command = Command::new(program);
        if let Some(config) = &cli.config {
            command.arg("--config").arg(std::path::absolute(config)?);
        }
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    });
    let mut child = started.map_err(|e| Exit::Failed.because(&format!("the run couldn't be handed over: {e}")))?;
    // It goes on once that is recorded, and not before.
    let began = Instant::now();
    while began.elapsed() < HANDED_OVER {
        let ended = child.try_wait().ok().flatten();
        let journal = core.index().journal_of_run(plan.id);
        let is_recorded = journal.is_ok_and(|journal| journal.run(plan.id).started.is_some());
        if is_recorded && (ended.is_some() || run_lock::is_held(core, plan.id)) {
            out(&format!("run {} goes on in process {}; `unbolt bulk report {}`", plan.id, child.id(), plan.id));
            return Ok(Exit::Done);
        }
        if let Some(status) = ended {
            let code = status.code().unwrap_or(-1);
            return Err(Exit::Failed.because(&format!("the run didn't begin: its process ended with {code}")));
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    let (process, id) = (child.id(), plan.id);
    Err(Exit::Failed
        .because(&format!("process {process} has not recorded that the run began: `unbolt bulk report {id}`")))
}
