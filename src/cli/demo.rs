//! `unbolt demo`: the same screen on embedded simulated systems, with everything in a private
//! directory that goes when it ends.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::config;
use crate::sim;
use crate::sim::SimOptions;

use super::args::{Cli, DemoArgs};
use super::console::say;
use super::exit::Exit;
use super::{screen, setup};

/// A pace at which one can watch the steps, as over a real network.
const LATENCY: Duration = Duration::from_millis(60);

pub fn run(cli: &Cli, demo: &DemoArgs) -> Exit {
    // Its lists are opened and saved as whoever runs it.
    let may = setup::is_service().and_then(|service| setup::may_use_file(service, "the demo", "run it as yourself"));
    if let Err(exit) = may {
        return exit;
    }
    start(cli, demo).unwrap_or_else(|why| {
        say(&format!("the demo couldn't be started: {why}"));
        Exit::Failed
    })
}

fn start(cli: &Cli, demo: &DemoArgs) -> Result<Exit, String> {
    let place = tempfile::Builder::new()
        .prefix("unbolt-demo-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .map_err(|e| e.to_string())?;
    let options = SimOptions { people: demo.people, latency: LATENCY, with_directory: true };
    let systems = sim::start_thread(options).map_err(|e| e.to_string())?;
    let path = place.path().join("config.toml");
    systems.write_config(&path).map_err(|e| e.to_string())?;
    let config = config::load(&path).map_err(|complaint| complaint.to_string())?;
    let exit = screen::open(cli, &config, place.path().join("ledger"), ("demo".to_owned(), None));
    place.close().map_err(|e| e.to_string())?;
    Ok(exit)
}
