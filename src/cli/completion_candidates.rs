//! What a shell completes by asking this program: names of systems, runs and topics.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_complete::engine::CompletionCandidate;
use tokio::sync::mpsc;

use crate::config::{Config, effective};
use crate::engine::Core;
use crate::engine::bulk::runs as recorded;

use super::args::Cli;
use super::setup;
use super::topics::TOPICS;

/// So many runs are offered, the newest.
const RUNS: usize = 20;

/// The configured systems.
pub fn providers() -> Vec<CompletionCandidate> {
    let names = config().map(|config| config.providers).unwrap_or_default();
    names.iter().map(|provider| candidate(provider.name.as_str(), provider.kind().word())).collect()
}

/// `last`, and the newest runs of the ledger.
pub fn runs() -> Vec<CompletionCandidate> {
    let listed = || {
        let config = config()?;
        let directory = setup::ledger_directory(&config).ok()?;
        let (log, _) = mpsc::unbounded_channel();
        recorded::list(&Core::new(&config, directory, &log)).ok()
    };
    let runs = listed().unwrap_or_default();
    let row = |run: &crate::bulk::runs::RunSummary| {
        candidate(&run.short_id(), &format!("{}, {} of {}", run.word(), run.done, run.meant))
    };
    std::iter::once(candidate("last", "the newest run")).chain(runs.iter().take(RUNS).map(row)).collect()
}

/// The topics of the help, and the commands.
pub fn topics() -> Vec<CompletionCandidate> {
    let command = Cli::command();
    let about = |inner: &clap::Command| inner.get_about().map(ToString::to_string).unwrap_or_default();
    let commands = command.get_subcommands().map(|inner| candidate(inner.get_name(), &about(inner)));
    TOPICS.iter().map(|topic| candidate(topic.name, topic.about)).chain(commands).collect()
}

fn candidate(value: &str, help: &str) -> CompletionCandidate {
    CompletionCandidate::new(value).help(Some(help.to_owned().into()))
}

/// The configuration in force, without a word where it can't be read: whoever completes has no place for complaints.
fn config() -> Option<Config> {
    effective(setup::named_file(named_config(std::env::args_os()))).ok().map(|found| found.config)
}

/// The file that `--config` names in the line that is completed.
fn named_config(arguments: impl Iterator<Item = OsString>) -> Option<PathBuf> {
    let words: Vec<String> = arguments.filter_map(|word| word.into_string().ok()).collect();
    let at = words.iter().position(|word| word == "--config");
    let next = at.and_then(|at| words.get(at + 1)).map(String::as_str);
    next.or_else(|| words.iter().find_map(|word| word.strip_prefix("--config="))).map(PathBuf::from)
}
