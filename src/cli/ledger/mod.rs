//! `unbolt ledger show|verify|export|close|resolve`

mod close;
mod export;
mod filter;
mod resolve;
mod show;
mod verify;

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::engine::{Core, resolve_unlocks as resolve_open};
use crate::ledger::{self, Journal, UnlockRecord};

use super::args::{Cli, path};
use super::console::is_piped;
use super::exit::Exit;
use super::setup;

use filter::LedgerFilter;

#[derive(Debug, Args)]
pub struct LedgerArgs {
    #[command(subcommand)]
    pub command: LedgerCommand,
}

#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// List the unlocks and refusals; asks nobody
    Show {
        #[command(flatten)]
        filter: LedgerFilter,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check every record's hash, number and place
    Verify {
        /// Check against heads kept elsewhere: an earlier `verify --json`, or lines of syslog; - reads them from standard input
        #[arg(long, value_name = "FILE", value_parser = path())]
        against: Option<PathBuf>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the records, byte for byte as JSON lines, or one CSV row for each unlock
    Export {
        #[command(flatten)]
        filter: LedgerFilter,
        /// Print CSV
        #[arg(long, conflicts_with = "jsonl")]
        csv: bool,
        /// Print JSON lines, as without any flag
        #[arg(long)]
        jsonl: bool,
    },
    /// Close by hand an unlock whose outcome nobody can tell any more
    Close {
        /// Its intent, as `ledger show --open` names it; the first signs are enough
        intent: String,
        /// Why, for whoever reads the ledger later
        #[arg(long)]
        reason: String,
    },
    /// Look again at unlocks that were left without an outcome, and record it
    Resolve {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub fn run(cli: &Cli, ledger: &LedgerArgs) -> Result<Exit, Exit> {
    match &ledger.command {
        LedgerCommand::Show { filter, json } => show::run(&journal(&directory(cli)?.0, filter)?, filter, *json),
        LedgerCommand::Verify { against, json } => {
            let (directory, service) = directory(cli)?;
            let by_name = against.as_ref().is_some_and(|path| !is_piped(path));
            setup::may_use_file(service && by_name, "a list of heads by its name", "pipe it in, with - for its name")?;
            verify::run(&directory, against.as_deref(), *json)
        }
        LedgerCommand::Export { filter, csv: true, .. } => export::csv(&journal(&directory(cli)?.0, filter)?, filter),
        LedgerCommand::Export { filter, .. } => export::json_lines(&directory(cli)?.0, filter),
        LedgerCommand::Close { intent, reason } => close::run(cli, intent, reason),
        LedgerCommand::Resolve { json } => resolve::run(cli, *json),
    }
}

/// The ledger of the configuration in force, or the platform's; and whether this is the service account's process.
fn directory(cli: &Cli) -> Result<(PathBuf, bool), Exit> {
    let config = setup::effective(cli)?.config;
    Ok((setup::ledger_directory(&config)?, config.service))
}

/// What may be meant by a filter; where a person is named, that is looked for first.
fn journal(directory: &Path, filter: &LedgerFilter) -> Result<Journal, Exit> {
    let journal = match &filter.person {
        Some(person) => ledger::search(directory, person),
        None => ledger::read(directory),
    };
    journal.map_err(|e| unreadable(directory, &e))
}

fn unreadable(directory: &Path, why: &io::Error) -> Exit {
    Exit::Failed.because(&format!("the ledger in {} can't be read: {why}", directory.display()))
}

/// The unlocks without a decisive outcome.
fn open_unlocks(core: &Core) -> Result<Vec<UnlockRecord>, Exit> {
    resolve_open::open_unlocks(core).map_err(Exit::Failed.saying())
}
