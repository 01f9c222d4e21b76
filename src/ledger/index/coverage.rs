//! Which files an index has read, and how far.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::ledger::file_list::{self, ReadPosition};
use crate::ledger::storage::{fnv1a, own_names};

/// Files are made one after the other, and their names sort in that order. Those whose processes are gone don't change
/// any more: of them their number and a digest of their names say enough. Every other one is listed.
#[derive(Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Coverage {
    /// The newest file that was there.
    newest: String,
    /// How many files were read to their end, and a digest of their names.
    closed: u64,
    digest: u64,
    /// The others, by name.
    open: BTreeMap<String, Reached>,
    /// How far the log of names was read that knew all of them.
    mark: Option<ReadPosition>,
}

/// How far a file was read.
#[derive(Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
struct Reached {
    /// In bytes, up to a line's end.
    read: u64,
    /// The hash of the last record that was read.
    hash: Option<String>,
}

/// What stands between a record's hash and the end of its line.
const CLOSE: &str = "\"}\n";

impl Coverage {
    /// The files that have to be read on, in the order of their names; none where the ledger doesn't hold any more what was
    /// read: other files, a shorter one, another last record.
    ///
    /// # Errors
    /// When the directory can't be listed.
    pub fn unread(&mut self, directory: &Path) -> io::Result<Option<Vec<String>>> {
        if !self.open.iter().all(|(name, reached)| reached.fits(&directory.join(name))) {
            return Ok(None);
        }
        let logged = self.mark.and_then(|mark| file_list::since(directory, Some(mark)));
        let mut unread: Vec<String> = self.open.keys().cloned().collect();
        // A name that doesn't sort behind all others was made beside a file that nobody of ours has made.
        let are_newer = |names: &[String]| names.iter().all(|name| name.as_str() > self.newest.as_str());
        if let Some((names, mark)) = logged.filter(|(names, _)| are_newer(names)) {
            self.mark = Some(mark);
            unread.extend(names);
            return Ok(Some(unread));
        }
        let before = file_list::since(directory, None).map(|(_, mark)| mark);
        let names = own_names(directory)?;
        let is_closed = |name: &&String| name.as_str() <= self.newest.as_str() && !self.open.contains_key(*name);
        let sum = |(count, digest): (u64, u64), name: &String| (count + 1, digest.wrapping_add(fnv1a(name.bytes())));
        if names.iter().filter(is_closed).fold((0, 0), sum) != (self.closed, self.digest) {
            return Ok(None);
        }
        // What the log says from here on goes on from this list, where nothing was changed meanwhile.
        self.mark =
            before.filter(|mark| file_list::since(directory, Some(*mark)).is_some_and(|(new, _)| new.is_empty()));
        unread.extend(names.into_iter().filter(|name| name.as_str() > self.newest.as_str()));
        Ok(Some(unread))
    }

    /// True for a file whose process was still writing to it when it was read.
    pub fn is_open(&self, name: &str) -> bool {
        self.open.contains_key(name)
    }

    /// How far a file was read, in bytes.
    pub fn read_of(&self, name: &str) -> u64 {
        self.open.get(name).map_or(0, |reached| reached.read)
    }

    /// A file was read so far; the hash is its last new record's.
    pub fn have_read(&mut self, name: &str, read: u64, hash: Option<String>, is_closed: bool) {
        let before = self.open.remove(name);
        if is_closed {
            self.closed += 1;
            self.digest = self.digest.wrapping_add(fnv1a(name.bytes()));
        } else {
            let hash = hash.or_else(|| before.and_then(|reached| reached.hash));
            self.open.insert(name.to_owned(), Reached { read, hash });
        }
        if *name > *self.newest {
            name.clone_into(&mut self.newest);
        }
    }
}

impl Reached {
    fn fits(&self, path: &Path) -> bool {
        let Ok(file) = File::open(path) else { return false };
        if !file.metadata().is_ok_and(|meta| meta.len() >= self.read) {
            return false;
        }
        let Some(hash) = &self.hash else { return true };
        let expected = format!("{hash}{CLOSE}");
        let mut found = vec![0; expected.len()];
        let from = self.read.saturating_sub(expected.len() as u64);
        // A line that is no record may follow the last one that is: then it is read anew.
        file.read_exact_at(&mut found, from).is_ok() && found == expected.as_bytes()
    }
}
