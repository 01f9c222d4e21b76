//! `unbolt config init|show|path`

mod init;
mod show;

use clap::{Args, Subcommand};

use super::args::Cli;
use super::exit::Exit;

#[derive(Debug, Args)]
pub struct ConfigCommand {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a first configuration; asks for what no flag says
    Init(init::Init),
    /// Show every value in force and where it comes from; secrets by their places
    Show {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show which files are looked at
    Path,
}

pub fn run(cli: &Cli, config: &ConfigCommand) -> Exit {
    match &config.command {
        Command::Init(arguments) => init::run(cli, arguments),
        Command::Show { json } => show::run(cli, *json),
        Command::Path => show::path(cli),
    }
}
