//! Rows for people: an aligned table with heads on a terminal, fields between tabs in a pipe.

use std::io::{IsTerminal as _, stdout};

use ratatui::style::Style;

use crate::widgets::columns::{Column, fit};
use crate::widgets::text_width::{cells, cut, wrap};

use super::output::out;
use super::style;

/// From this on, the order in which a column leaves says that it does before another is cut.
const EXTRA: u8 = 5;
/// The last column of a row that is printed alone isn't narrower, in cells.
const LEAST_LAST: u16 = 24;
/// Where no terminal says how wide it is.
const USUAL_WIDTH: u16 = 80;

/// One field of a row.
#[derive(Clone, Debug, Default)]
pub struct TableField {
    text: String,
    piped: Option<String>,
    style: Style,
}

impl TableField {
    /// A field with a style. Text from outside is made harmless before.
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), piped: None, style }
    }

    /// A field in the usual style.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(text, Style::new())
    }

    /// What a pipe gets in its place: a moment for an age, a whole id for a short one.
    pub fn piped(mut self, text: impl Into<String>) -> Self {
        self.piped = Some(text.into());
        self
    }
}

/// Prints a table of rows with a field for each column; without rows there is nothing to print. The last column's text goes
/// on in further lines where it is long.
pub fn print(columns: &[Column], rows: impl IntoIterator<Item = Vec<TableField>>) {
    let rows: Vec<Vec<TableField>> = rows.into_iter().collect();
    if rows.is_empty() {
        return;
    }
    let lines = if stdout().is_terminal() {
        aligned(columns, &rows, width(), &style::paint)
    } else {
        rows.iter().map(|row| separated(row)).collect()
    };
    for line in lines {
        out(&line);
    }
}

/// The lines for a terminal of that many columns.
fn aligned(
    columns: &[Column],
    rows: &[Vec<TableField>],
    width: u16,
    paint: &dyn Fn(&str, Style) -> String,
) -> Vec<String> {
    let (widths, gap) = fit(columns, &wanted(columns, rows, width), width);
    let muted = style::text().theme.muted;
    let head = columns.iter().map(|column| TableField::new(column.head, muted)).collect();
    let all = std::iter::once(&head).chain(rows);
    all.flat_map(|row| lines_of(row, &widths, usize::from(gap), paint)).collect()
}

/// As wide as what stands in each column; the last one is content with a third where the whole is too wide.
fn wanted(columns: &[Column], rows: &[Vec<TableField>], width: u16) -> Vec<u16> {
    let widest = |(at, column): (usize, &Column)| {
        let fields = rows.iter().filter_map(|row| row.get(at)).map(|field| cells(&field.text));
        match fields.max().unwrap_or(0) {
            // A column in which nothing stands is left out.
            0 => 0,
            most => u16::try_from(most.max(cells(column.head))).unwrap_or(u16::MAX),
        }
    };
    let mut wanted: Vec<u16> = columns.iter().enumerate().map(widest).collect();
    let sum = |wanted: &[u16]| {
        let shown = wanted.iter().filter(|one| **one > 0);
        shown.fold(0u16, |sum, one| sum.saturating_add(*one + 2)).saturating_sub(2)
    };
    let is_last = wanted.len().saturating_sub(1);
    let full = wanted.last().copied().unwrap_or(0);
    if sum(&wanted) <= width {
        return wanted;
    }
    if let Some(last) = wanted.last_mut() {
        *last = full.min(width / 3);
    }
    // What can be looked up elsewhere leaves before anything else is cut.
    let before = columns.iter().enumerate().take(is_last).map(|(at, column)| (column.leaves, at));
    let mut extra: Vec<(u8, usize)> = before.filter(|(leaves, _)| *leaves >= EXTRA).collect();
    extra.sort_unstable();
    while sum(&wanted) > width
        && let Some((_, at)) = extra.pop()
    {
        wanted.iter_mut().skip(at).take(1).for_each(|one| *one = 0);
    }
    let rest = width.saturating_sub(sum(&wanted));
    if let Some(last) = wanted.last_mut().filter(|last| **last > 0) {
        *last = full.min(*last + rest);
    }
    wanted
}

/// One row: its first line, and those in which its last field goes on.
fn lines_of(row: &[TableField], widths: &[u16], gap: usize, paint: &dyn Fn(&str, Style) -> String) -> Vec<String> {
    let ellipsis = style::text().glyphs.ellipsis;
    let (mut line, mut indent) = (String::new(), 0);
    let shown = row.iter().zip(widths).map(|(field, width)| (field, usize::from(*width)));
    let shown: Vec<(&TableField, usize)> = shown.filter(|(_, width)| *width > 0).collect();
    let mut lines = Vec::new();
    for (at, (field, width)) in shown.iter().enumerate() {
        if at > 0 {
            indent += gap;
            line.push_str(&" ".repeat(gap));
        }
        if at + 1 == shown.len() {
            let mut parts = wrap(&field.text, *width).into_iter();
            line.push_str(&paint(&parts.next().unwrap_or_default(), field.style));
            lines.push(line.trim_end().to_owned());
            lines.extend(parts.map(|part| format!("{}{}", " ".repeat(indent), paint(&part, field.style))));
            break;
        }
        let text = cut(&field.text, *width, ellipsis);
        let rest = width.saturating_sub(cells(&text));
        line.push_str(&paint(&text, field.style));
        line.push_str(&" ".repeat(rest));
        indent += width;
    }
    lines
}

/// Prints a row of which the next ones aren't known yet: columns of fixed widths, the last one as wide as the rest.
pub fn stream(widths: &[u16], fields: &[TableField]) {
    if !stdout().is_terminal() {
        return out(&separated(fields));
    }
    let taken: u16 = widths.iter().map(|width| width + 1).sum();
    let room = width().saturating_sub(taken);
    if room >= LEAST_LAST {
        let widths: Vec<u16> = widths.iter().copied().chain([room]).collect();
        return lines_of(fields, &widths, 1, &style::paint).iter().for_each(|line| out(line));
    }
    // Too narrow to stand beside the others: below them.
    let Some((last, before)) = fields.split_last() else { return };
    let words: Vec<String> = before.iter().map(|field| style::paint(&field.text, field.style)).collect();
    out(&words.join(" "));
    let indented = |part: String| format!("  {}", style::paint(&part, last.style));
    wrap(&last.text, usize::from(width().saturating_sub(2))).into_iter().map(indented).for_each(|line| out(&line));
}

fn separated(row: &[TableField]) -> String {
    let one = |field: &TableField| field.piped.as_ref().unwrap_or(&field.text).replace(['\t', '\n'], " ");
    row.iter().map(one).collect::<Vec<_>>().join("\t")
}

/// How many columns the terminal has.
pub fn width() -> u16 {
    let told = crossterm::terminal::size().ok().map(|(width, _)| width).filter(|width| *width > 0);
    let by_variable = || std::env::var("COLUMNS").ok()?.parse().ok().filter(|width| *width > 0);
    told.or_else(by_variable).unwrap_or(USUAL_WIDTH)
}

#[cfg(test)]
mod tests;
