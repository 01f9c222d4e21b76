//! `unbolt sim`

use std::io::Write as _;
use std::time::Duration;

use crate::engine::shutdown::ShutdownSignals;
use crate::sim;
use crate::sim::SimOptions;

use super::args::SimArgs;
use super::console::say;
use super::exit::Exit;
use super::output::data;
use super::setup;

pub fn run(arguments: &SimArgs) -> Result<Exit, Exit> {
    if arguments.config_out.is_some() {
        setup::not_in_service_mode("--config-out FILE", "run it as yourself")?;
    }
    let options = SimOptions {
        people: arguments.people,
        latency: Duration::from_millis(arguments.latency),
        with_directory: true,
    };
    setup::block_on(serve(&options, arguments))?
}

async fn serve(options: &SimOptions, arguments: &SimArgs) -> Result<Exit, Exit> {
    let started = sim::start(options).await;
    let addresses =
        started.map_err(|e| Exit::Failed.because(&format!("the simulated systems couldn't be started: {e}")))?;
    if let Some(path) = &arguments.config_out {
        let written = sim::write_config(&addresses, path);
        written.map_err(|e| Exit::Failed.because(&format!("{} couldn't be written: {e}", path.display())))?;
    }
    let line = serde_json::to_string(&addresses).unwrap_or_default();
    data(format!("{line}\n").as_bytes());
    let _ = std::io::stdout().flush();
    tell_next(arguments);
    ShutdownSignals::listen().heard().await;
    Ok(Exit::Done)
}

/// How to go on from here, for whoever watches.
fn tell_next(arguments: &SimArgs) {
    let Some(path) = &arguments.config_out else {
        return say("the simulated systems listen; --config-out FILE writes a configuration for them");
    };
    let config = setup::quoted(path);
    say(&format!("now, in another terminal: unbolt --config {config}"));
    say(&format!(
        "or: unbolt --config {config} find ada; `unbolt help simulator` tells of faults and the control port"
    ));
}
