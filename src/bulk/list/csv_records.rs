//! Text as records of cells: any line end, also mixed; a quoted cell may hold line ends, separators and quotes. The
//! `csv` crate reads the same cells, and tells neither the line of a mixed file nor where a quote was opened that never
//! closes.

/// A record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextRecord {
    /// The line that it begins in, from 1.
    pub line: u64,
    /// Its cells, trimmed.
    pub cells: Vec<String>,
    /// True when a quote of it never closes: the text ends inside of it.
    pub is_open: bool,
    /// True when text stands behind a closing quote: where its cells begin and end is a guess.
    pub is_torn: bool,
}

impl TextRecord {
    /// True when nothing stands in it.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

/// Reads records one by one.
pub struct Records<'a> {
    rest: &'a str,
    separator: Option<char>,
    line: u64,
}

impl<'a> Records<'a> {
    /// The records of a text whose cells this sign parts; without one, each line is one cell.
    pub fn new(text: &'a str, separator: Option<char>) -> Self {
        Self { rest: text, separator, line: 1 }
    }

    /// Steps over a line end, `\r\n` as one.
    fn line_end(&mut self) {
        let two = self.rest.starts_with("\r\n");
        self.rest = self.rest.get(if two { 2 } else { 1 }..).unwrap_or_default();
        self.line += 1;
    }

    /// Up to the next separator or line end.
    fn bare(&mut self) -> &'a str {
        let ends = |c: char| c == '\r' || c == '\n' || Some(c) == self.separator;
        let at = self.rest.find(ends).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(at);
        self.rest = rest;
        cell
    }

    /// A quoted cell, its first quote read already; none when it never closes.
    fn quoted(&mut self) -> Option<String> {
        let mut cell = String::new();
        loop {
            let at = self.rest.find('"')?;
            let (part, rest) = self.rest.split_at(at);
            self.line += line_ends(part);
            cell.push_str(part);
            self.rest = rest.get(1..).unwrap_or_default();
            if !self.rest.starts_with('"') {
                return Some(cell);
            }
            // Two quotes are one that stands there.
            cell.push('"');
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
    }
}

fn line_ends(text: &str) -> u64 {
    let returns = text.matches('\r').count() - text.matches("\r\n").count();
    u64::try_from(text.matches('\n').count() + returns).unwrap_or(u64::MAX)
}

/// Spaces of every kind, also the hard ones of web pages.
fn trimmed(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '\u{feff}')
}

impl Iterator for Records<'_> {
    type Item = TextRecord;

    fn next(&mut self) -> Option<TextRecord> {
        if self.rest.is_empty() {
            return None;
        }
        let mut record = TextRecord { line: self.line, ..TextRecord::default() };
        loop {
            let blank = self.rest.len() - self.rest.trim_start_matches(' ').len();
            let begins = self.rest.get(blank..).unwrap_or_default();
            if self.separator.is_some() && begins.starts_with('"') {
                self.rest = begins.get(1..).unwrap_or_default();
                let Some(mut cell) = self.quoted() else {
                    record.is_open = true;
                    self.rest = "";
                    return Some(record);
                };
                let behind = self.bare();
                record.is_torn |= !trimmed(behind).is_empty();
                cell.push_str(behind);
                record.cells.push(trimmed(&cell).to_owned());
            } else {
                let cell = self.bare();
                record.cells.push(trimmed(cell).to_owned());
            }
            match self.rest.chars().next() {
                None => return Some(record),
                Some('\r' | '\n') => {
                    self.line_end();
                    return Some(record);
                }
                Some(separator) => self.rest = self.rest.get(separator.len_utf8()..).unwrap_or_default(),
            }
        }
    }
}

#[cfg(test)]
mod tests;
