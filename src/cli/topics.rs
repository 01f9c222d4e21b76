//! The pages that the program prints: `unbolt help TOPIC`.

use std::io::{IsTerminal as _, stdout};

use crate::widgets::text_width::{cells, wrap, wrap_hanging};

use super::output::out;
use super::table::width;

/// A page.
pub struct Topic {
    /// Its name.
    pub name: &'static str,
    /// What it is about, in a line.
    pub about: &'static str,
    /// Its text, in Markdown.
    pub text: &'static str,
}

macro_rules! topics {
    ($($name:literal: $about:literal;)*) => {
        /// Every page.
        pub const TOPICS: &[Topic] =
            &[$(Topic { name: $name, about: $about, text: include_str!(concat!("../../assets/docs/", $name, ".md")) },)*];
    };
}

topics! {
    "screen": "keys, tabs, signs, lines instead of the screen";
    "configuration": "layers, secrets, keys and colours, connections";
    "policy": "rules, limits, personal and service mode";
    "macs": "MDM servers, maps, webhooks, a proxy in front";
    "directories": "Active Directory, OpenLDAP, 389-DS, FreeIPA: the truth per server";
    "lists": "what a list may be, plans, runs, reports";
    "command-line": "tables, JSON, exit codes, variables, files";
    "ledger": "its files, records and schema, what verify finds";
    "errors": "every code of a problem, and what usually helps";
    "guarantees": "what is never done, never claimed, never hidden";
    "simulator": "simulated systems, their control port, faults";
}

/// Longer lines are hard to read.
const WIDEST: u16 = 100;

/// Prints a page: as it is written in a pipe, and fitted to a terminal.
pub fn print(topic: &Topic) {
    let lines = if stdout().is_terminal() {
        fitted(topic.text, usize::from(width().min(WIDEST)))
    } else {
        topic.text.lines().map(str::to_owned).collect()
    };
    for line in &lines {
        out(line);
    }
}

/// The page's paragraphs, items and tables in lines of that width; code stays as it is.
fn fitted(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let (mut paragraph, mut table) = (String::new(), Vec::new());
    for line in text.lines().chain([""]) {
        let is_row = line.starts_with('|');
        let goes_on = !(line.is_empty() || is_row || line.starts_with(['#', '-', ' ']));
        if !goes_on && !paragraph.is_empty() {
            let indent = if paragraph.starts_with("- ") { 2 } else { 0 };
            lines.extend(wrap_hanging(&std::mem::take(&mut paragraph), width, indent));
        }
        if !is_row && !table.is_empty() {
            lines.extend(rows(&std::mem::take(&mut table), width));
        }
        let is_item = line.starts_with("- ") || (line.starts_with("  ") && !line.starts_with("    "));
        match line {
            _ if is_row => table.push(line),
            _ if goes_on || is_item => {
                let space = if paragraph.is_empty() { "" } else { " " };
                paragraph = format!("{paragraph}{space}{}", line.trim());
            }
            line => lines.push(line.to_owned()),
        }
    }
    lines.pop();
    lines
}

/// A table without its lines: the first column, and the others beside it.
fn rows(table: &[&str], width: usize) -> Vec<String> {
    let split = |line: &&str| {
        let fields: Vec<String> = line.trim_matches('|').split('|').map(|field| field.trim().to_owned()).collect();
        let mut fields = fields.into_iter();
        (fields.next().unwrap_or_default(), fields.collect::<Vec<_>>().join("  "))
    };
    // The second line only says that the first is the head.
    let rows: Vec<(String, String)> = table.iter().filter(|line| !line.starts_with("|---")).map(split).collect();
    let first = rows.iter().map(|row| cells(&row.0)).filter(|cells| *cells <= width / 2).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (left, right) in rows {
        let mut parts = wrap(&right, width.saturating_sub(first + 4).max(10)).into_iter();
        if cells(&left) > first {
            lines.extend(wrap_hanging(&left, width.saturating_sub(2), 2).into_iter().map(|part| format!("  {part}")));
        } else {
            let part = parts.next().unwrap_or_default();
            lines.push(format!("  {left}{}  {part}", " ".repeat(first - cells(&left))).trim_end().to_owned());
        }
        lines.extend(parts.map(|part| format!("  {}  {part}", " ".repeat(first))));
    }
    lines
}

#[cfg(test)]
mod tests;
