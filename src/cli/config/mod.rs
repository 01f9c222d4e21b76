//! `unbolt config init|add|example|show|path`

mod answers;
mod init;
mod secret_place;
mod show;

use clap::{Args, Subcommand};

use super::args::Cli;
use super::exit::Exit;
use super::output::data;

#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Write a first configuration; asks for what no flag says
    Init(init::SystemArgs),
    /// Add a system to the configuration; asks for what no flag says
    Add(init::SystemArgs),
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

pub fn run(cli: &Cli, config: &ConfigArgs) -> Result<Exit, Exit> {
    match &config.command {
        ConfigCommand::Init(system) => init::run(cli, system),
        ConfigCommand::Add(system) => init::add(cli, system),
        ConfigCommand::Example => {
            data(include_bytes!("../../../config.example.toml"));
            Ok(Exit::Done)
        }
        ConfigCommand::Show { json } => show::run(cli, *json),
        ConfigCommand::Path => Ok(show::path(cli)),
    }
}
