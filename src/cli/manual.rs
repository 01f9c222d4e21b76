//! `unbolt man`: the manual, made from the same tables as the help.

use std::fmt::Display;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::domain::Untrusted;
use crate::screens::{Action, KeyContext, Keymap};

use super::examples::{ENVIRONMENT, FILES, of};
use super::exit::{EXIT_CODES, Exit};
use super::output::data;
use super::{help, setup};

/// Prints unbolt's own page with everything, or writes every command's into a directory.
pub fn run(directory: Option<&Path>) -> Result<Exit, Exit> {
    let mut command = help::command();
    command.build();
    let Some(directory) = directory else {
        let mut page = Vec::new();
        let written = own(&command, "", &mut page).and_then(|()| subcommands(&command, &mut page));
        data(&page);
        return if written.is_ok() { Ok(Exit::Done) } else { Err(Exit::Failed) };
    };
    setup::not_in_service_mode("a directory for the manual", "run it as yourself")?;
    let written = fs::create_dir_all(directory).and_then(|()| write_all(&command, "", directory));
    written.map_err(|e| Exit::Failed.because(&format!("{}: {e}", directory.display())))?;
    Ok(Exit::Done)
}

/// One page for each command.
fn write_all(command: &Command, path: &str, directory: &Path) -> io::Result<()> {
    let mut page = Vec::new();
    own(command, path, &mut page)?;
    let name = format!("unbolt {path}").trim().replace(' ', "-");
    write_new(&directory.join(format!("{name}.1")), &page)?;
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        write_all(inner, format!("{path} {}", inner.get_name()).trim(), directory)?;
    }
    Ok(())
}

/// Writes a whole file or leaves what was there.
fn write_new(path: &Path, page: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("1.part");
    fs::write(&draft, page).and_then(|()| fs::rename(&draft, path)).inspect_err(|_| {
        let _ = fs::remove_file(&draft);
    })
}

/// A command's own page.
fn own(command: &Command, path: &str, page: &mut Vec<u8>) -> io::Result<()> {
    // The help's blocks are sections here.
    let man = Man::new(command.clone().after_help("").after_long_help(""));
    man.render(page)?;
    sections(path, page)
}

fn sections(path: &str, page: &mut Vec<u8>) -> io::Result<()> {
    section("EXAMPLES", &of(path), page)?;
    section("EXIT STATUS", &EXIT_CODES, page)?;
    section("FILES", &FILES, page)?;
    section("ENVIRONMENT", &ENVIRONMENT, page)?;
    if path.is_empty() || path == "demo" {
        section("KEYS", &keys(), page)?;
    }
    Ok(())
}

/// What each key does, by place.
fn keys() -> Vec<(String, &'static str)> {
    let Ok(keymap) = Keymap::standard() else { return Vec::new() };
    let mut rows = Vec::new();
    for place in KeyContext::ALL.iter().copied() {
        for action in Action::all().filter(|action| keymap.own(place).any(|(_, own)| own == *action)) {
            rows.push((format!("{}: {}", place.word(), keymap.keys(place, action)), action.help()));
        }
    }
    rows
}

fn section(head: &str, rows: &[(impl Display, &str)], page: &mut Vec<u8>) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut roff = Roff::new();
    roff.control("SH", [head]);
    for (typed, means) in rows {
        roff.control("TP", []);
        roff.text([bold(typed.to_string())]);
        roff.text([roman(*means)]);
    }
    roff.to_writer(page)
}

/// What each subcommand is and takes, one after the other.
fn subcommands(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        let name = inner.get_bin_name().unwrap_or_else(|| inner.get_name()).replace('-', "\\-");
        writeln!(page, ".SH \"{}\"", Untrusted::from(name.to_uppercase()).line())?;
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
