//! `unbolt`: the terminal program on the user's configuration.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use crate::config::{Colour, Complaint, Config};
use crate::domain::nearest;
use crate::ledger::Operator;
use crate::runtime::Core;
use crate::screens::{Keymap, Session};
use crate::terminal::event_loop::Ending;
use crate::widgets::Appearance;
use crate::widgets::theme::Theme;

use super::args::Cli;
use super::console::{program, say};
use super::exit::Exit;
use super::setup;

pub fn run(cli: &Cli) -> Exit {
    let start = || {
        let config = setup::config_begun(cli)?;
        setup::answer_prompts(&config)?;
        let directory = setup::ledger_directory(&config)?;
        Ok(open(cli, &config, directory, (config.screen.label.clone(), Some(program().to_owned()))))
    };
    start().unwrap_or_else(|exit: Exit| exit)
}

/// Runs the screen on a configuration, under a label, and with the program as it is typed to go on later.
pub fn open(cli: &Cli, config: &Config, ledger: PathBuf, (label, program): (String, Option<String>)) -> Exit {
    // Without a terminal there is nothing to draw on.
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let plain = cli.plain || is_dumb || !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal();
    let (keymap, theme) = match (keymap(config), theme(cli, config)) {
        (Ok(keymap), Ok(theme)) => (keymap, theme),
        (Err(complaint), _) | (_, Err(complaint)) => {
            say(&complaint.to_string());
            return Exit::Usage;
        }
    };
    let look = Appearance::with(theme, cli.ascii || config.screen.ascii || !is_utf8());
    // Colour is the theme's decision: the library would drop every attribute under NO_COLOR.
    crossterm::style::force_color_output(true);
    let (log, exchanges) = mpsc::unbounded_channel();
    let core = Core::new(config, ledger, &log);
    if let Err(exit) = setup::check_files(config) {
        return exit;
    }
    let session = session(label, program, config.service);
    match crate::terminal::event_loop::run(core, session, keymap, (look, plain), exchanges) {
        Ok(Ending::Quit { lines, has_rows_left }) => {
            for line in &lines {
                say(line);
            }
            if has_rows_left { Exit::Mixed } else { Exit::Done }
        }
        Ok(Ending::Terminated) => {
            say("ended by a signal or because the terminal is gone");
            Exit::Interrupted
        }
        Ok(Ending::Hung) => Exit::Interrupted,
        Ok(Ending::Idle(why)) => {
            say(&format!("ended by the policy's idle_lock: {why}"));
            Exit::Done
        }
        Ok(Ending::Broke(words)) => {
            say(&format!("internal error: {words}"));
            say("unlocks without an outcome are in the ledger: unbolt ledger resolve");
            Exit::Failed
        }
        Err(e) => {
            say(&format!("the terminal can't be used: {e}"));
            Exit::Failed
        }
    }
}

fn session(label: String, program: Option<String>, service: bool) -> Session {
    let operator = Operator::current();
    let name = operator.label();
    Session {
        operator: format!("{}@{}", name.as_data(), operator.host.as_data()).into(),
        operator_name: name,
        label,
        program,
        service,
        zone: crate::runtime::time_zone::shown(),
        host_zone: crate::runtime::time_zone::of_host(),
    }
}

/// The keys with the owner's changes.
fn keymap(config: &Config) -> Result<Keymap, Complaint> {
    let standard = Keymap::standard().map_err(|mistake| Complaint::new(mistake.what))?;
    let Some(path) = &config.screen.keymap else { return Ok(standard) };
    let text = read(path, "the keymap")?;
    standard.with(&text).map_err(|mistake| Complaint::of(&text, mistake).in_file(path))
}

/// The theme by its name or file; without colours where the terminal shows none.
fn theme(cli: &Cli, config: &Config) -> Result<Theme, Complaint> {
    let named = |name: &str| Theme::named(name);
    let wanted = config.screen.theme.as_str();
    let theme = if wanted.contains(['/', '.']) {
        let path = Path::new(wanted);
        let text = read(path, "the theme")?;
        let base = named("default").unwrap_or_default();
        base.with(&text).map_err(|mistake| Complaint::of(&text, mistake).in_file(path))?
    } else {
        named(wanted).ok_or_else(|| Complaint {
            nearest: nearest(wanted, Theme::names()),
            ..Complaint::new(format!("there is no theme `{wanted}`; a file of your own is named with its path"))
        })?
    };
    let colour = has_colour(cli.color.unwrap_or(config.screen.color));
    Ok(if colour { theme } else { named("mono").unwrap_or(theme) })
}

fn read(path: &Path, what: &str) -> Result<String, Complaint> {
    std::fs::read_to_string(path).map_err(|e| Complaint::new(format!("{what} can't be read: {e}")).in_file(path))
}

fn has_colour(wanted: Colour) -> bool {
    if wanted != Colour::Auto {
        return wanted == Colour::Always;
    }
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
