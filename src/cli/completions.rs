//! What other programs need to know of this one: shell completions, the manual, the version.

use std::io::{self, Write as _};
use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::config::layers::SYSTEM_FILE;
use crate::config::{default_path, policy};
use crate::domain::Untrusted;
use crate::ledger;

use super::args::Cli;
use super::console::{out, say};
use super::exit::Exit;
use super::setup;

/// Prints the completions for a shell.
pub fn completions(shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "unbolt", &mut script);
    // A closed pipe ends the output, not the program.
    let _ = io::stdout().lock().write_all(&script);
    Exit::Done
}

/// Prints unbolt's own page, or writes every subcommand's into a directory.
pub fn man(directory: Option<&Path>) -> Exit {
    let Some(directory) = directory else {
        let mut command = Cli::command();
        command.build();
        let mut page = Vec::new();
        let rendered = Man::new(command.clone()).render(&mut page).and_then(|()| subcommands(&command, &mut page));
        let _ = io::stdout().lock().write_all(&page);
        return if rendered.is_ok() { Exit::Done } else { Exit::Failed };
    };
    let may_write = setup::is_service()
        .and_then(|service| setup::may_use_file(service, "a directory for the manual", "run it as yourself"));
    if let Err(exit) = may_write {
        return exit;
    }
    match clap_mangen::generate_to(Cli::command(), directory) {
        Ok(()) => Exit::Done,
        Err(e) => {
            say(&format!("{}: {e}", directory.display()));
            Exit::Failed
        }
    }
}

/// What each subcommand is and takes, one after the other.
fn subcommands(command: &clap::Command, page: &mut Vec<u8>) -> io::Result<()> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help") {
        let name = inner.get_bin_name().unwrap_or_else(|| inner.get_name()).replace('-', "\\-");
        writeln!(page, ".SH \"{}\"", name.to_uppercase())?;
        let man = Man::new(inner.clone());
        man.render_synopsis_section(page)?;
        man.render_description_section(page)?;
        if inner.get_arguments().any(|argument| !argument.is_global_set() && !argument.is_hide_set()) {
            man.render_options_section(page)?;
        }
        subcommands(inner, page)?;
    }
    Ok(())
}

/// Prints the version; at length how it was built and where it looks.
pub fn version(verbose: bool) -> Exit {
    out(concat!("unbolt ", env!("CARGO_PKG_VERSION")));
    if verbose {
        let path = |path: Option<std::path::PathBuf>| {
            path.map_or_else(|| "none".to_owned(), |path| Untrusted::from(path.display().to_string()).line())
        };
        out(&format!("target: {}-{}", std::env::consts::ARCH, std::env::consts::OS));
        out(&format!("keyring: {}", if cfg!(feature = "keyring") { "yes" } else { "no" }));
        out(&format!("system configuration: {SYSTEM_FILE}"));
        out(&format!("configuration: {}", path(default_path())));
        out(&format!("policy: {}", policy::SYSTEM_FILE));
        out(&format!("ledger: {}, OCSF {}", path(ledger::default_directory()), ledger::OCSF));
    }
    Exit::Done
}
