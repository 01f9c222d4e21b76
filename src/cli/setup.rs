//! From arguments to a core: which configuration, which ledger.

use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use crate::config;
use crate::config::{Config, Effective};
use crate::domain::{AuditContext, ProviderName, Untrusted};
use crate::engine::Core;
use crate::ledger;

use super::args::Cli;
use super::console::{can_ask, say};
use super::exit::Exit;
use super::help::there_are;
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
    config.check_files().map_err(Exit::Usage.saying())
}

/// Everything that is configured, while the files that providers name are still being read.
fn begun(cli: &Cli) -> Result<Effective, Exit> {
    config::effective(named_file(cli.config.clone())).map_err(Exit::Usage.saying())
}

/// The configuration that an option or a variable names.
pub fn named_file(by_option: Option<PathBuf>) -> Option<PathBuf> {
    by_option.or_else(|| std::env::var_os("UNBOLT_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from))
}

/// The configuration in force; it names a provider at least.
pub fn config(cli: &Cli) -> Result<Config, Exit> {
    with_provider(effective(cli)?)
}

/// The same, while the files that providers name are still being read.
pub fn config_begun(cli: &Cli) -> Result<Config, Exit> {
    with_provider(begun(cli)?)
}

/// Says how to begin where no provider is named.
fn with_provider(found: Effective) -> Result<Config, Exit> {
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
pub fn program(cli: &Cli) -> String {
    let config = cli.config.as_deref().map(|path| format!(" --config {}", quoted(path)));
    format!("unbolt{}", config.unwrap_or_default())
}

/// A path from wherever one stands, as a shell takes it.
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
            None if can_ask() => return Err(Exit::Interrupted.because("given up; nothing was sent")),
            None => {}
        }
    }
    Ok(())
}

/// Says that a file of the caller's is not taken by a process that is the service account's.
pub fn may_use_file(service: bool, what: &str, instead: &str) -> Result<(), Exit> {
    if service {
        return Err(Exit::Refused.because(&format!(
            "{what} is not taken in service mode, where files are opened as another account: {instead}"
        )));
    }
    Ok(())
}

/// The same for a command that needs no configuration. Who can't tell whose process it is does nothing for the caller.
pub fn not_in_service_mode(what: &str, instead: &str) -> Result<(), Exit> {
    let service = config::is_service().map_err(Exit::Usage.saying())?;
    may_use_file(service, what, instead)
}

/// Where the ledger is kept unless the configuration says where.
pub fn usual_ledger(service: bool) -> Option<PathBuf> {
    if service { Some(ledger::SERVICE_DIRECTORY.into()) } else { ledger::default_directory() }
}

/// Where the ledger is kept.
pub fn ledger_directory(config: &Config) -> Result<PathBuf, Exit> {
    // Without a slash at its end, which would follow a link that is refused.
    let named = config.ledger.directory.as_ref().map(|path| path.components().collect::<PathBuf>());
    named.or_else(|| usual_ledger(config.service)).ok_or_else(|| {
        Exit::Usage
            .because("there is no home directory to keep the ledger in: set ledger.directory in the configuration")
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
    core.standing(audit).first().map_or(Ok(()), |objection| Err(Exit::Refused.because(&objection.problem())))
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
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Exit::Failed.because(&format!("the runtime couldn't be started: {e}")))?;
    Ok(runtime.block_on(future))
}

/// The provider of that name; none where none is named.
pub fn provider(core: &Core, name: Option<&str>) -> Result<Option<ProviderName>, Exit> {
    let Some(name) = name else { return Ok(None) };
    let found = ProviderName::new(name).filter(|name| core.provider(name).is_some());
    found.map(Some).ok_or_else(|| {
        let known: Vec<&str> = core.providers().iter().map(|provider| provider.info().name.as_str()).collect();
        let shown = Untrusted::from(name).line();
        Exit::Usage.because(&format!("no provider is named `{shown}`; {}", there_are(name, &known)))
    })
}
