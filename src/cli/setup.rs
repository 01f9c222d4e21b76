//! From arguments to a core: which configuration, which ledger.

use std::path::PathBuf;

use tokio::sync::mpsc;

use crate::config::{self, Config};
use crate::ledger;
use crate::runtime::Core;

use super::args::Cli;
use super::console::say;
use super::exit::Exit;

/// The configuration in force.
pub fn config(cli: &Cli) -> Result<Config, Exit> {
    let path = match &cli.config {
        Some(path) => path.clone(),
        None => match config::default_path() {
            Some(path) if path.exists() => path,
            Some(path) => return Err(no_config(&format!("there is no configuration yet ({})", path.display()))),
            None => return Err(no_config("there is no configuration, and no home directory to look for one")),
        },
    };
    let config = config::load(&path).map_err(|complaint| {
        say(&complaint.to_string());
        Exit::Usage
    })?;
    if config.providers.is_empty() {
        return Err(no_config(&format!("{} names no provider", path.display())));
    }
    Ok(config)
}

fn no_config(why: &str) -> Exit {
    say(why);
    say("to try it right now, on simulated systems: unbolt demo");
    say("to set it up: copy config.example.toml there, name your providers, and point to their secrets");
    Exit::Usage
}

/// Where the ledger is kept.
pub fn ledger_directory(config: Option<&Config>) -> Result<PathBuf, Exit> {
    config.and_then(|config| config.ledger.directory.clone()).or_else(ledger::default_directory).ok_or_else(|| {
        say("there is no home directory to keep the ledger in: set ledger.directory in the configuration");
        Exit::Usage
    })
}

/// The core for a command that prints lines; its request log goes nowhere.
pub fn core(cli: &Cli) -> Result<Core, Exit> {
    let config = config(cli)?;
    let (log, _) = mpsc::unbounded_channel();
    Ok(Core::new(&config, ledger_directory(Some(&config))?, &log))
}

/// Runs a command on a core, and ends its sessions afterwards.
pub fn with_core<T>(core: &Core, command: impl Future<Output = T>) -> Result<T, Exit> {
    block_on(async {
        let result = command.await;
        core.mail().idle().await;
        core.close_sessions().await;
        result
    })
}

/// Runs a command's future on a runtime of this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| {
        say(&format!("the runtime couldn't be started: {e}"));
        Exit::Failed
    })?;
    Ok(runtime.block_on(future))
}
