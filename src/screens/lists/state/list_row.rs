//! Where a list comes from, and its rows.

use std::path::PathBuf;

use crate::bulk::ListEntry;
use crate::bulk::plan::Row;
use crate::domain::{Account, Untrusted};

/// Where a list comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum ListSource {
    /// A file.
    File(PathBuf),
    /// Pasted text.
    Text(String),
    /// People of the desk.
    Entries(Vec<ListEntry>),
    /// What lines of the list said before, and say now: they are looked up anew, and keep their numbers.
    Again(Vec<(Untrusted, ListEntry)>),
}

/// One row of the tab.
#[derive(Clone, Debug)]
pub struct ListRow {
    /// As it was planned.
    pub row: Row,
    /// Taken out by the operator.
    pub dropped: bool,
}

/// The line of an account that the desk sends here.
pub fn entry(line: u64, account: &Account) -> ListEntry {
    ListEntry {
        line,
        text: account.key.id.clone(),
        provider: Some(account.key.provider.as_str().to_owned()),
        ..ListEntry::default()
    }
}
