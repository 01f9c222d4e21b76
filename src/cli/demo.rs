//! `unbolt demo`
use super::args::{Cli, Demo};
use super::exit::Exit;
pub fn run(_: &Cli, _: &Demo) -> Exit { Exit::Failed }
