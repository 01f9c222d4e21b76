//! `unbolt demo`: the same screen on embedded simulated systems, with everything in a private
//! directory that goes when it ends.

use std::error::Error;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::config;
use crate::sim;
use crate::sim::SimOptions;

use super::args::{Cli, DemoArgs};
use super::exit::Exit;
use super::{screen, setup};

/// A pace at which one can watch the steps, as over a real network.
const LATENCY: Duration = Duration::from_millis(60);

pub fn run(cli: &Cli, demo: &DemoArgs) -> Result<Exit, Exit> {
    // Its lists are opened and saved as whoever runs it.
    setup::not_in_service_mode("the demo", "run it as yourself")?;
    start(cli, demo).map_err(|why| Exit::Failed.because(&format!("the demo couldn't be started: {why}")))
}

fn start(cli: &Cli, demo: &DemoArgs) -> Result<Exit, Box<dyn Error>> {
    let place = tempfile::Builder::new().prefix("unbolt-demo-").permissions(Permissions::from_mode(0o700)).tempdir()?;
    let options = SimOptions { people: demo.people, latency: LATENCY, with_directory: true };
    let systems = sim::start_thread(&options)?;
    let path = place.path().join("config.toml");
    systems.write_config(&path)?;
    let config = config::load(&path)?;
    let exit = screen::open(cli, &config, place.path().join("ledger"), "demo".to_owned(), None);
    place.close()?;
    Ok(exit.unwrap_or_else(|exit| exit))
}
