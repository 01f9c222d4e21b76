//! `--help`, `unbolt help NAME`, and what is told of arguments that can't be understood.

use std::fmt::Write as _;

use clap::error::Error;
use clap::{Command, CommandFactory as _};

use crate::domain::{Untrusted, suggest};

use super::args::Cli;
use super::console::{say, say_raw};
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
    let examples = rows("Examples", of(path));
    let codes: Vec<(String, &str)> = EXIT_CODES.iter().map(|(code, means)| (code.to_string(), *means)).collect();
    let codes: Vec<(&str, &str)> = codes.iter().map(|(code, means)| (code.as_str(), *means)).collect();
    let topics: Vec<(&str, &str)> = TOPICS.iter().map(|topic| (topic.name, topic.about)).collect();
    let topics = if path.is_empty() { rows("Topics (unbolt help TOPIC)", &topics) } else { String::new() };
    let rest = format!("{}{}", rows("Exit codes", &codes), rows("Environment", &ENVIRONMENT));
    command
        .after_help(format!("{examples}{topics}").trim_end().to_owned())
        .after_long_help(format!("{examples}{topics}{rest}").trim_end().to_owned())
}

/// A block of the help: what is typed, and what it does. A long one has its meaning in the next line.
fn rows(head: &str, rows: &[(&str, &str)]) -> String {
    if rows.is_empty() {
        return String::new();
    }
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
pub fn run(names: &[String]) -> Exit {
    let mut command = command();
    command.build();
    if let [name] = names
        && let Some(topic) = TOPICS.iter().find(|topic| topic.name == name)
    {
        topics::print(topic);
        return Exit::Done;
    }
    let mut found = &mut command;
    for name in names {
        let known: Vec<String> = found.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
        if !known.contains(name) {
            return unknown(name, &known);
        }
        let Some(inner) = found.find_subcommand_mut(name) else { return Exit::Usage };
        found = inner;
    }
    let text = found.render_long_help().to_string();
    text.lines().for_each(out);
    Exit::Done
}

fn unknown(name: &str, commands: &[String]) -> Exit {
    let topics = TOPICS.iter().map(|topic| topic.name);
    let known: Vec<&str> = commands.iter().map(String::as_str).chain(topics).collect();
    let meant = suggest(name, known.iter().copied()).map(|near| format!("did you mean `{near}`? "));
    let shown = Untrusted::from(name).line();
    say(&format!("no command or topic is `{shown}`; {}there are: {}", meant.unwrap_or_default(), known.join(", ")));
    Exit::Usage
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
