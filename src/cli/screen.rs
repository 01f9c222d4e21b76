//! `unbolt`: the terminal program on the user's configuration.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use tokio::sync::mpsc;

use crate::config::Config;
use crate::engine::Core;
use crate::ledger::Operator;
use crate::screens::Session;
use crate::terminal::event_loop::ExitReport;

use super::args::Cli;
use super::console::{program, say};
use super::exit::Exit;
use super::{setup, style};

pub fn run(cli: &Cli) -> Exit {
    let start = || {
        let config = setup::config_begun(cli)?;
        setup::answer_prompts(&config)?;
        let directory = setup::ledger_directory(&config)?;
        Ok(open(cli, &config, directory, (config.screen.label.clone(), Some(program().to_owned()))))
    };
    start().unwrap_or_else(|exit: Exit| exit)
}

/// Runs the screen on a configuration, under a label, and with the program as it is typed to go on later.
pub fn open(cli: &Cli, config: &Config, ledger: PathBuf, (label, program): (String, Option<String>)) -> Exit {
    // Without a terminal there is nothing to draw on.
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let plain = cli.plain || is_dumb || !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal();
    let (keymap, look) = match (style::keymap(config), style::appearance(cli, config)) {
        (Ok(keymap), Ok(look)) => (keymap, look),
        (Err(complaint), _) | (_, Err(complaint)) => {
            say(&complaint.to_string());
            return Exit::Usage;
        }
    };
    let (log, exchanges) = mpsc::unbounded_channel();
    let core = Core::new(config, ledger, &log);
    if let Err(exit) = setup::check_files(config) {
        return exit;
    }
    let session = session(label, program, config.service);
    match crate::terminal::event_loop::run(core, session, keymap, (look, plain), exchanges) {
        Ok(ExitReport::Quit { lines, has_rows_left }) => {
            for line in &lines {
                say(line);
            }
            if has_rows_left { Exit::Mixed } else { Exit::Done }
        }
        Ok(ExitReport::Terminated) => {
            say("ended by a signal or because the terminal is gone");
            Exit::Interrupted
        }
        Ok(ExitReport::Hung) => Exit::Interrupted,
        Ok(ExitReport::Idle(why)) => {
            say(&format!("ended by the policy's idle_lock: {why}"));
            Exit::Done
        }
        Ok(ExitReport::Broke(words)) => {
            say(&format!("internal error: {words}"));
            say("unlocks without an outcome are in the ledger: `unbolt ledger resolve`");
            Exit::Failed
        }
        Err(e) => {
            say(&format!("the terminal can't be used: {e}"));
            Exit::Failed
        }
    }
}

fn session(label: String, program: Option<String>, service: bool) -> Session {
    let operator = Operator::current();
    let name = operator.label();
    Session {
        operator: format!("{}@{}", name.as_data(), operator.host.as_data()).into(),
        operator_name: name,
        label,
        program,
        service,
        zone: crate::engine::time_zone::shown(),
        host_zone: crate::engine::time_zone::of_host(),
    }
}
