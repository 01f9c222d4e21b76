//! `--help`, `unbolt help NAME`, and what is told of arguments that can't be understood.

use std::fmt::{Display, Write as _};

use clap::error::Error;
use clap::{Command, CommandFactory as _};

use crate::domain::{Untrusted, suggest};

use super::args::Cli;
use super::console::say_raw;
use super::examples::{ENVIRONMENT, of};
use super::exit::{EXIT_CODES, Exit};
use super::output::{finish, out};
use super::topics::{self, TOPICS};

/// The commands with their examples; the whole help has exit codes and variables, too.
pub fn command() -> Command {
    with_more(Cli::command(), "")
}

fn with_more(mut command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    for name in names {
        let inner = format!("{path} {name}").trim().to_owned();
        command = command.mut_subcommand(name, |command| with_more(command, &inner));
    }
    let examples = rows("Examples", &of(path));
    let topics: Vec<(&str, &str)> = TOPICS.iter().map(|topic| (topic.name, topic.about)).collect();
    let topics = if path.is_empty() { rows("Topics (unbolt help TOPIC)", &topics) } else { String::new() };
    let rest = format!("{}{}", rows("Exit codes", &EXIT_CODES), rows("Environment", &ENVIRONMENT));
    command
        .after_help(format!("{examples}{topics}").trim_end().to_owned())
        .after_long_help(format!("{examples}{topics}{rest}").trim_end().to_owned())
}

/// A block of the help: what is typed, and what it does. A long one has its meaning in the next line.
fn rows(head: &str, rows: &[(impl Display, &str)]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let rows: Vec<(String, &str)> = rows.iter().map(|(typed, means)| (typed.to_string(), *means)).collect();
    let mut block = format!("{head}:\n");
    let width = rows.iter().map(|row| row.0.chars().count()).filter(|width| *width <= 34).max().unwrap_or(0);
    for (typed, means) in rows {
        if typed.chars().count() > width {
            let _ = writeln!(block, "  {typed}\n  {:width$}  {means}", "");
        } else {
            let _ = writeln!(block, "  {typed:width$}  {means}");
        }
    }
    block.push('\n');
    block
}

/// `unbolt help NAME …`: a command, else a topic.
pub fn run(names: &[String]) -> Result<Exit, Exit> {
    let mut command = command();
    command.build();
    if let [name] = names
        && let Some(topic) = TOPICS.iter().find(|topic| topic.name == name)
    {
        topics::print(topic);
        return Ok(Exit::Done);
    }
    let mut found = &mut command;
    for name in names {
        let known: Vec<String> = found.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
        if !known.contains(name) {
            return Err(unknown(name, &known));
        }
        found = found.find_subcommand_mut(name).ok_or(Exit::Usage)?;
    }
    let text = found.render_long_help().to_string();
    text.lines().for_each(out);
    Ok(Exit::Done)
}

/// What may be meant by a name that is none, for a message.
pub fn there_are(name: &str, known: &[&str]) -> String {
    let near = suggest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`? "));
    format!("{}there are: {}", near.unwrap_or_default(), known.join(", "))
}

fn unknown(name: &str, commands: &[String]) -> Exit {
    let topics = TOPICS.iter().map(|topic| topic.name);
    let known: Vec<&str> = commands.iter().map(String::as_str).chain(topics).collect();
    Exit::Usage.because(&format!(
        "no command or topic is `{}`; {}",
        Untrusted::from(name).line(),
        there_are(name, &known)
    ))
}

/// Prints help that was asked for, or what is wrong with the arguments: with the codes of the table. An argument may hold
/// anything, and steers no terminal.
pub fn usage(error: &Error) -> Exit {
    let text = error.render().to_string();
    let lines = text.lines().map(|line| Untrusted::from(line).line());
    if error.use_stderr() {
        lines.for_each(|line| say_raw(&line));
        return Exit::Usage;
    }
    lines.for_each(|line| out(&line));
    finish(Exit::Done)
}
