//! Which of two lines was written later, whatever the wall clocks say.

use jiff::Timestamp;

use super::read::{Event, Journal};

/// Where a line stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinePlace {
    /// Its file among those of the journal.
    pub file: usize,
    /// Its number there.
    pub seq: u64,
}

impl Journal {
    /// True when a line was written after another one. A file's lines are in order, and its first line names the heads
    /// of the files that were there: wall clocks, which anybody may set, decide only between processes at the same time.
    #[must_use]
    pub fn is_later(&self, one: (LinePlace, Timestamp), other: (LinePlace, Timestamp)) -> bool {
        let names = |by: usize, place: LinePlace| {
            let (Some(by), Some(file)) = (self.files.get(by), self.files.get(place.file)) else { return false };
            by.entries.first().is_some_and(|entry| match &entry.event {
                Event::Open(heads) => heads.iter().any(|(name, seq, _)| *name == file.name && *seq >= place.seq),
                _ => false,
            })
        };
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
}
