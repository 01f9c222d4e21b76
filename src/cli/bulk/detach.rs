//! Handing a run over to a process without a terminal.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cli::args::Cli;
use crate::cli::exit::Exit;
use crate::cli::output::out;
use crate::cli::setup;
use crate::engine::Core;
use crate::engine::bulk::run_lock;
use crate::engine::bulk::runs::HeldRun;

use super::RunOptions;

/// How long that process may take to record that its run began, and the time between two looks.
const HANDED_OVER: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What the process without a terminal is told: the run by its name, and that the confirmation was given here.
pub fn words(command: &str, plan_or_run: &str, running: &RunOptions, meant: usize) -> Vec<String> {
    let mut words: Vec<String> = ["bulk", command, "--detached", "--json"].map(str::to_owned).into();
    // In one word with its name: a value may begin like an option.
    let mut option = |name: &str, value: String| words.push(format!("{name}={value}"));
    option("--count", meant.to_string());
    option("--max", running.max.to_string());
    option("--wait", running.wait.to_string());
    option("--pause", running.pause.to_string());
    running.include.iter().for_each(|include| option("--include", include.verdict().word().to_owned()));
    running.confirm.iter().for_each(|id| option("--confirm", id.clone()));
    running.ticket.iter().for_each(|ticket| option("--ticket", ticket.clone()));
    running.verified.iter().for_each(|verified| option("--verified", verified.clone()));
    words.extend(["--".to_owned(), plan_or_run.to_owned()]);
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

/// Lets go of a run, starts a process for it with these words, and waits until that has recorded that the run began.
pub fn detach(cli: &Cli, core: &Core, held: HeldRun, words: &[String]) -> Result<Exit, Exit> {
    let (id, starts) = (held.plan.id, held.memory.starts);
    drop(held);
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
        let journal = core.index().journal_of_run(id);
        let is_recorded = journal.is_ok_and(|journal| journal.run(id).starts > starts);
        if is_recorded && (ended.is_some() || run_lock::is_held(core, id)) {
            out(&format!("run {id} goes on in process {}; `unbolt bulk report {id}`", child.id()));
            return Ok(Exit::Done);
        }
        if let Some(status) = ended {
            let code = status.code().unwrap_or(-1);
            return Err(Exit::Failed.because(&format!("the run didn't begin: its process ended with {code}")));
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    let process = child.id();
    Err(Exit::Failed
        .because(&format!("process {process} has not recorded that the run began: `unbolt bulk report {id}`")))
}
