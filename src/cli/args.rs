//! The arguments.

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCandidates;

use crate::config::ColourMode;
use crate::engine::complete_path::expanded;
use crate::widgets::theme::Theme;

use super::completion_candidates;

/// The heading of the options that every command has.
pub const GLOBAL: &str = "Global options";

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
    #[arg(long, global = true, value_name = "NAME", value_parser = PossibleValuesParser::new(Theme::names()), help_heading = GLOBAL)]
    pub theme: Option<String>,
    /// Print the version; with --verbose how it was built and where it looks
    #[arg(short = 'V', long)]
    pub version: bool,
    /// Say more, with --version
    #[arg(short, long, requires = "version")]
    pub verbose: bool,
    /// Colours on the screen and in tables
    #[arg(long, global = true, value_name = "WHEN", value_enum, help_heading = GLOBAL)]
    pub color: Option<ColourMode>,
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
        #[arg(add = ArgValueCandidates::new(completion_candidates::topics))]
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

/// So many people fit into memory, however many are asked for.
const MOST_PEOPLE: usize = 1_000_000;

fn people(text: &str) -> Result<usize, String> {
    let number = text.parse().map_err(|_| "no number of people".to_owned())?;
    if number > MOST_PEOPLE { Err(format!("at most {MOST_PEOPLE}")) } else { Ok(number) }
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How many people the simulated systems know
    #[arg(long, value_name = "N", default_value = "200", value_parser = people)]
    pub people: usize,
}

#[derive(Debug, Args)]
pub struct SimArgs {
    /// How many people the simulated systems know
    #[arg(long, value_name = "N", default_value = "200", value_parser = people)]
    pub people: usize,
    /// Write a ready configuration here once everything listens
    #[arg(long, value_name = "FILE", value_parser = path())]
    pub config_out: Option<PathBuf>,
    /// Answer each request this many milliseconds late
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub latency: u64,
}

#[derive(Debug, Args)]
pub struct FindArgs {
    /// A user name, e-mail address, employee id or account id; otherwise the start of a name
    pub who: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct LockedArgs {
    /// Print JSON: the people, joined, at the end
    #[arg(long, conflicts_with_all = ["jsonl", "csv"])]
    pub json: bool,
    /// Print one JSON account per line, as pages arrive
    #[arg(long, conflicts_with = "csv")]
    pub jsonl: bool,
    /// Print CSV, as pages arrive
    #[arg(long)]
    pub csv: bool,
}

/// What an unlock of several accounts takes in only when asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum UnlockInclude {
    /// Accounts that report no lock state: Macs
    NotReported,
}

#[derive(Debug, Args)]
pub struct UnlockArgs {
    /// An exact user name, e-mail address, employee id or account id
    pub who: String,
    /// Only this provider's account
    #[arg(long, value_name = "NAME", conflicts_with = "everywhere", add = ArgValueCandidates::new(completion_candidates::providers))]
    pub provider: Option<String>,
    /// Every locked account of the person
    #[arg(long)]
    pub everywhere: bool,
    /// Take in what would be left alone: accounts that report no lock state
    #[arg(long, value_name = "WHAT")]
    pub include: Vec<UnlockInclude>,
    /// The helpdesk case
    #[arg(long, value_name = "ID")]
    pub ticket: Option<String>,
    /// How the caller was verified
    #[arg(long, value_name = "METHOD")]
    pub verified: Option<String>,
    /// Answer an ordinary confirmation with yes
    #[arg(long)]
    pub yes: bool,
    /// Confirm by the account's id, as a deliberate lock needs it
    #[arg(long, value_name = "ID")]
    pub confirm: Option<String>,
    /// How many seconds to follow an unlock that was accepted
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub wait: u64,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
