//! Patterns that a policy's owner writes: for names, and for tickets.

use regex_lite::Regex;
use serde::{Deserialize, Serialize};

use crate::domain::fold::fold;

/// True when the text is what the pattern says; `*` stands for any signs, also none. Case doesn't matter.
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (fold(pattern), fold(text));
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = text.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    text.ends_with(last)
}

/// What a ticket has to look like: a regular expression over the whole of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketPattern {
    written: String,
    whole: Regex,
}

impl TicketPattern {
    /// Takes a pattern as it is written.
    ///
    /// # Errors
    /// Why it is no regular expression.
    pub fn new(written: &str) -> Result<Self, String> {
        let whole = Regex::new(&format!("^(?:{written})$")).map_err(|e| e.to_string())?;
        Ok(Self { written: written.to_owned(), whole })
    }

    /// As it was written.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    /// True when the whole ticket looks like that.
    #[must_use]
    pub fn fits(&self, ticket: &str) -> bool {
        self.whole.is_match(ticket)
    }
}

impl TryFrom<String> for TicketPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text)
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
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        let cases = [
            ("ada", "Ada", true),
            ("ada", "adam", false),
            ("müller*", "MU\u{308}ller-2", true),
            ("svc-*", "svc-backup", true),
            ("svc-*", "asvc-x", false),
            ("*admin*", "the-admins", true),
            ("*@root.test", "ada@root.test", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("*", "", true),
            ("ab*ba", "aba", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_ticket_fits_as_a_whole() {
        let pattern = TicketPattern::new("INC-[0-9]+|CHG[0-9]{3}").unwrap();
        let cases = [("INC-12", true), ("xINC-12", false), ("INC-12x", false), ("CHG123", true), ("CHG1234", false)];
        for (ticket, expected) in cases {
            assert_eq!(pattern.fits(ticket), expected, "{ticket}");
        }
        assert!(TicketPattern::new("INC-(").is_err());
    }
}
