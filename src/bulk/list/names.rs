//! A line or a cell as who is meant: recipients of a mail, `DOMAIN\user`, quotes, `="text"`.

use super::csv_records::TextRecord;
use super::{ListEntry, ListLine, entry, rejected};

/// Signs that are set around a name: quotes of every kind, and a spreadsheet's `="…"`.
pub fn bare(text: &str) -> &str {
    let mut text = text.trim();
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        text = inner.trim();
    }
    for (open, close) in [('"', '"'), ('\'', '\''), ('“', '”'), ('„', '“'), ('‘', '’')] {
        let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
            text = inner.trim();
        }
    }
    text
}

/// The address of a recipient: `Name <address>` or the address itself.
pub fn address(text: &str) -> &str {
    let inner = text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address);
    inner.filter(|address| address.contains('@')).unwrap_or(text).trim()
}

/// A user name without the domain that Windows shows before it.
pub fn without_domain(text: &str) -> &str {
    match text.split_once('\\') {
        Some((domain, user)) if !domain.is_empty() && !user.is_empty() && !user.contains('\\') => user,
        _ => text,
    }
}

/// Whom a line without columns names: one, or each recipient of a mail.
pub(super) fn of_line(record: &TextRecord) -> Vec<ListLine> {
    let text = record.cells.first().map_or("", String::as_str);
    if text.is_empty() || text.starts_with('#') {
        return Vec::new();
    }
    let parts = parts(text);
    let one = |part: String| match entry(
        record.line,
        || part.clone(),
        vec![(super::ColumnConfidence::UserName, part.clone())],
        None,
        None,
    ) {
        // Nobody said what it is.
        ListLine::Entry(one) => ListLine::Entry(ListEntry { rank: None, ..one }),
        other @ ListLine::Rejected { .. } => other,
    };
    let lines: Vec<ListLine> = parts.into_iter().filter(|part| !part.is_empty()).map(one).collect();
    if lines.is_empty() { vec![rejected(record.line, text, "it names no account")] } else { lines }
}

fn parts(text: &str) -> Vec<String> {
    let is_dn = text.contains('=') && !text.starts_with('=');
    let pieces: Vec<&str> = if text.contains('<') || (text.contains(';') && !is_dn) {
        recipients(text)
    } else if !is_dn && is_row_of_names(text) {
        text.split([',', '\t']).collect()
    } else {
        vec![text]
    };
    pieces.into_iter().map(|piece| without_domain(bare(address(piece.trim()))).to_owned()).collect()
}

/// Parted by semicolons, and behind each `<address>`: a comma may stand inside a name.
fn recipients(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    for part in text.split(';') {
        let mut rest = part;
        while let Some(end) = rest.find('>') {
            let (one, behind) = rest.split_at(end + 1);
            pieces.push(one);
            rest = behind.trim_start_matches([',', ' ', '\t']);
        }
        pieces.push(rest);
    }
    pieces
}

/// Names in one line, parted by commas: three of them, or two without a space behind the comma. `Last, First` is one.
fn is_row_of_names(text: &str) -> bool {
    let pieces: Vec<&str> = text.split([',', '\t']).collect();
    let are_words = pieces.iter().all(|piece| !piece.trim().is_empty() && !piece.trim().contains(' '));
    are_words && (pieces.len() > 2 || (pieces.len() == 2 && !text.contains(", ")))
}
