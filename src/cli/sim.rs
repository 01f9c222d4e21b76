//! `unbolt sim`

use std::io::Write as _;
use std::time::Duration;

use crate::runtime::ends::Ends;
use crate::sim;
use crate::sim::Options;

use super::args::Sim;
use super::console::say;
use super::exit::Exit;

pub fn run(arguments: &Sim) -> Exit {
    if arguments.config_out.is_some() {
        let may_write = super::setup::is_service()
            .and_then(|service| super::setup::may_use_file(service, "--config-out FILE", "run it as yourself"));
        if let Err(exit) = may_write {
            return exit;
        }
    }
    let options = Options { people: arguments.people, latency: Duration::from_millis(arguments.latency) };
    super::setup::block_on(serve(&options, arguments)).unwrap_or_else(|exit| exit)
}

async fn serve(options: &Options, arguments: &Sim) -> Exit {
    let addresses = match sim::start(options).await {
        Ok(addresses) => addresses,
        Err(e) => {
            say(&format!("the simulated systems couldn't be started: {e}"));
            return Exit::Failed;
        }
    };
    if let Some(path) = &arguments.config_out
        && let Err(e) = sim::write_config(&addresses, path)
    {
        say(&format!("{} couldn't be written: {e}", path.display()));
        return Exit::Failed;
    }
    let line = serde_json::to_string(&addresses).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    drop(out);
    Ends::listen().heard().await;
    Exit::Done
}
