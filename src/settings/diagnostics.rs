//! Complaints about a configuration: file, line, bad value, nearest valid one.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

pub use crate::domain::suggest;
use crate::domain::{Diagnostic, Untrusted};

/// What is wrong with a configuration, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The file, where there is one.
    pub file: Option<PathBuf>,
    /// Line and column, both from 1.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub what: String,
    /// What was probably meant.
    pub nearest: Option<String>,
}

impl Complaint {
    /// A complaint without a place.
    pub fn new(what: impl Into<String>) -> Self {
        Self { file: None, place: None, what: what.into(), nearest: None }
    }

    /// A complaint about a span of `text`.
    pub fn at(text: &str, span: Option<Range<usize>>, what: impl Into<String>) -> Self {
        Self { place: span.map(|span| place(text, span.start)), ..Self::new(what) }
    }

    /// What the TOML reader or a schema complains about, with the nearest valid key.
    pub fn from_toml(text: &str, error: &toml::de::Error) -> Self {
        let message = error.message().trim();
        let nearest = nearest_in(message);
        // serde's list of all keys drowns the one that matters.
        let what = match message.split_once(", expected ") {
            // The few words that a setting takes are worth saying.
            Some((head, words)) if head.starts_with("unknown variant") => {
                format!("{head}; there is {}", words.replace("one of ", ""))
            }
            Some((head, _)) if head.starts_with("unknown ") => head.replace("field", "setting"),
            _ => message.replace('\n', " "),
        };
        Self { nearest, ..Self::at(text, error.span(), what) }
    }

    /// A mistake in a table of keys or looks.
    pub fn of(text: &str, mistake: Diagnostic) -> Self {
        Self { nearest: mistake.nearest, ..Self::at(text, mistake.span, mistake.what) }
    }

    /// The same complaint about a file.
    #[must_use]
    pub fn in_file(mut self, file: &Path) -> Self {
        self.file = Some(file.to_owned());
        self
    }
}

/// The text of a file that settings are in, or that they name.
///
/// # Errors
/// A [`Complaint`] that says which of them it is, and why it can't be read.
pub fn read_text(path: &Path, what: &str) -> Result<String, Complaint> {
    std::fs::read_to_string(path).map_err(|e| Complaint::new(format!("{what} can't be read: {e}")).in_file(path))
}

impl fmt::Display for Complaint {
    /// One inert line: keys, values and paths are text from outside.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match (&self.file, self.place) {
            (Some(file), Some((line, column))) => format!("{}:{line}:{column}: ", file.display()),
            (Some(file), None) => format!("{}: ", file.display()),
            (None, Some((line, column))) => format!("line {line}, column {column}: "),
            (None, None) => String::new(),
        };
        let nearest = self.nearest.as_ref().map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
        f.write_str(&Untrusted::from(format!("{place}{}{nearest}", self.what)).line())
    }
}

impl std::error::Error for Complaint {}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
    (line, column)
}

/// serde names the bad key first and the valid ones after it, all in backticks.
fn nearest_in(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let bad = quoted.next()?;
    suggest(bad, quoted)
}
