//! `unbolt bulk plan|run|resume|report|runs`

mod confirm;
mod detach;
mod plan;
mod progress_report;
mod report;
mod run;
mod runs;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCandidates;

use crate::bulk::plan::Verdict;

use super::args::{Cli, path};
use super::completion_candidates;
use super::exit::Exit;

pub fn run(cli: &Cli, bulk: &BulkArgs) -> Result<Exit, Exit> {
    match &bulk.command {
        BulkCommand::Plan(arguments) => plan::run(cli, arguments),
        BulkCommand::Run(arguments) => run::run(cli, arguments),
        BulkCommand::Resume(arguments) => run::resume(cli, arguments),
        BulkCommand::Report(arguments) => report::run(cli, arguments),
        BulkCommand::Runs { json } => runs::run(cli, *json),
    }
}

#[derive(Debug, Args)]
pub struct BulkArgs {
    #[command(subcommand)]
    pub command: BulkCommand,
}

/// What a run takes in only when asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum BulkInclude {
    /// Locks that an administrator set on purpose
    AdminLocked,
    /// Accounts that report no lock state: Macs
    NotReported,
}

impl BulkInclude {
    fn verdict(self) -> Verdict {
        match self {
            Self::AdminLocked => Verdict::AdminLocked,
            Self::NotReported => Verdict::NotReported,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum BulkCommand {
    /// Resolve a list and show what would happen; nothing is sent
    Plan(PlanArgs),
    /// Run a plan
    Run(RunArgs),
    /// Take up a run where it ended
    Resume(ResumeArgs),
    /// Show what became of a run
    Report(ReportArgs),
    /// List the runs of this ledger, the newest first
    Runs {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The list: CSV, TSV, JSON lines or one name to a line; - reads from standard input
    #[arg(value_parser = path())]
    pub list: PathBuf,
    /// Only this provider's accounts
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(completion_candidates::providers))]
    pub provider: Option<String>,
    /// The list's encoding, where it is neither UTF-8 nor marked (windows-1252, utf-16le)
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// What a column says: user="Anmeldename"; user, mail, upn, id, dn, sid, guid, name, ticket, provider
    #[arg(long, value_name = "WHAT=HEAD")]
    pub column: Vec<String>,
    /// Seal the plan in this file, which must not exist yet
    #[arg(short = 'o', long, value_name = "FILE", value_parser = path())]
    pub out: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RunOptions {
    /// Confirm by the number of rows that will be unlocked, as more than 10 need it
    #[arg(long, value_name = "N")]
    pub count: Option<usize>,
    /// Answer the question about 10 rows or fewer with yes
    #[arg(long)]
    pub yes: bool,
    /// Take in what is left out otherwise
    #[arg(long, value_name = "WHAT")]
    pub include: Vec<BulkInclude>,
    /// An account that was locked on purpose and is to be opened all the same, by its id; once for each
    #[arg(long, value_name = "ID")]
    pub confirm: Vec<String>,
    /// Raise the cap of 50 rows, within the policy's maximum
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub max: usize,
    /// The helpdesk case of rows without their own
    #[arg(long, value_name = "ID")]
    pub ticket: Option<String>,
    /// How the callers were verified
    #[arg(long, value_name = "METHOD")]
    pub verified: Option<String>,
    /// Follow an unlock that was accepted for this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub wait: u64,
    /// The pause after the first row and after the next five, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0, value_parser = seconds)]
    pub pause: f32,
    /// Go on in a process without a terminal; the run's report tells how it went
    #[arg(long)]
    pub detach: bool,
    /// Set by --detach for the process it starts
    #[arg(long, hide = true)]
    pub detached: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// The sealed plan: its file, or its id
    #[arg(value_parser = path())]
    pub plan: PathBuf,
    #[command(flatten)]
    pub running: RunOptions,
}

#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The run: its id, the first letters of it, or `last`
    #[arg(add = ArgValueCandidates::new(completion_candidates::runs), default_value = "", hide_default_value = true)]
    pub run: String,
    /// Do what failed again
    #[arg(long)]
    pub retry_failed: bool,
    #[command(flatten)]
    pub running: RunOptions,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The run: its id, the first letters of it, or `last`
    #[arg(add = ArgValueCandidates::new(completion_candidates::runs), default_value = "last")]
    pub run: String,
    /// Show the rows that need nothing, too: open ones, duplicates, those that report no lock
    #[arg(long)]
    pub all: bool,
    /// Print CSV
    #[arg(long, conflicts_with_all = ["jsonl", "markdown", "json"])]
    pub csv: bool,
    /// Print one JSON object per row
    #[arg(long, conflicts_with_all = ["markdown", "json"])]
    pub jsonl: bool,
    /// Print Markdown for a ticket
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A number of seconds that can be waited.
fn seconds(text: &str) -> Result<f32, String> {
    let seconds: f32 = text.parse().map_err(|_| "no number of seconds".to_owned())?;
    if (0.0..=3_600.0).contains(&seconds) { Ok(seconds) } else { Err("0 to 3600 seconds".to_owned()) }
}
