//! Which of two lines was written later, whatever the wall clocks say.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::read::{Event, Journal, LedgerFile};

/// Where a line stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinePlace {
    /// Its file among those of the journal.
    pub file: usize,
    /// Its number there.
    pub seq: u64,
}

impl Journal {
    /// True when a line was written after another one. A file's lines are in order, and its first line names files that
    /// were there: wall clocks, which anybody may set, decide only between processes at the same time.
    #[must_use]
    pub fn is_later(&self, one: (LinePlace, Timestamp), other: (LinePlace, Timestamp)) -> bool {
        let names = |by: usize, place: LinePlace| self.names(by, place);
        if one.0.file == other.0.file {
            one.0.seq > other.0.seq
        } else if names(one.0.file, other.0) {
            true
        } else if names(other.0.file, one.0) {
            false
        } else {
            one.1 >= other.1
        }
    }

    /// True when a file's first line names that line, or a file whose first line does.
    fn names(&self, by: usize, place: LinePlace) -> bool {
        let Some(wanted) = self.files.get(place.file).map(|file| file.name.as_str()) else { return false };
        let by_name: HashMap<&str, &LedgerFile> = self.files.iter().map(|file| (file.name.as_str(), file)).collect();
        let mut seen = HashSet::new();
        let mut open: Vec<&LedgerFile> = self.files.get(by).into_iter().collect();
        while let Some(file) = open.pop() {
            let Some(Event::Open(opened)) = file.entries.first().map(|entry| &entry.event) else { continue };
            for head in &opened.heads {
                if head.file == wanted && head.seq >= place.seq {
                    return true;
                }
                if seen.insert(head.file.as_str()) {
                    open.extend(by_name.get(head.file.as_str()));
                }
            }
        }
        false
    }
}
