//! `unbolt bulk plan|run|resume|report|runs`

mod args;
mod confirm;
mod detach;
mod plan;
mod progress_report;
mod report;
mod run;
mod runs;

use super::args::Cli;
use super::exit::Exit;

pub use args::{BulkArgs, BulkCommand, PlanArgs, ReportArgs, ResumeArgs, RunArgs, RunOptions};

pub fn run(cli: &Cli, bulk: &BulkArgs) -> Result<Exit, Exit> {
    match &bulk.command {
        BulkCommand::Plan(arguments) => plan::run(cli, arguments),
        BulkCommand::Run(arguments) => run::run(cli, arguments),
        BulkCommand::Resume(arguments) => run::resume(cli, arguments),
        BulkCommand::Report(arguments) => report::run(cli, arguments),
        BulkCommand::Runs { json } => runs::run(cli, *json),
    }
}
