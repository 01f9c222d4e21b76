//! What was read in a ledger before, kept beside its files, so that a start costs what is new and not what is old.
//!
//! A kept index is never believed over the files: it has a version and a digest, says which files it covers and where
//! each of them ended, and is made anew where any of that doesn't fit. Each [`Projection`] is kept by itself, so that a
//! process reads only what it needs; whoever has read much writes it anew, and of two who do so the later one stands.

mod commands;
mod coverage;
mod early;
mod kept;
mod ledger_index;
mod open_unlocks;
mod runs;
mod usage;

use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::entry::Entry;
use super::parse::entry;
use super::read_at::{Place, read_at};
use super::reader::{Journal, open};
use super::storage::is_held;

use coverage::Coverage;

pub use commands::CommandIndex;
pub use ledger_index::{LedgerIndex, unreadable};
pub use open_unlocks::OpenUnlockIndex;
pub use runs::RunIndex;
pub use usage::UsageIndex;

/// What is kept of the records.
pub trait Projection: Default + DeserializeOwned + Serialize {
    /// The file that it is kept in; the number is the version of what it holds.
    const NAME: &'static str;

    /// Takes a record in. Those of one file come in their order, those of several files one file after the other.
    fn take(&mut self, place: &Place, entry: &Entry);

    /// Everything that stood in the ledger was taken in.
    fn settle(&mut self, now: Timestamp);
}

/// A projection of a ledger, read on whenever it is asked.
#[derive(Debug)]
pub struct Index<P> {
    directory: PathBuf,
    is_loaded: bool,
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

impl Fresh {
    /// Worth to be kept: reading it again would be felt.
    fn is_worth_keeping(&self) -> bool {
        self.bytes >= 256 * 1024 || self.files >= 32
    }
}

impl<P: Projection> Index<P> {
    /// The index of that ledger; nothing is read yet.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self {
            directory,
            is_loaded: false,
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
        let is_first = !self.is_loaded;
        if is_first {
            (self.coverage, self.projection) = kept::load(&self.directory).unwrap_or_default();
            self.is_loaded = true;
        }
        let unread = match self.coverage.unread(&self.directory, is_first)? {
            Some(unread) => unread,
            None => {
                self.forget();
                self.coverage.unread(&self.directory, false)?.unwrap_or_default()
            }
        };
        for name in &unread {
            self.read_on(name, show)?;
        }
        self.projection.settle(Timestamp::now());
        if self.fresh.is_worth_keeping() {
            // Where it can't be kept, the next process reads it again.
            if kept::save(&self.directory, &self.coverage, &self.projection).is_ok() {
                self.fresh = Fresh::default();
            }
        }
        Ok(())
    }

    /// Forgets everything: it is read anew.
    fn forget(&mut self) {
        (self.coverage, self.projection) = <(Coverage, P)>::default();
    }

    fn read_on(&mut self, name: &str, show: &mut dyn FnMut(&Entry)) -> io::Result<()> {
        let mut file = open(&self.directory.join(name))?;
        // Asked before reading: a process that ends in between has written everything by then.
        let in_flight = is_held(&file);
        let mut offset = self.coverage.read_of(name);
        file.seek(SeekFrom::Start(offset))?;
        let mut reader = BufReader::with_capacity(64 * 1024, file);
        let (mut line, mut hash) = (Vec::new(), None);
        let is_empty = loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line)?;
            if line.pop_if(|last| *last == b'\n').is_none() {
                break offset == 0 && length == 0;
            }
            if let Some(entry) = entry(&String::from_utf8_lossy(&line)) {
                let place = Place { file: name.to_owned(), offset };
                self.projection.take(&place, &entry);
                show(&entry);
                hash = Some(entry.hash);
            }
            offset += length as u64;
            self.fresh.bytes += length as u64;
        };
        // An empty one may have been made just now, by a process that doesn't hold it yet.
        let is_closed = !in_flight && !is_empty;
        self.fresh.files += usize::from(is_closed);
        self.coverage.have_read(name, offset, hash, is_closed);
        Ok(())
    }

    /// The records that stand there; none where something else does, and then everything is read anew.
    fn entries_at(&mut self, places: &[Place]) -> io::Result<Option<Journal>> {
        let found = read_at(&self.directory, places)?;
        if found.is_none() {
            self.forget();
        }
        Ok(found)
    }
}
