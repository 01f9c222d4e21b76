//! The arguments of each command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCandidates;

use crate::cli::candidates;

use super::path;

/// So many people fit into memory, however many are asked for.
pub(super) const MOST_PEOPLE: usize = 1_000_000;

pub(super) fn people(text: &str) -> Result<usize, String> {
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
    #[arg(long, value_name = "NAME", conflicts_with = "everywhere", add = ArgValueCandidates::new(candidates::providers))]
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
