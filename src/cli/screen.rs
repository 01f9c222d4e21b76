//! `unbolt`
use super::args::Cli;
use super::exit::Exit;
pub fn run(_: &Cli) -> Exit { Exit::Failed }
