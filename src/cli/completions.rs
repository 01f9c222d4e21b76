//! What other programs need to know of this one: shell completions, the version.

use clap_complete::Shell;
use clap_complete::env::Shells;

use crate::config::layers::SYSTEM_FILE;
use crate::config::{self, default_path, policy};
use crate::domain::Untrusted;
use crate::ledger;

use super::args::Cli;
use super::exit::Exit;
use super::output::{data, out};
use super::setup;

/// Prints the completions for a shell: it asks this program for the names of systems, runs and topics.
pub fn completions(shell: Shell) -> Result<Exit, Exit> {
    let mut script = Vec::new();
    let written = Shells::builtins()
        .completer(&shell.to_string())
        .map(|found| found.write_registration("UNBOLT_COMPLETE", "unbolt", "unbolt", "unbolt", &mut script));
    if !matches!(written, Some(Ok(()))) {
        return Err(Exit::Failed.because(&format!("there are no completions for {shell}")));
    }
    data(&script);
    Ok(Exit::Done)
}

/// The optional parts that are built in.
fn features() -> String {
    let parts = [("keyring", cfg!(feature = "keyring")), ("panic-key", cfg!(feature = "panic-key"))];
    let built: Vec<&str> = parts.iter().filter(|part| part.1).map(|part| part.0).collect();
    if built.is_empty() { "none".to_owned() } else { built.join(", ") }
}

/// Prints the version; at length how it was built and where it looks.
pub fn version(cli: &Cli) -> Exit {
    out(concat!("unbolt ", env!("CARGO_PKG_VERSION")));
    if cli.verbose {
        let path = |path: Option<std::path::PathBuf>| {
            path.map_or_else(|| "none".to_owned(), |path| Untrusted::from(path.display().to_string()).line())
        };
        out(&format!("target: {}-{}", std::env::consts::ARCH, std::env::consts::OS));
        // Given by whoever builds a package; a build from a plain source tree knows none.
        out(&format!("commit: {}", option_env!("UNBOLT_COMMIT").unwrap_or("not told")));
        out(&format!("features: {}", features()));
        out("TLS: rustls with aws-lc-rs");
        out(&format!("system configuration: {SYSTEM_FILE}"));
        // In service mode the account's home isn't looked at.
        let service = config::is_service().unwrap_or(true);
        if !service {
            out(&format!("configuration: {}", path(setup::named_file(cli.config.clone()).or_else(default_path))));
        }
        out(&format!("policy: {}", policy::SYSTEM_FILE));
        out(&format!("ledger: {}, OCSF {}", path(setup::usual_ledger(service)), ledger::OCSF));
    }
    Exit::Done
}
