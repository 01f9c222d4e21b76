//! From arguments to a core: which configuration, which ledger.

use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use crate::config;
use crate::config::{Config, ConfigPaths, Effective};
use crate::domain::{AuditContext, ProviderName, Untrusted, suggest};
use crate::engine::Core;
use crate::ledger;

use super::args::Cli;
use super::console::{can_ask, say};
use super::exit::Exit;
use super::secret_prompt::ask_secret;
use super::style;

/// Everything that is configured, and where it comes from.
pub fn effective(cli: &Cli) -> Result<Effective, Exit> {
    let found = begun(cli)?;
    style::load(cli, &found.config);
    check_files(&found.config)?;
    Ok(found)
}

/// Waits until the files that providers name are read.
pub fn check_files(config: &Config) -> Result<(), Exit> {
    config.check_files().map_err(|complaint| {
        say(&complaint.to_string());
        Exit::Usage
    })
}

/// Everything that is configured, while the files that providers name are still being read.
fn begun(cli: &Cli) -> Result<Effective, Exit> {
    let environment: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let named = named_file(cli);
    let places = ConfigPaths { named: named.is_some(), file: named.or_else(config::default_path), environment };
    config::effective(&places).map_err(|complaint| {
        say(&complaint.to_string());
        Exit::Usage
    })
}

/// The configuration that an option or a variable names.
pub fn named_file(cli: &Cli) -> Option<PathBuf> {
    let by_variable = || std::env::var_os("UNBOLT_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
    cli.config.clone().or_else(by_variable)
}

/// The configuration in force; it names a provider at least.
pub fn config(cli: &Cli) -> Result<Config, Exit> {
    let config = config_begun(cli)?;
    style::load(cli, &config);
    check_files(&config)?;
    Ok(config)
}

/// The same, while the files that providers name are still being read.
pub fn config_begun(cli: &Cli) -> Result<Config, Exit> {
    let found = begun(cli)?;
    if !found.config.providers.is_empty() {
        return Ok(found.config);
    }
    match (found.files.last(), config::default_path()) {
        (Some(path), _) => say(&format!("{} names no provider", path.display())),
        (None, Some(path)) => say(&format!("there is no configuration yet ({})", path.display())),
        (None, None) => say("there is no configuration, and no home directory to look for one"),
    }
    say("to try it right now, on simulated systems: `unbolt demo`");
    say("to set it up: `unbolt config init`");
    Err(Exit::Usage)
}

/// The program as it is typed with these arguments.
#[must_use]
pub fn program(cli: &Cli) -> String {
    match &cli.config {
        None => "unbolt".to_owned(),
        Some(path) => {
            format!("unbolt --config {}", quoted(path))
        }
    }
}

/// A path from wherever one stands, as a shell takes it.
#[must_use]
pub fn quoted(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
    let is_plain = path.chars().all(|c| c.is_alphanumeric() || "/._-+,:@".contains(c));
    if is_plain { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// Asks for every secret that is typed; without a terminal its provider will say so.
pub fn answer_prompts(config: &Config) -> Result<(), Exit> {
    for (provider, prompted) in config.prompts() {
        let question = Untrusted::from(format!("{provider}: {}", prompted.question)).line();
        match ask_secret(&question) {
            Some(secret) => prompted.answer(secret),
            None if can_ask() => {
                say("given up; nothing was sent");
                return Err(Exit::Interrupted);
            }
            None => {}
        }
    }
    Ok(())
}

/// True when this is the service account's process. Who can't tell does nothing for the caller.
pub fn is_service() -> Result<bool, Exit> {
    config::is_service().map_err(|complaint| {
        say(&complaint.to_string());
        Exit::Usage
    })
}

/// Says that a file of the caller's is not taken by a process that is the service account's.
pub fn may_use_file(service: bool, what: &str, instead: &str) -> Result<(), Exit> {
    if service {
        say(&format!("{what} is not taken in service mode, where files are opened as another account: {instead}"));
        return Err(Exit::Refused);
    }
    Ok(())
}

/// Where the ledger is kept.
pub fn ledger_directory(config: &Config) -> Result<PathBuf, Exit> {
    let usual = || if config.service { Some(ledger::SERVICE_DIRECTORY.into()) } else { ledger::default_directory() };
    // Without a slash at its end, which would follow a link that is refused.
    let named = config.ledger.directory.as_ref().map(|path| path.components().collect::<PathBuf>());
    named.or_else(usual).ok_or_else(|| {
        say("there is no home directory to keep the ledger in: set ledger.directory in the configuration");
        Exit::Usage
    })
}

/// The core for a command that prints lines; its request log goes nowhere.
pub fn core(cli: &Cli) -> Result<Core, Exit> {
    let config = config(cli)?;
    answer_prompts(&config)?;
    let (log, _) = mpsc::unbounded_channel();
    Ok(Core::new(&config, ledger_directory(&config)?, &log))
}

/// Says what stands against every unlock just now, if anything does.
pub fn may_unlock(core: &Core, audit: &AuditContext) -> Result<(), Exit> {
    match core.standing(audit).first() {
        None => Ok(()),
        Some(objection) => {
            say(&objection.problem().line());
            Err(Exit::Refused)
        }
    }
}

/// Runs a command on a core, and ends its sessions afterwards.
pub fn with_core<T>(core: &Core, command: impl Future<Output = T>) -> Result<T, Exit> {
    block_on(async {
        let result = command.await;
        core.device_answers().wait_idle().await;
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

/// The provider of that name; none where none is named.
pub fn provider(core: &Core, name: Option<&str>) -> Result<Option<ProviderName>, Exit> {
    let Some(name) = name else { return Ok(None) };
    let found = ProviderName::new(name).filter(|name| core.provider(name).is_some());
    found.map(Some).ok_or_else(|| {
        let known: Vec<&str> = core.providers().iter().map(|provider| provider.info().name.as_str()).collect();
        let meant = suggest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`? "));
        let shown = Untrusted::from(name).line();
        say(&format!("no provider is named `{shown}`; {}there are: {}", meant.unwrap_or_default(), known.join(", ")));
        Exit::Usage
    })
}
