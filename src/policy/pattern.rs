//! Patterns that a policy's owner writes: for names, and for tickets.

use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use wildmatch::WildMatchPattern;

use crate::domain::case_folding::fold;

/// A pattern whose one sign is `*`. A null character would be another one, for any one character; no name has one, and a
/// policy's patterns only refuse and protect.
type Pattern = WildMatchPattern<'*', '\0'>;

/// True when the text is what the pattern says; `*` stands for any signs, also none. Case doesn't matter.
pub fn fits(pattern: &str, text: &str) -> bool {
    Pattern::new(&fold(pattern)).matches(&fold(text))
}

/// What a ticket has to look like: a regular expression over the whole of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketPattern {
    written: String,
    whole: Regex,
}

impl TicketPattern {
    /// As it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// True when the whole ticket looks like that.
    pub fn fits(&self, ticket: &str) -> bool {
        self.whole.is_match(ticket)
    }
}

impl TryFrom<String> for TicketPattern {
    type Error = String;

    /// Takes a pattern as it is written; the error says why it is no regular expression.
    fn try_from(written: String) -> Result<Self, String> {
        let whole = Regex::new(&format!("^(?:{written})$")).map_err(|e| e.to_string())?;
        Ok(Self { written, whole })
    }
}

impl From<TicketPattern> for String {
    fn from(pattern: TicketPattern) -> Self {
        pattern.written
    }
}

impl PartialEq for TicketPattern {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for TicketPattern {}

#[cfg(test)]
mod tests;
