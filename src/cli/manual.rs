//! `unbolt man`: the manual, made from the same tables as the help.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::domain::Untrusted;
use crate::screens::{Action, KeyContext, Keymap};

use super::console::say;
use super::examples::{ENVIRONMENT, FILES, of};
use super::exit::{EXIT_CODES, Exit};
use super::output::data;
use super::{help, setup};

/// Prints unbolt's own page, or writes every command's into a directory.
pub fn run(directory: Option<&Path>) -> Exit {
    let mut command = help::command();
    command.build();
    let Some(directory) = directory else {
        let mut page = Vec::new();
        let written = whole(&command, &mut page);
        data(&page);
        return if written.is_ok() { Exit::Done } else { Exit::Failed };
    };
    let may_write = setup::is_service()
        .and_then(|service| setup::may_use_file(service, "a directory for the manual", "run it as yourself"));
    if let Err(exit) = may_write {
        return exit;
    }
    match fs::create_dir_all(directory).and_then(|()| write_all(&command, "", directory)) {
        Ok(()) => Exit::Done,
        Err(e) => {
            say(&format!("{}: {e}", directory.display()));
            Exit::Failed
        }
    }
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

/// The one page with everything.
fn whole(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    own(command, "", page)?;
    subcommands(command, page)
}

fn sections(path: &str, page: &mut Vec<u8>) -> io::Result<()> {
    let codes: Vec<(String, String)> =
        EXIT_CODES.iter().map(|(code, means)| (code.to_string(), (*means).to_owned())).collect();
    let owned = |rows: &[(&str, &str)]| rows.iter().map(|row| (row.0.to_owned(), row.1.to_owned())).collect::<Vec<_>>();
    section("EXAMPLES", &owned(of(path)), page)?;
    section("EXIT STATUS", &codes, page)?;
    section("FILES", &owned(&FILES), page)?;
    section("ENVIRONMENT", &owned(&ENVIRONMENT), page)?;
    if path.is_empty() || path == "demo" {
        section("KEYS", &keys(), page)?;
    }
    Ok(())
}

/// What each key does, by place.
fn keys() -> Vec<(String, String)> {
    let Ok(keymap) = Keymap::standard() else { return Vec::new() };
    let mut rows: Vec<(String, String)> = Vec::new();
    for place in KeyContext::all() {
        for action in Action::all().filter(|action| keymap.own(place).any(|(_, own)| own == *action)) {
            rows.push((format!("{}: {}", place.name(), keymap.keys(place, action)), action.help().to_owned()));
        }
    }
    rows
}

fn section(head: &str, rows: &[(String, String)], page: &mut Vec<u8>) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut roff = Roff::new();
    roff.control("SH", [head]);
    for (typed, means) in rows {
        roff.control("TP", []);
        roff.text([bold(typed.as_str())]);
        roff.text([roman(means.as_str())]);
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
