//! `unbolt config init|add|example|show|path`

mod answers;
mod init;
mod secret_place;
mod show;
mod write;

use clap::{Args, Subcommand};

use super::args::Cli;
use super::exit::Exit;
use super::output::data;

#[derive(Debug, Args)]
pub struct ConfigCommand {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a first configuration; asks for what no flag says
    Init(init::System),
    /// Add a system to the configuration; asks for what no flag says
    Add(init::System),
    /// Print every setting with its default and a line of why
    Example,
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
        Command::Init(system) => init::run(cli, system),
        Command::Add(system) => init::add(cli, system),
        Command::Example => {
            data(include_bytes!("../../../config.example.toml"));
            Exit::Done
        }
        Command::Show { json } => show::run(cli, *json),
        Command::Path => show::path(cli),
    }
}
