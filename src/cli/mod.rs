//! The command line: one file per subcommand, all on the same core as the screen.

mod account_table;
mod args;
mod bulk;
mod check;
mod completion_candidates;
mod completions;
mod config;
mod console;
mod demo;
mod examples;
mod exit;
mod find;
mod help;
mod json;
mod ledger;
mod locked;
mod manual;
mod output;

mod screen;
mod secret_prompt;
mod setup;
mod sim;
mod style;
mod table;
mod topics;
mod unlock;
mod webhook;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use clap_complete::CompleteEnv;

use args::{Cli, CliCommand};
pub use exit::Exit;

/// Runs unbolt with these arguments.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // A core dump would spell out every secret in memory.
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
    // Nor may another process of this user look into this one's memory.
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let env = CompleteEnv::with_factory(help::command).var("UNBOLT_COMPLETE").bin("unbolt").completer("unbolt");
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match env.try_complete(arguments.clone(), std::env::current_dir().ok().as_deref()) {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        Err(error) => return help::usage(&error).into(),
    }
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(mut error) => {
            // Examples and tables are made for whoever reads them.
            if error.kind() == ErrorKind::DisplayHelp {
                error = help::command().try_get_matches_from(arguments).err().unwrap_or(error);
            }
            return help::usage(&error).into();
        }
    };
    if cli.version {
        return output::finish(completions::version(&cli)).into();
    }
    console::typed_as(setup::program(&cli));
    let ended = match &cli.command {
        None => screen::run(&cli),
        Some(CliCommand::Demo(demo)) => demo::run(&cli, demo),
        Some(CliCommand::Sim(sim)) => sim::run(sim),
        Some(CliCommand::Find(find)) => find::run(&cli, find),
        Some(CliCommand::Unlock(unlock)) => unlock::run(&cli, unlock),
        Some(CliCommand::Locked(locked)) => locked::run(&cli, locked),
        Some(CliCommand::Ledger(ledger)) => ledger::run(&cli, ledger),
        Some(CliCommand::Bulk(bulk)) => bulk::run(&cli, bulk),
        Some(CliCommand::Check(check)) => check::run(&cli, check),
        Some(CliCommand::Config(config)) => config::run(&cli, config),
        Some(CliCommand::Help { name }) => help::run(name),
        Some(CliCommand::Completions { shell }) => completions::completions(*shell),
        Some(CliCommand::Man { directory }) => manual::run(directory.as_deref()),
        Some(CliCommand::Webhook) => webhook::run(&cli),
    };
    output::finish(ended.unwrap_or_else(|exit| exit)).into()
}
