//! Reading a list: CSV or TSV with a head line, JSON lines, or one name to a line. Each line stands for itself: a bad one
//! is told with its number and never swallows the next.

use std::io::{self, BufRead, Read};

use serde_json::Value;

use crate::domain::Untrusted;
use crate::domain::inert::is_dangerous;

use super::decode::decoded;

/// No name, address or DN is longer.
const LONGEST: usize = 1_000;
/// A longer line is rejected without being kept.
const LONGEST_LINE: usize = 64 * 1024;

/// One account that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its line in the list, from 1.
    pub line: u64,
    /// The exact name, address or id.
    pub text: Untrusted,
    /// Only in this provider.
    pub provider: Option<String>,
    /// Its own helpdesk case.
    pub ticket: Option<Untrusted>,
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// An account.
    Entry(Entry),
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

/// A column's meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    /// Names an account; the lowest rank that isn't empty is taken.
    Who(u8),
    Udid,
    ShortName,
    Provider,
    Ticket,
    Other,
}

/// The head line's words, without regard to case, spaces, hyphens and underscores. An id is surer than an address, an
/// address surer than a name.
const COLUMNS: [(&str, Column); 26] = [
    ("id", Column::Who(0)),
    ("userid", Column::Who(0)),
    ("accountid", Column::Who(0)),
    ("guid", Column::Who(0)),
    ("objectguid", Column::Who(0)),
    ("sid", Column::Who(0)),
    ("objectsid", Column::Who(0)),
    ("dn", Column::Who(0)),
    ("distinguishedname", Column::Who(0)),
    ("email", Column::Who(1)),
    ("mail", Column::Who(1)),
    ("emailaddress", Column::Who(1)),
    ("userprincipalname", Column::Who(1)),
    ("upn", Column::Who(1)),
    ("user", Column::Who(2)),
    ("username", Column::Who(2)),
    ("login", Column::Who(2)),
    ("name", Column::Who(2)),
    ("samaccountname", Column::Who(2)),
    ("employeeid", Column::Who(2)),
    ("udid", Column::Udid),
    ("shortname", Column::ShortName),
    ("provider", Column::Provider),
    ("system", Column::Provider),
    ("ticket", Column::Ticket),
    ("case", Column::Ticket),
];

fn column(word: &str) -> Column {
    let plain: String =
        word.chars().filter(|c| !matches!(c, ' ' | '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
    COLUMNS.iter().find(|row| row.0 == plain).map_or(Column::Other, |row| row.1)
}

enum Shape {
    Unknown,
    Plain,
    Json,
    Table { separator: u8, columns: Vec<Column> },
}

/// The lines of a list, one by one; it holds one line at a time.
pub struct ListReader<'a> {
    reader: Box<dyn BufRead + 'a>,
    shape: Shape,
    line: u64,
}

impl<'a> ListReader<'a> {
    /// Begins to read.
    ///
    /// # Errors
    /// When the first bytes can't be read.
    pub fn new(reader: impl Read + 'a) -> io::Result<Self> {
        Ok(Self { reader: decoded(reader)?, shape: Shape::Unknown, line: 0 })
    }

    /// The next physical line without its end; none at the end. A line that is too long comes cut.
    fn next_line(&mut self) -> io::Result<Option<(Vec<u8>, bool)>> {
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(LONGEST_LINE as u64).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let whole = bytes.last() == Some(&b'\n') || read < LONGEST_LINE;
        // The rest of a line that is too long is read over.
        let mut over = whole;
        while !over {
            let used = {
                let rest = self.reader.fill_buf()?;
                let end = rest.iter().position(|b| *b == b'\n');
                over = end.is_some() || rest.is_empty();
                end.map_or(rest.len(), |at| at + 1)
            };
            self.reader.consume(used);
        }
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        Ok(Some((bytes, whole)))
    }

    fn take(&mut self, bytes: Vec<u8>, whole: bool) -> Option<Line> {
        let line = self.line;
        let rejected = |input: &str, why: &str| {
            let input: String = input.chars().take(200).collect();
            Some(Line::Rejected { line, input: input.into(), why: why.to_owned() })
        };
        if !whole {
            return rejected(&String::from_utf8_lossy(&bytes), "the line is longer than 64 KiB");
        }
        let Ok(text) = String::from_utf8(bytes) else { return rejected("", "the line is no UTF-8 text") };
        if text.trim().is_empty() || text.trim_start().starts_with('#') {
            return None;
        }
        if matches!(self.shape, Shape::Unknown) {
            self.shape = shape(&text);
            if let Shape::Table { columns, .. } = &self.shape {
                let names = columns.iter().any(|column| matches!(column, Column::Who(_) | Column::Udid));
                return if names { None } else { rejected(&text, "the head line names no column for an account") };
            }
        }
        let found = match &self.shape {
            Shape::Json => from_json(&text),
            Shape::Table { separator, columns } => from_table(&text, *separator, columns),
            _ => Ok(Fields { who: text.trim().to_owned(), ..Fields::default() }),
        };
        match found.and_then(Fields::checked) {
            Ok(fields) => Some(Line::Entry(Entry {
                line,
                text: fields.who.into(),
                provider: fields.provider,
                ticket: fields.ticket.map(Untrusted::from),
            })),
            Err(why) => rejected(&text, &why),
        }
    }
}

impl Iterator for ListReader<'_> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<io::Result<Line>> {
        loop {
            let (bytes, whole) = match self.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => return None,
                Err(e) => return Some(Err(e)),
            };
            self.line += 1;
            if let Some(line) = self.take(bytes, whole) {
                return Some(Ok(line));
            }
        }
    }
}

#[derive(Default)]
struct Fields {
    who: String,
    provider: Option<String>,
    ticket: Option<String>,
}

impl Fields {
    fn checked(self) -> Result<Self, String> {
        let all = [Some(&self.who), self.provider.as_ref(), self.ticket.as_ref()];
        if self.who.is_empty() {
            return Err("it names no account".to_owned());
        }
        if all.iter().flatten().any(|text| text.chars().any(is_dangerous)) {
            return Err("it holds invisible or control signs".to_owned());
        }
        if all.iter().flatten().any(|text| text.chars().count() > LONGEST) {
            return Err("it is longer than any name or id".to_owned());
        }
        Ok(self)
    }
}

/// What the first line that says something makes of the list.
fn shape(text: &str) -> Shape {
    if text.trim_start().starts_with(['{', '"']) && serde_json::from_str::<Value>(text.trim()).is_ok() {
        return Shape::Json;
    }
    for separator in [b'\t', b';', b','] {
        let columns: Vec<Column> = cells(text, separator).unwrap_or_default().iter().map(|word| column(word)).collect();
        // A head line says at least what names the account; a DN with its commas says none of these words.
        let is_head = columns.iter().any(|column| *column != Column::Other)
            && (columns.len() > 1 || columns.iter().any(|column| matches!(column, Column::Who(_))));
        if is_head {
            return Shape::Table { separator, columns };
        }
    }
    Shape::Plain
}

fn cells(text: &str, separator: u8) -> Result<Vec<String>, String> {
    if !text.matches('"').count().is_multiple_of(2) {
        return Err("a quotation mark is not closed".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    reader.read_record(&mut record).map_err(|e| e.to_string())?;
    Ok(record.iter().map(str::to_owned).collect())
}

fn from_table(text: &str, separator: u8, columns: &[Column]) -> Result<Fields, String> {
    let cells = cells(text, separator)?;
    if cells.len() != columns.len() {
        return Err(format!("it has {} fields, and the head line has {}", cells.len(), columns.len()));
    }
    pick(columns.iter().copied().zip(cells))
}

fn from_json(text: &str) -> Result<Fields, String> {
    match serde_json::from_str(text.trim()).map_err(|e| format!("it is no JSON: {e}"))? {
        Value::String(who) => Ok(Fields { who: who.trim().to_owned(), ..Fields::default() }),
        Value::Object(members) => {
            let text = |value: Value| match value {
                Value::String(text) => text,
                Value::Null => String::new(),
                other => other.to_string(),
            };
            pick(members.into_iter().map(|(name, value)| (column(&name), text(value))))
        }
        _ => Err("it is neither an object nor a text".to_owned()),
    }
}

fn pick(cells: impl Iterator<Item = (Column, String)>) -> Result<Fields, String> {
    let (mut best, mut udid, mut short): (Option<(u8, String)>, Option<String>, Option<String>) = (None, None, None);
    let mut fields = Fields::default();
    for (column, cell) in cells.filter(|(_, cell)| !cell.trim().is_empty()) {
        let cell = cell.trim().to_owned();
        match column {
            Column::Who(rank) if best.as_ref().is_none_or(|best| rank < best.0) => best = Some((rank, cell)),
            Column::Udid => udid = Some(cell),
            Column::ShortName => short = Some(cell),
            Column::Provider => fields.provider = Some(cell),
            Column::Ticket => fields.ticket = Some(cell),
            Column::Who(_) | Column::Other => {}
        }
    }
    fields.who = match (udid, short, best) {
        (Some(udid), Some(short), _) => format!("{udid}/{short}"),
        (Some(udid), None, _) => udid,
        (None, _, Some((_, who))) => who,
        (None, _, None) => return Err("it names no account".to_owned()),
    };
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<String> {
        let show = |line: io::Result<Line>| match line.unwrap() {
            Line::Entry(entry) => {
                let more = [entry.provider, entry.ticket.map(|ticket| ticket.as_data().to_owned())];
                let more: Vec<String> = more.into_iter().flatten().collect();
                format!(
                    "{} {}{}",
                    entry.line,
                    entry.text.as_data(),
                    more.iter().fold(String::new(), |text, one| text + " +" + one)
                )
            }
            Line::Rejected { line, why, .. } => format!("{line} ! {why}"),
        };
        ListReader::new(bytes).unwrap().map(show).collect()
    }

    #[test]
    fn every_shape_of_list() {
        let utf16 = |text: &str, big: bool| {
            let mut bytes = if big { vec![0xfe, 0xff] } else { vec![0xff, 0xfe] };
            for unit in text.encode_utf16() {
                bytes.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
            bytes
        };
        let cases: Vec<(Vec<u8>, Vec<&str>)> = vec![
            (b"ada\n\n# a comment\ngrace\r\nnobody".to_vec(), vec!["1 ada", "4 grace", "5 nobody"]),
            (
                b"CN=Ada Lovelace,OU=Users,DC=acme,DC=test\nada\n".to_vec(),
                vec!["1 CN=Ada Lovelace,OU=Users,DC=acme,DC=test", "2 ada"],
            ),
            (b"\xef\xbb\xbfUser Name,Ticket\nada,INC-1\n\"grace\",\n".to_vec(), vec!["2 ada +INC-1", "3 grace"]),
            (b"email;provider\nada@acme.test;pingone\n".to_vec(), vec!["2 ada@acme.test +pingone"]),
            (b"id\tusername\nID-1\tada\n\tgrace\n".to_vec(), vec!["2 ID-1", "3 grace"]),
            (b"udid,short_name\nA-1,ada\n".to_vec(), vec!["2 A-1/ada"]),
            (
                b"{\"email\":\"ada@acme.test\",\"ticket\":\"T\"}\n\"grace\"\n{\"x\":1}\nno json\n".to_vec(),
                vec![
                    "1 ada@acme.test +T",
                    "2 grace",
                    "3 ! it names no account",
                    "4 ! it is no JSON: expected ident at line 1 column 2",
                ],
            ),
            (
                b"username,ticket\nada\n\"ada,INC\ngrace,INC-2\n".to_vec(),
                vec![
                    "2 ! it has 1 fields, and the head line has 2",
                    "3 ! a quotation mark is not closed",
                    "4 grace +INC-2",
                ],
            ),
            (
                b"ticket,case\nINC,x\n".to_vec(),
                vec!["1 ! the head line names no column for an account", "2 ! it names no account"],
            ),
            (
                b"ada\n\xff\xffbad\nev\x1bil\n".to_vec(),
                vec!["1 ada", "2 ! the line is no UTF-8 text", "3 ! it holds invisible or control signs"],
            ),
            (utf16("username\r\n山田 \u{1f600}\r\n", false), vec!["2 山田 \u{1f600}"]),
            (utf16("ada\ngrace\n", true), vec!["1 ada", "2 grace"]),
            (
                format!("ada\n{}\ngrace\n", "x".repeat(200_000)).into_bytes(),
                vec!["1 ada", "2 ! the line is longer than 64 KiB", "3 grace"],
            ),
            (Vec::new(), vec![]),
        ];
        for (bytes, expected) in cases {
            assert_eq!(read(&bytes), expected, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
        }
    }

    /// A million lines that are made as they are read.
    struct Endless(u64, Vec<u8>);

    impl Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            if self.1.is_empty() && self.0 < 1_000_000 {
                self.0 += 1;
                self.1 = format!("user{:07}\n", self.0).into_bytes();
            }
            let n = self.1.len().min(out.len());
            for (to, from) in out.iter_mut().zip(self.1.drain(..n)) {
                *to = from;
            }
            Ok(n)
        }
    }

    #[test]
    fn a_million_lines_come_one_by_one() {
        let mut reader = ListReader::new(Endless(0, Vec::new())).unwrap();
        let mut last = None;
        let count = reader.by_ref().inspect(|line| last = line.as_ref().ok().cloned()).count();
        assert_eq!(count, 1_000_000);
        assert!(matches!(last, Some(Line::Entry(entry)) if entry.text.as_data() == "user1000000"));
    }
}
