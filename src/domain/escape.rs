//! The exits of [`Untrusted`]: one per medium, each making inert what is dangerous *there*.

use std::fmt::Write as _;

use super::sanitize::{inert, is_dangerous};
use super::untrusted::Untrusted;

/// Characters read of a text that goes to a terminal cell or the clipboard.
const CELL_CHARS: usize = 1_024;
/// Characters read of a text that goes to a line, a log or a table.
const LINE_CHARS: usize = 8_192;
/// `PingOne` and most proxies take no longer value of an own header (its documentation says 100).
const HEADER_CHARS: usize = 100;

impl Untrusted {
    /// For a cell of the screen. One line, nothing invisible; the view cuts it to its width.
    pub fn cell(&self) -> String {
        inert(self.as_data(), CELL_CHARS)
    }

    /// For one line of plain output.
    pub fn line(&self) -> String {
        inert(self.as_data(), LINE_CHARS)
    }

    /// For the clipboard: pasted into a shell it can't run, since it holds no line end.
    pub fn clipboard(&self) -> String {
        inert(self.as_data(), CELL_CHARS)
    }

    /// For the debug log and the request log.
    pub fn log(&self) -> String {
        inert(self.as_data(), LINE_CHARS)
    }

    /// For a parameter value of a syslog line (RFC 5424 §6.3.3: `"`, `\` and `]` are escaped).
    pub fn syslog(&self) -> String {
        escaped(&inert(self.as_data(), LINE_CHARS), |c| matches!(c, '"' | '\\' | ']'))
    }

    /// For a CSV field: a leading formula sign is disarmed by an apostrophe. Quoting is the writer's.
    pub fn csv(&self) -> String {
        let text = inert(self.as_data(), LINE_CHARS);
        let starts_formula = text
            .trim_start()
            .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{2409}', '\u{240d}']);
        if starts_formula { format!("'{text}") } else { text }
    }

    /// For a Markdown ticket: every sign with a meaning is escaped, so that no link, tag or mention forms.
    pub fn markdown(&self) -> String {
        let text = inert(self.as_data(), LINE_CHARS);
        let escaped = escaped(&text, |c| c.is_ascii_punctuation() && !matches!(c, '.' | ',' | '-' | ';'));
        // An address without a scheme becomes a link, too.
        let mut parts = escaped.split('.').peekable();
        let mut out = String::new();
        while let Some(part) = parts.next() {
            out.push_str(part);
            if parts.peek().is_some() {
                out.push_str(if part.to_ascii_lowercase().ends_with("www") { "\\." } else { "." });
            }
        }
        out
    }

    /// A complete JSON string. Lossless: what is dangerous is written as `\uXXXX`.
    pub fn json(&self) -> String {
        let quoted = serde_json::Value::from(self.as_data()).to_string();
        json_inert(&quoted)
    }

    /// For an own HTTP header: visible ASCII of a narrow set, others become `_`, at most 100 characters.
    pub fn header(&self) -> String {
        self.as_data()
            .chars()
            .take(HEADER_CHARS)
            .map(|c| if c.is_ascii_alphanumeric() || "._-/@=#+".contains(c) { c } else { '_' })
            .collect()
    }

    /// For a value of an RSQL filter, quoted; `*` would be a wildcard there and can't be escaped.
    pub fn rsql(&self) -> String {
        format!("\"{}\"", escaped(&self.as_data().replace('*', ""), |c| matches!(c, '"' | '\\')))
    }

    /// The same for whatever begins like it.
    pub fn rsql_prefix(&self) -> String {
        format!("\"{}*\"", escaped(&self.as_data().replace('*', ""), |c| matches!(c, '"' | '\\')))
    }

    /// For one segment or value of a URL: everything but unreserved characters percent-encoded
    /// (RFC 3986 §2.3). A segment of dots alone would be folded away as a path, so its dots are encoded too.
    pub fn url(&self) -> String {
        let only_dots = !self.as_data().is_empty() && self.as_data().bytes().all(|b| b == b'.');
        let mut out = String::with_capacity(self.as_data().len());
        for b in self.as_data().bytes() {
            let plain = b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'~') || (b == b'.' && !only_dots);
            if plain {
                out.push(char::from(b));
            } else {
                let _ = write!(out, "%{b:02X}");
            }
        }
        out
    }

    /// A complete SCIM filter string (RFC 7644 §3.4.2.2: a JSON string): quotes, `\` and controls escaped.
    pub fn scim(&self) -> String {
        self.json()
    }

    /// For an assertion value of an LDAP filter (RFC 4515 §3).
    pub fn ldap_filter(&self) -> String {
        let mut out = String::with_capacity(self.as_data().len());
        for c in self.as_data().chars() {
            if matches!(c, '*' | '(' | ')' | '\\') || is_dangerous(c) {
                let mut bytes = [0; 4];
                for b in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(out, "\\{b:02x}");
                }
            } else {
                out.push(c);
            }
        }
        out
    }
}

fn escaped(text: &str, special: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Most lines of a spreadsheet are shorter, in bytes.
const LINE: usize = 512;

/// A line for a spreadsheet, with its end: fields that need it are quoted. What is in them went through [`Untrusted::csv`].
pub fn csv_line<T: AsRef<[u8]>>(fields: impl IntoIterator<Item = T>) -> String {
    let mut writer = csv::WriterBuilder::new().buffer_capacity(LINE).from_writer(Vec::new());
    // Memory takes every field.
    let _ = writer.write_record(fields);
    String::from_utf8_lossy(&writer.into_inner().unwrap_or_default()).into_owned()
}

/// Rewrites a finished JSON text so that nothing dangerous stands in it raw: outside strings there is
/// nothing to find, inside them `\uXXXX` means the same. Every JSON that unbolt prints passes here.
pub fn json_inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units = [0u16; 2];
    for c in text.chars() {
        // A line end is JSON's own white space; a raw one can't stand inside a string.
        if is_dangerous(c) && c != '\n' {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}
