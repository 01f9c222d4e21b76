//! What was read in a ledger before, kept beside its files, so that a start costs what is new and not what is old.
//!
//! A kept index is never believed over the files: it has a version and a digest, says which files it covers and where
//! each of them ended, and is made anew where any of that doesn't fit. Each [`Projection`] is kept by itself, so that a
//! process reads only what it needs; whoever has read much writes it anew, and of two who do so the later one stands.

mod coverage;
mod device_commands;
mod index_file;
mod ledger_index;
mod open_unlocks;
mod runs;
mod unmatched_ends;
mod usage;

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::entry::Entry;
use super::parse::entry;
use super::read_at::{RecordPosition, read_at};
use super::reader::{Journal, each_line_of, open};
use super::storage::is_held;

use coverage::Coverage;

pub use device_commands::CommandIndex;
pub use ledger_index::{LedgerIndex, unreadable};
pub use open_unlocks::OpenUnlockIndex;
pub use runs::RunIndex;
pub use usage::UsageIndex;

/// What is kept of the records.
pub trait Projection: Default + DeserializeOwned + Serialize {
    /// The file that it is kept in; the number is the version of what it holds.
    const NAME: &'static str;

    /// Takes a record in. Those of one file come in their order, those of several files one file after the other.
    fn take(&mut self, place: &RecordPosition, entry: &Entry);

    /// Everything that stood in the ledger was taken in.
    fn settle(&mut self, now: Timestamp);
}

/// A projection of a ledger, read on whenever it is asked.
#[derive(Debug)]
pub struct Index<P> {
    directory: PathBuf,
    is_loaded: bool,
    /// True where a reading broke off half-way.
    is_doubtful: bool,
    coverage: Coverage,
    projection: P,
    /// What was read since it was kept.
    fresh: Fresh,
}

/// How much isn't kept yet.
#[derive(Debug, Default)]
struct Fresh {
    bytes: u64,
    files: usize,
}

impl<P: Projection> Index<P> {
    /// The index of that ledger; nothing is read yet.
    pub fn new(directory: PathBuf) -> Self {
        Self {
            directory,
            is_loaded: false,
            is_doubtful: false,
            coverage: Coverage::default(),
            projection: P::default(),
            fresh: Fresh::default(),
        }
    }

    /// The projection, with everything that stands in the ledger now.
    ///
    /// # Errors
    /// When the directory can't be listed or a file can't be read.
    pub fn current(&mut self) -> io::Result<&mut P> {
        self.refresh(&mut |_| ())?;
        Ok(&mut self.projection)
    }

    /// Reads on, and shows each record that wasn't read before.
    ///
    /// # Errors
    /// As [`Self::current`].
    pub fn refresh(&mut self, show: &mut dyn FnMut(&Entry)) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_loaded, true) {
            (self.coverage, self.projection) = index_file::load(&self.directory).unwrap_or_default();
        }
        if std::mem::take(&mut self.is_doubtful) {
            self.forget();
        }
        let unread = match self.coverage.unread(&self.directory)? {
            Some(unread) => unread,
            None => {
                self.forget();
                self.coverage.unread(&self.directory)?.unwrap_or_default()
            }
        };
        for name in &unread {
            // What was taken of a file that couldn't be read to its end would be taken twice.
            self.read_on(name, show).inspect_err(|_| self.is_doubtful = true)?;
        }
        self.projection.settle(Timestamp::now());
        // Reading so much again would be felt.
        if self.fresh.bytes >= 256 * 1024 || self.fresh.files >= 32 {
            self.keep();
        }
        Ok(())
    }

    /// Keeps what was read; where that can't be, the next process reads it again.
    fn keep(&mut self) {
        if index_file::save(&self.directory, &self.coverage, &self.projection).is_ok() {
            self.fresh = Fresh::default();
        }
    }

    /// Forgets everything: it is read anew.
    fn forget(&mut self) {
        (self.coverage, self.projection) = <(Coverage, P)>::default();
    }

    fn read_on(&mut self, name: &str, show: &mut dyn FnMut(&Entry)) -> io::Result<()> {
        let file = match open(&self.directory.join(name)) {
            Ok(file) => file,
            // Whoever made it couldn't write its first record.
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(e),
        };
        // In this order: a process holds its file before it writes, and has written everything when it lets go. An empty
        // one may have been made just now, by a process that doesn't hold it yet.
        let was_empty = file.metadata()?.len() == 0;
        let in_flight = is_held(&file);
        let (from, mut hash) = (self.coverage.read_of(name), None);
        let reached = each_line_of(file, from, |offset, line| {
            if let Some(entry) = entry(line) {
                let place = RecordPosition { file: name.to_owned(), offset };
                self.projection.take(&place, &entry);
                show(&entry);
                hash = Some(entry.hash);
            }
        })?;
        self.fresh.bytes += reached - from;
        let is_closed = !in_flight && !was_empty;
        self.fresh.files += usize::from(is_closed);
        self.coverage.have_read(name, reached, hash, is_closed);
        Ok(())
    }

    /// The records at the places that the projection names.
    fn entries_at(&mut self, places: impl Fn(&P) -> Vec<RecordPosition>) -> io::Result<Journal> {
        loop {
            let places = places(self.current()?);
            let (mut found, is_whole) = read_at(&self.directory, &places)?;
            if !is_whole {
                // Something else stands there: somebody has put other files there, and everything is read anew.
                self.forget();
                continue;
            }
            for file in &mut found.files {
                // As it was when it was read: who has let go since may have written more.
                file.in_flight = self.coverage.is_open(&file.name);
            }
            return Ok(found);
        }
    }
}
