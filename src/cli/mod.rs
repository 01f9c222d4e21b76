//! The command line: one file per subcommand, all on the same core as the screen.

mod args;
mod bulk;
mod check;
mod completions;
mod config;
mod console;
mod demo;
mod exit;
mod find;
mod json;
mod ledger;
mod locked;

mod screen;
mod setup;
mod sim;
mod unlock;
mod webhook;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};
pub use exit::Exit;

/// Runs unbolt with these arguments.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // A core dump would spell out every secret in memory.
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
    // Nor may another process of this user look into this one's memory.
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help to stdout with 0, mistakes to stderr with 2: the codes of the table.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    if cli.version {
        return completions::version(cli.verbose).into();
    }
    console::typed_as(setup::program(&cli));
    let exit = match &cli.command {
        None => screen::run(&cli),
        Some(Command::Demo(demo)) => demo::run(&cli, demo),
        Some(Command::Sim(sim)) => sim::run(sim),
        Some(Command::Find(find)) => find::run(&cli, find),
        Some(Command::Unlock(unlock)) => unlock::run(&cli, unlock),
        Some(Command::Locked(locked)) => locked::run(&cli, locked),
        Some(Command::Ledger(ledger)) => ledger::run(&cli, ledger),
        Some(Command::Bulk(bulk)) => bulk::run(&cli, bulk),
        Some(Command::Check(check)) => check::run(&cli, check),
        Some(Command::Config(config)) => config::run(&cli, config),
        Some(Command::Completions { shell }) => completions::completions(*shell),
        Some(Command::Man { directory }) => completions::man(directory.as_deref()),
        Some(Command::Webhook) => webhook::run(&cli),
    };
    exit.into()
}
