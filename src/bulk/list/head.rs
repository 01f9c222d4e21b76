//! Which line of a list is its head, and what separates its columns.

use crate::domain::Untrusted;

use super::columns::{ColumnKind, looks_like_heads};
use super::csv_records::{Records, TextRecord};
use super::{ListOptions, columns, json};

/// The head line stands among the first records.
const HEAD_WITHIN: usize = 10;

/// What a list is made of.
#[derive(Debug)]
pub(super) enum Shape {
    Lines,
    JsonLines,
    JsonWhole,
    Table { separator: char, columns: Vec<ColumnKind>, head: u64 },
}

/// The separator that a spreadsheet names in the first line.
fn named_separator(text: &str) -> Option<char> {
    let line = text.lines().next()?.trim().trim_matches('"');
    line.to_ascii_lowercase().strip_prefix("sep=")?.parse().ok()
}

/// True for what stands above a head line and says nothing of anybody.
pub(super) fn is_preamble(record: &TextRecord) -> bool {
    let first = record.cells.first().map_or("", String::as_str);
    record.is_blank() || first.to_ascii_lowercase().starts_with("sep=") || first.starts_with('#')
}

/// True for what can't be a head line; a `#` alone heads a column of numbers.
fn is_no_head(record: &TextRecord) -> bool {
    is_preamble(record) && (record.cells.len() < 2 || record.cells.first().is_none_or(|first| first != "#"))
}

pub(super) fn shape(text: &str, options: &ListOptions) -> Result<Shape, String> {
    let begins = text.trim_start();
    if begins.starts_with('[') && options.columns.is_empty() {
        return Ok(Shape::JsonWhole);
    }
    let is_line_json = json::is_one(begins.lines().next().unwrap_or_default());
    if begins.starts_with('{') || (begins.starts_with('"') && is_line_json) {
        return Ok(if is_line_json && !json::is_one(begins) { Shape::JsonLines } else { Shape::JsonWhole });
    }
    let separators = named_separator(text).map_or_else(|| vec!['\t', ';', ','], |one| vec![one]);
    // The first head line counts, and of several ways to part it the one that knows most of its words.
    let ways = separators.iter().filter_map(|separator| Some((*separator, head_of(text, *separator, options)?)));
    let known = |columns: &[ColumnKind]| columns.iter().filter(|column| **column != ColumnKind::Other).count();
    let best = ways.min_by_key(|(_, (columns, head))| (*head, std::cmp::Reverse(known(columns))));
    if let Some((separator, (columns, head))) = best {
        return Ok(Shape::Table { separator, columns, head });
    }
    for separator in &separators {
        if let Some(seen) = unknown_heads(text, *separator) {
            return Err(format!(
                "no column names an account; the columns are {}. Say which one does: --column user=\"{}\"",
                seen.join(", "),
                seen.first().map_or("", String::as_str)
            ));
        }
    }
    match options.columns.first() {
        Some((_, head)) => Err(format!("no column is called `{}`", Untrusted::from(head.as_str()).line())),
        None => Ok(Shape::Lines),
    }
}

/// The head line among the first records: what its columns say, and its line.
fn head_of(text: &str, separator: char, options: &ListOptions) -> Option<(Vec<ColumnKind>, u64)> {
    let records = Records::new(text, Some(separator)).filter(|record| !is_no_head(record)).take(HEAD_WITHIN);
    for record in records {
        let named = |cell: &String| {
            let is_it = |(_, head): &&(ColumnKind, String)| head.trim().eq_ignore_ascii_case(cell);
            options.columns.iter().find(is_it).map(|(column, _)| *column)
        };
        if !options.columns.is_empty() {
            if record.cells.iter().any(|cell| named(cell).is_some()) {
                let columns = record.cells.iter().map(|cell| named(cell).unwrap_or_else(|| columns::column(cell)));
                return Some((columns.collect(), record.line));
            }
        } else if let Some(columns) = columns::heads(&record.cells) {
            return Some((columns, record.line));
        }
    }
    None
}

/// The words of a head line that nobody knows, where the records below it have as many cells.
fn unknown_heads(text: &str, separator: char) -> Option<Vec<String>> {
    let mut records = Records::new(text, Some(separator)).filter(|record| !is_preamble(record));
    let head = records.next().filter(|record| looks_like_heads(&record.cells, separator))?;
    let next = records.next()?;
    (next.cells.len() == head.cells.len())
        .then(|| head.cells.iter().map(|c| Untrusted::from(c.as_str()).line()).collect())
}
