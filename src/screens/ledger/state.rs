//! What was done: the unlocks and refusals of the ledger, the newest first.

use jiff::{SignedDuration, Timestamp};

use crate::domain::case_folding::fold;
use crate::domain::{LedgerRow, Untrusted, in_words};

use crate::screens::list_state::{ListState, Rows, SortKey};

/// The tab.
#[derive(Clone, Debug, Default)]
pub struct LedgerTab {
    /// What was recorded, the newest first.
    pub rows: Vec<LedgerRow>,
    /// Selection, filter and order of them.
    pub list: ListState,
    /// True while the ledger is being read.
    pub reading: bool,
    /// Why it couldn't be.
    pub problem: Option<String>,
    /// When it was read.
    pub as_of: Option<Timestamp>,
    /// How far a check of every record is, in percent; none while none runs.
    pub verifying: Option<u64>,
    /// What the last check of every record found.
    pub verified: Option<Verified>,
}

/// What a check of every record found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// When.
    pub at: Timestamp,
    /// The records that were checked.
    pub records: usize,
    /// The files that they lie in.
    pub files: usize,
    /// What isn't what was written.
    pub broken: Vec<Untrusted>,
}

impl LedgerTab {
    /// The selected record.
    pub fn selected(&self) -> Option<&LedgerRow> {
        self.list.selected().and_then(|row| self.rows.get(row))
    }

    /// Takes what was read; the selection stays with its record.
    pub fn take(&mut self, result: Result<Vec<LedgerRow>, String>, now: Timestamp) {
        self.reading = false;
        match result {
            Ok(rows) => {
                let was = self.selected().cloned();
                self.rows = rows;
                let same = |row: &LedgerRow| was.as_ref().is_some_and(|was| was.at == row.at && was.key == row.key);
                let at = self.rows.iter().position(same);
                self.arrange();
                self.list.select_or_first(at);
                (self.problem, self.as_of) = (None, Some(now));
            }
            Err(why) => self.problem = Some(why),
        }
    }

    /// Filters and orders anew.
    pub fn arrange(&mut self) {
        let mut list = std::mem::take(&mut self.list);
        list.arrange(self);
        self.list = list;
    }
}

impl Rows for LedgerTab {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> usize {
        8
    }

    /// Words that ask for more than a text: `open`, `since:2h`, `by:omar`, `person:ada`.
    fn holds(&self, at: usize, word: &str) -> bool {
        let Some(row) = self.rows.get(at) else { return false };
        let holds = |text: &str, part: &str| fold(text).contains(part);
        match word.split_once(':') {
            Some(("since", ago)) if span(ago).is_some() => {
                let now = self.as_of.unwrap_or(Timestamp::UNIX_EPOCH);
                span(ago).is_some_and(|ago| now.duration_since(row.at) <= ago)
            }
            Some(("by", name)) => holds(row.operator.as_data(), name),
            Some(("person", name)) => holds(row.username.as_data(), name) || holds(row.key.id.as_data(), name),
            Some(("outcome", outcome)) => holds(&in_words(row.outcome), outcome),
            _ if word == "open" => row.open,
            _ => holds(&self.text(at), word),
        }
    }

    fn text(&self, at: usize) -> String {
        let Some(row) = self.rows.get(at) else { return String::new() };
        let ticket = row.ticket.as_ref().map_or("", |ticket| ticket.as_data());
        let parts =
            [row.username.as_data(), row.key.id.as_data(), ticket, row.operator.as_data(), row.why.as_data()].join(" ");
        let run = row.run.map(|run| run.to_string()).unwrap_or_default();
        format!("{} {} {} {parts} {run}", row.at, in_words(row.outcome), row.key.provider)
    }

    fn key(&self, at: usize, column: usize) -> SortKey {
        let Some(row) = self.rows.get(at) else { return SortKey::Absent };
        match column {
            0 => SortKey::latest(Some(row.at)),
            1 => SortKey::text(row.outcome),
            2 => SortKey::text(row.key.provider.as_str()),
            3 => SortKey::text(row.username.as_data()),
            4 => SortKey::text(row.ticket.as_ref().map_or("", |ticket| ticket.as_data())),
            5 => SortKey::text(row.operator.as_data()),
            6 => SortKey::text(row.why.as_data()),
            _ => SortKey::text(&row.run.map(|run| run.to_string()).unwrap_or_default()),
        }
    }
}

/// `90m`, `2h`, `3d` as a span.
fn span(text: &str) -> Option<SignedDuration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok().filter(|number| (1..=100_000).contains(number))?;
    match unit {
        "m" => Some(SignedDuration::from_mins(number)),
        "h" => Some(SignedDuration::from_hours(number)),
        "d" => Some(SignedDuration::from_hours(number * 24)),
        _ => None,
    }
}
