//! Writing lines durably: all that wait in one write and one sync (group commit).

use std::fs::File;
use std::io::{ErrorKind, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use crate::domain::Problem;

use super::hash_chain;
use super::ocsf::Head;
use super::storage::ledger_problem;

/// A file of the chain and its head.
pub struct ChainFile {
    file: File,
    path: PathBuf,
    written: u64,
    seq: u64,
    head: String,
    broken: bool,
}

impl ChainFile {
    /// An empty file, and where it lies.
    pub fn new(file: File, path: PathBuf) -> Self {
        Self { file, path, written: 0, seq: 0, head: hash_chain::START.to_owned(), broken: false }
    }

    /// The head of the file.
    pub fn head(&self) -> Head {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        Head { file: name.into_owned(), seq: self.seq, hash: self.head.clone() }
    }

    /// Appends lines and syncs them. On an error none of them counts: the file is cut back, and where
    /// even that fails nothing is written any more. What nobody finds under its name isn't recorded.
    pub fn commit(&mut self, members: &[String]) -> Result<(), Problem> {
        if self.broken {
            return Err(ledger_problem("an earlier write failed half-way".to_owned()));
        }
        self.still_named()?;
        let (mut seq, mut head) = (self.seq, self.head.clone());
        let mut block = String::new();
        for inside in members {
            seq += 1;
            let (line, hash) = hash_chain::close(&head, seq, inside);
            block.push_str(&line);
            head = hash;
        }
        match self.file.write_all(block.as_bytes()).and_then(|()| self.file.sync_data()) {
            Ok(()) => {
                self.written += block.len() as u64;
                (self.seq, self.head) = (seq, head);
                self.still_named()
            }
            Err(e) => {
                let cut_back = self.file.set_len(self.written).and_then(|()| self.file.seek(SeekFrom::End(0)));
                self.broken = cut_back.is_err();
                Err(ledger_problem(e.to_string()))
            }
        }
    }

    /// The open file is still the one that its path names: it may have been removed, moved or replaced, or another
    /// file system may stand in its place.
    fn still_named(&self) -> Result<(), Problem> {
        let shown = self.path.display();
        let gone = |why: &str| ledger_problem(format!("{shown}: {why}, while this process writes to it"));
        let own = self.file.metadata().map_err(|e| ledger_problem(format!("{shown}: {e}")))?;
        match std::fs::symlink_metadata(&self.path) {
            Err(e) if e.kind() == ErrorKind::NotFound => Err(gone("somebody has removed or moved it")),
            Err(e) => Err(ledger_problem(format!("{shown}: {e}"))),
            Ok(named) if (named.dev(), named.ino()) != (own.dev(), own.ino()) => Err(gone("another file has its name")),
            Ok(_) if own.nlink() == 0 => Err(gone("somebody has removed it")),
            Ok(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
