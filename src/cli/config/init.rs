//! `unbolt config init` and `unbolt config add`: a system after the other, from answers or flags. A first configuration is
//! never written over another.

use std::fs::DirBuilder;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::Cli;
use crate::cli::check::{self, CheckArgs};
use crate::cli::console::{ask_line, can_ask, say};
use crate::cli::exit::Exit;
use crate::cli::output::out;
use crate::cli::setup;
use crate::config;
use crate::domain::Untrusted;
use crate::engine::new_file::write_new;
use crate::provider::SPECS;

use super::answers::{ProviderQuestions, kind, table, usage};
use super::secret_place;

/// How a first configuration begins.
const FIRST_LINE: &str = "# unbolt's configuration. `unbolt config example` prints every setting with its default.\n";

/// The kinds of systems, for the help.
fn kinds() -> String {
    let words: Vec<String> = SPECS.iter().map(|spec| format!("`{}`", spec.kind.word)).collect();
    format!("What the system is: {}", words.join(", "))
}

/// A system by flags; what they leave out is asked.
#[derive(Debug, Default, Args)]
pub struct SystemArgs {
    #[arg(long, value_name = "KIND", help = kinds())]
    pub kind: Option<String>,
    /// Your name for it; by default its kind
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// A setting of it, as KEY=VALUE; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
    /// Where its secret is kept: `file:PATH`, `env:NAME`, `credential:NAME`, `keyring:SERVICE/ACCOUNT`, `command:PROGRAM`, `prompt`
    #[arg(long, value_name = "PLACE")]
    pub secret: Option<String>,
}

/// The file that is meant. Whatever it says: who runs as another account sets nothing up for it.
fn file(cli: &Cli) -> Result<PathBuf, Exit> {
    setup::not_in_service_mode("config init", "root writes /etc/unbolt/config.toml")?;
    let path = setup::named_file(cli.config.clone()).or_else(config::default_path);
    let path = path.ok_or_else(|| usage("there is no home directory"))?;
    // What is written has to hold from wherever it is read.
    std::path::absolute(&path).map_err(|e| usage(&format!("{}: {e}", path.display())))
}

/// `unbolt config init`
pub fn run(cli: &Cli, flags: &SystemArgs) -> Result<Exit, Exit> {
    let path = file(cli)?;
    if path.symlink_metadata().is_ok() {
        return Err(usage(&format!(
            "{} is there already, and is not written over: `unbolt config add` adds a system to it, --config names another",
            path.display()
        )));
    }
    system(&path, flags)?;
    tell(&format!("{} is written; `unbolt config example` prints every further setting", path.display()));
    go_on(cli, &path, flags)
}

/// `unbolt config add`
pub fn add(cli: &Cli, flags: &SystemArgs) -> Result<Exit, Exit> {
    let path = file(cli)?;
    if !path.exists() {
        return Err(usage(&format!("there is no {} yet: `unbolt config init` makes it", path.display())));
    }
    system(&path, flags)?;
    tell(&format!("{} has one more system", path.display()));
    go_on(cli, &path, flags)
}

/// Asks for further systems, and checks them all; a script is only told how.
fn go_on(cli: &Cli, path: &Path, flags: &SystemArgs) -> Result<Exit, Exit> {
    if !can_ask() || flags.kind.is_some() {
        tell("next: `unbolt check`");
        return Ok(Exit::Done);
    }
    while ask_line("Another system? [y/N]").is_some_and(|answer| answer.eq_ignore_ascii_case("y")) {
        system(path, &SystemArgs::default())?;
        tell(&format!("{} has one more system", path.display()));
    }
    tell("`unbolt check` says of each system:");
    // It tells what it finds; the configuration is written whatever that is.
    let _ = check::run(cli, &CheckArgs::default());
    tell("next: `unbolt find NAME`, or `unbolt` for the screen");
    Ok(Exit::Done)
}

/// Asks about one system and writes it.
fn system(path: &Path, flags: &SystemArgs) -> Result<(), Exit> {
    let failed = |path: &Path, e: &io::Error| usage(&format!("{}: {e}", path.display()));
    let before = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(failed(path, &e)),
    };
    let kind = kind(flags)?;
    if can_ask() && flags.kind.is_none() {
        say(kind.least_role);
    }
    let asking = ProviderQuestions { kind, flags, before: &before };
    let name = asking.name()?;
    let answers = asking.answers(&name)?;
    let (place, typed) = secret_place::ask(kind, &name, path, flags.secret.as_deref())?;
    let head = if before.is_empty() { FIRST_LINE } else { "" };
    let text = format!("{head}{before}{}", table(kind, &name, &answers, &place));
    // Nothing is written that unbolt itself would not take.
    config::parse(&text).map_err(|complaint| usage(&format!("that makes no configuration: {}", complaint.what)))?;
    if let Some((file, secret)) = typed {
        private(&file, secret.expose()).map_err(|e| failed(&file, &e))?;
        tell(&format!("{} holds the secret, readable by you alone", file.display()));
    }
    let written = if before.is_empty() { private(path, &text) } else { replace(path, &text) };
    written.map_err(|e| failed(path, &e))
}

fn tell(line: &str) {
    out(&Untrusted::from(line).line());
}

/// A new file that nobody else can read, in a directory that nobody else can enter where it has to be made.
fn private(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    write_new(path, |out| out.write_all(text.as_bytes()))
}

/// Puts a text in the place of a file's, whole or not at all, with the file's mode.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let path = &path.canonicalize()?;
    let mode = path.metadata()?.mode() & 0o777;
    let draft = path.with_extension(format!("{}.part", std::process::id()));
    private(&draft, text)?;
    let kept = std::fs::set_permissions(&draft, std::os::unix::fs::PermissionsExt::from_mode(mode));
    kept.and_then(|()| std::fs::rename(&draft, path)).inspect_err(|_| {
        let _ = std::fs::remove_file(&draft);
    })
}
