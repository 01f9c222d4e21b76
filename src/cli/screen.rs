//! `unbolt`: the terminal program on the user's configuration.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use tokio::sync::mpsc;

use crate::config::Config;
use crate::engine::{Core, time_zone};
use crate::screens::Session;
use crate::terminal::event_loop::ExitReport;

use super::args::Cli;
use super::console::{program, say};
use super::exit::Exit;
use super::{setup, style};

pub fn run(cli: &Cli) -> Result<Exit, Exit> {
    let config = setup::config_begun(cli)?;
    setup::answer_prompts(&config)?;
    let directory = setup::ledger_directory(&config)?;
    open(cli, &config, directory, config.screen.label.clone(), Some(program().to_owned()))
}

/// Runs the screen on a configuration, under a label, and with the program as it is typed to go on later.
pub fn open(cli: &Cli, config: &Config, ledger: PathBuf, label: String, program: Option<String>) -> Result<Exit, Exit> {
    // Without a terminal there is nothing to draw on.
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let plain = cli.plain || is_dumb || !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal();
    let refused = |complaint| Exit::Usage.because(&complaint);
    let keymap = style::keymap(config).map_err(refused)?;
    let look = style::appearance(cli, config).map_err(refused)?;
    let (log, exchanges) = mpsc::unbounded_channel();
    let core = Core::new(config, ledger, &log);
    setup::check_files(config)?;
    let operator = core.ledger().operator();
    let name = operator.label();
    let session = Session {
        operator: format!("{}@{}", name.as_data(), operator.host.as_data()).into(),
        operator_name: name,
        label,
        program,
        service: config.service,
        zone: time_zone::shown(),
        host_zone: time_zone::of_host(),
    };
    Ok(match crate::terminal::event_loop::run(core, session, keymap, (look, plain), exchanges) {
        Ok(ExitReport::Quit { lines, has_rows_left }) => {
            for line in &lines {
                say(line);
            }
            if has_rows_left { Exit::Mixed } else { Exit::Done }
        }
        Ok(ExitReport::Terminated) => Exit::Interrupted.because("ended by a signal or because the terminal is gone"),
        Ok(ExitReport::Hung) => Exit::Interrupted,
        Ok(ExitReport::Idle(why)) => Exit::Done.because(&format!("ended by the policy's idle_lock: {why}")),
        Ok(ExitReport::Broke(words)) => {
            say(&format!("internal error: {words}"));
            Exit::Failed.because("unlocks without an outcome are in the ledger: `unbolt ledger resolve`")
        }
        Err(e) => Exit::Failed.because(&format!("the terminal can't be used: {e}")),
    })
}
