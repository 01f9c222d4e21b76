//! The arguments.

mod commands;

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand};
use clap_complete::engine::ArgValueCandidates;

use crate::config::Colour;
use crate::engine::complete_path::expanded;
use crate::widgets::theme::Theme;

use super::candidates;

pub use commands::{DemoArgs, FindArgs, LockedArgs, SimArgs, UnlockArgs, UnlockInclude};

/// The heading of the options that every command has.
pub const GLOBAL: &str = "Global options";

/// The names of the themes that come with the program.
fn themes() -> PossibleValuesParser {
    PossibleValuesParser::new(Theme::names())
}

/// A path as it is typed: `~` is the home directory, also behind `=` where no shell expands it.
pub fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().map(|path| expanded(&path))
}

/// Find a locked-out person, see why each account is locked, unlock it and watch it confirmed.
#[derive(Debug, Parser)]
#[command(name = "unbolt", about, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    /// The configuration file, instead of the user's
    #[arg(long, global = true, value_name = "FILE", value_parser = path(), help_heading = GLOBAL)]
    pub config: Option<PathBuf>,
    /// Use plain ASCII signs
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub ascii: bool,
    /// The screen as lines, for screen readers and logs: names, numbers and :actions are typed as lines
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub plain: bool,
    /// The theme, instead of the configuration's
    #[arg(long, global = true, value_name = "NAME", value_parser = themes(), help_heading = GLOBAL)]
    pub theme: Option<String>,
    /// Print the version; with --verbose how it was built and where it looks
    #[arg(short = 'V', long)]
    pub version: bool,
    /// Say more, with --version
    #[arg(short, long, requires = "version")]
    pub verbose: bool,
    /// Colours on the screen and in tables
    #[arg(long, global = true, value_name = "WHEN", value_enum, help_heading = GLOBAL)]
    pub color: Option<Colour>,
    #[command(subcommand)]
    pub command: Option<CliCommand>,
}

#[derive(Debug, Subcommand)]
pub enum CliCommand {
    /// Try unbolt on embedded simulated systems: no configuration, no network, nothing left behind
    Demo(DemoArgs),
    /// Run only the simulated systems, in the foreground
    Sim(SimArgs),
    /// Show the accounts of a person: lock state and bad logins
    Find(FindArgs),
    /// Unlock and follow to the outcome
    Unlock(UnlockArgs),
    /// Show who is locked now, in every provider
    Locked(LockedArgs),
    /// The record of every unlock
    Ledger(super::ledger::LedgerArgs),
    /// Work through a list of accounts: plan, run, resume, report
    Bulk(super::bulk::BulkArgs),
    /// Check each provider: name, certificate, clock, login, rights it needs, rights it should not have
    Check(super::check::CheckArgs),
    /// The configuration: a first one, the one in force, where it lies
    Config(super::config::ConfigArgs),
    /// Print help on a command, or on a topic: lists, command-line, simulator
    Help {
        /// A command with its subcommands, or a topic; without one the whole
        #[arg(add = ArgValueCandidates::new(candidates::topics))]
        name: Vec<String>,
    },
    /// Print the completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual: unbolt's page, or all pages into a directory
    Man {
        /// Write one page for each subcommand here
        #[arg(value_name = "DIRECTORY", value_parser = path())]
        directory: Option<PathBuf>,
    },
    /// Receive the answers of Macs in the foreground, and write them to the ledger
    Webhook,
}
