//! Which of two lines was written later, whatever the wall clocks say.

use jiff::Timestamp;

use super::entry::LedgerEvent;
use super::reader::Journal;

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinePosition {
    /// Its file among those of the journal.
    pub file: usize,
    /// Its number there.
    pub seq: u64,
}

impl Journal {
    /// True when a line was written after another one. A file's lines are in order, and its first line names files that
    /// were there: wall clocks, which anybody may set, decide only between processes at the same time.
    pub fn is_later(&self, one: (LinePosition, Timestamp), other: (LinePosition, Timestamp)) -> bool {
        if one.0.file == other.0.file {
            return one.0.seq > other.0.seq;
        }
        self.names(one.0.file, other.0) || (!self.names(other.0.file, one.0) && one.1 >= other.1)
    }

    /// True when the first line of a file says that the other line was there: it names that line or a later one of its
    /// file, or says that nobody wrote to that file any more.
    fn names(&self, by: usize, place: LinePosition) -> bool {
        let (Some(by), Some(other)) = (self.files.get(by), self.files.get(place.file)) else { return false };
        let Some(LedgerEvent::Open(opened)) = by.entries.first().map(|entry| &entry.event) else { return false };
        let was_over = || {
            let in_flight = opened.in_flight.as_ref();
            other.name < by.name && in_flight.is_some_and(|in_flight| !in_flight.contains(&other.name))
        };
        opened.heads.iter().any(|head| head.file == other.name && head.seq >= place.seq) || was_over()
    }
}
