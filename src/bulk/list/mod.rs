//! Reading a list as people have it: a table with a head line, JSON, names or recipients. Every record is an entry or is
//! told with its line; nothing inside a quoted cell becomes an entry of its own.
//!
//! ```text
//! charset      bytes as text                        head     which line is the head line
//! csv_records  text as records of cells             columns  what columns say
//! json         the same, written as JSON            names    a line or a cell as who is meant
//! ```

pub mod charset;
pub mod columns;
pub mod csv_records;
mod head;
mod json;
mod names;

use std::io::Read;

use crate::domain::Untrusted;
use crate::domain::sanitize::is_dangerous;

use charset::decode;
use columns::{ColumnConfidence, ColumnKind};
use csv_records::{Records, TextRecord};
use head::{Shape, is_preamble, shape};

/// No name, address or DN is longer.
const LONGEST: usize = 1_000;
/// No list is longer, in bytes.
const LARGEST: u64 = 256 << 20;

/// One account that is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListEntry {
    /// Its line in the list, from 1.
    pub line: u64,
    /// The surest text that names it.
    pub text: Untrusted,
    /// What kind of text that is; none where no column said so.
    pub rank: Option<ColumnConfidence>,
    /// What else its record says of it, the surest first.
    pub further: Vec<(ColumnConfidence, Untrusted)>,
    /// Only in this provider.
    pub provider: Option<String>,
    /// Its own helpdesk case.
    pub ticket: Option<Untrusted>,
}

/// What a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListLine {
    /// An account.
    Entry(ListEntry),
    /// Nothing that can be used, and why.
    Rejected {
        /// Its number, from 1.
        line: u64,
        /// Its beginning.
        input: Untrusted,
        /// Why.
        why: String,
    },
}

/// What is said of a list beside itself.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// Its encoding, by a usual label.
    pub encoding: Option<String>,
    /// Columns by their heads: what the column says, and its head.
    pub columns: Vec<(ColumnKind, String)>,
}

/// A list that was read.
#[derive(Debug)]
pub struct List {
    text: String,
    shape: Shape,
    guess: Option<&'static str>,
}

impl List {
    /// Reads a list.
    ///
    /// # Errors
    /// What is wrong with it as a whole, in a sentence.
    pub fn read(reader: impl Read, options: &ListOptions) -> Result<Self, String> {
        let mut bytes = Vec::new();
        reader.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
        if bytes.len() as u64 > LARGEST {
            return Err("the list is larger than 256 MiB".to_owned());
        }
        let decoded = decode(&bytes, options.encoding.as_deref())?;
        let (text, guess) = (decoded.text.into_owned(), decoded.guess);
        let shape = shape(&text, options)?;
        Ok(Self { text, shape, guess })
    }

    /// The encoding that it was taken for, where nothing said so.
    pub fn guess(&self) -> Option<&'static str> {
        self.guess
    }

    /// Its entries, and what is none of them, in the list's order.
    pub fn lines(&self) -> Box<dyn Iterator<Item = ListLine> + '_> {
        let text = self.text.as_str();
        match &self.shape {
            Shape::Lines => Box::new(Records::new(text, None).flat_map(|record| names::of_line(&record))),
            Shape::JsonLines => Box::new(json::of_lines(text)),
            Shape::JsonWhole => Box::new(json::of_whole(text).into_iter()),
            Shape::Table { separator, columns, head } => {
                let records = Records::new(text, Some(*separator));
                Box::new(records.filter_map(|record| of_record(&record, columns, *head)))
            }
        }
    }
}

impl ListLine {
    /// The number of its line.
    pub fn number(&mut self) -> &mut u64 {
        match self {
            Self::Entry(entry) => &mut entry.line,
            Self::Rejected { line, .. } => line,
        }
    }
}

fn rejected(line: u64, input: &str, why: impl Into<String>) -> ListLine {
    let input: String = input.chars().take(200).collect();
    ListLine::Rejected { line, input: input.into(), why: why.into() }
}

fn of_record(record: &TextRecord, columns: &[ColumnKind], head: u64) -> Option<ListLine> {
    let input = || record.cells.join(" ");
    let reject = |why: &str| Some(rejected(record.line, &input(), why));
    if record.is_open {
        return reject("a quotation mark that is opened in this line is never closed: nothing behind it is planned");
    }
    if record.line == head {
        return None;
    }
    if is_preamble(record) {
        // A comment may stand where somebody is named, and a ticket may begin like one.
        let is_alone = record.cells.iter().skip(1).all(|cell| cell.trim().is_empty());
        let names = !matches!(columns.first(), Some(ColumnKind::Ticket | ColumnKind::Other));
        match (record.line < head || is_alone, names) {
            (true, _) => return None,
            (false, true) => return reject("it begins with #: taken as a comment, and nobody in it is planned"),
            (false, false) => {}
        }
    }
    if record.line < head {
        // A title is nobody; a record is told.
        let says = record.cells.iter().filter(|cell| !cell.is_empty()).count();
        return if says > 1 { reject("it stands above the head line") } else { None };
    }
    if record.is_torn {
        return reject("text stands behind a closing quotation mark: who is meant can't be told");
    }
    let over = record.cells.iter().skip(columns.len()).any(|cell| !cell.is_empty());
    if over {
        return reject(&format!("it has {} fields, and the head line has {}", record.cells.len(), columns.len()));
    }
    let cells = columns.iter().copied().zip(record.cells.iter().map(String::as_str));
    Some(picked(record.line, input, cells))
}

/// The entry of a record's cells.
fn picked<'a>(line: u64, input: impl Fn() -> String, cells: impl Iterator<Item = (ColumnKind, &'a str)>) -> ListLine {
    let (mut udid, mut short, mut provider, mut ticket) = (None, None, None, None);
    let mut who: Vec<(ColumnConfidence, String)> = Vec::new();
    for (column, cell) in cells {
        let cell = names::bare(cell);
        if cell.is_empty() {
            continue;
        }
        match column {
            ColumnKind::Who(rank) => {
                let cell = match rank {
                    ColumnConfidence::Mail => names::address(cell),
                    ColumnConfidence::UserName => names::without_domain(cell),
                    _ => cell,
                };
                who.push((rank, cell.to_owned()));
            }
            ColumnKind::Udid => udid = Some(cell.to_owned()),
            ColumnKind::ShortName => short = Some(cell.to_owned()),
            ColumnKind::Provider => provider = Some(cell.to_owned()),
            ColumnKind::Ticket => ticket = Some(cell.to_owned()),
            ColumnKind::Other => {}
        }
    }
    who.sort_by_key(|(rank, _)| *rank);
    // A name as people see it is nobody's id where the record has one.
    if who.first().is_some_and(|(rank, _)| *rank != ColumnConfidence::Name) {
        who.retain(|(rank, _)| *rank != ColumnConfidence::Name);
    }
    match (udid, short) {
        (Some(udid), Some(short)) => who = vec![(ColumnConfidence::Id, format!("{udid}/{short}"))],
        (Some(udid), None) => who = vec![(ColumnConfidence::Id, udid)],
        (None, _) => {}
    }
    entry(line, input, who, provider, ticket)
}

/// An entry, if what names it can be sent anywhere.
fn entry(
    line: u64,
    input: impl Fn() -> String,
    who: Vec<(ColumnConfidence, String)>,
    provider: Option<String>,
    ticket: Option<String>,
) -> ListLine {
    let texts = || who.iter().map(|(_, text)| text).chain(&provider).chain(&ticket);
    let is_plain = |text: &String| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if texts().any(|text| !is_plain(text) && text.chars().any(is_dangerous)) {
        return rejected(line, &input(), "it holds invisible or control signs");
    }
    if texts().any(|text| text.len() > LONGEST && text.chars().count() > LONGEST) {
        return rejected(line, &input(), "it is longer than any name or id");
    }
    let mut who = who.into_iter().map(|(rank, text)| (rank, Untrusted::from(text)));
    let Some((rank, text)) = who.next() else { return rejected(line, &input(), "it names no account") };
    let ticket = ticket.map(Untrusted::from);
    ListLine::Entry(ListEntry { line, text, rank: Some(rank), further: who.collect(), provider, ticket })
}

#[cfg(test)]
mod tests;
