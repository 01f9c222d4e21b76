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
pub struct Log {
    file: File,
    path: PathBuf,
    written: u64,
    seq: u64,
    head: String,
    broken: bool,
}

impl Log {
    /// An empty file, and where it lies.
    pub fn new(file: File, path: PathBuf) -> Self {
        Self { file, path, written: 0, seq: 0, head: hash_chain::START.to_owned(), broken: false }
    }

    /// The head of the file of that name.
    pub fn head(&self, file: &str) -> Head {
        Head { file: file.to_owned(), seq: self.seq, hash: self.head.clone() }
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
mod tests {
    use super::*;
    use crate::domain::Code;
    use std::fs::OpenOptions;

    #[test]
    fn a_full_disk_is_an_error_and_not_a_record() {
        // The kernel's own full disk: every write fails with ENOSPC.
        let full = OpenOptions::new().append(true).open("/dev/full").unwrap();
        let mut log = Log::new(full, "/dev/full".into());
        let problem = log.commit(&["\"a\":1".to_owned()]).unwrap_err();
        assert_eq!(problem.code, Code::Ledger);
        assert_eq!(log.seq, 0, "nothing counts as written");
    }

    #[test]
    fn lines_that_wait_together_share_one_block_and_one_chain() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("l.jsonl");
        let mut log = Log::new(File::create(&path).unwrap(), path.clone());
        log.commit(&["\"a\":1".to_owned(), "\"a\":2".to_owned()]).unwrap();
        log.commit(&["\"a\":3".to_owned()]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        for pair in lines.windows(2) {
            let (_, hash) = hash_chain::open(pair[0]).unwrap();
            assert!(pair[1].starts_with(&format!("{{\"prev\":\"{hash}\"")));
        }
    }

    #[test]
    fn what_has_no_name_any_more_is_no_record() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("l.jsonl");
        let mut log = Log::new(File::create(&path).unwrap(), path.clone());
        log.commit(&["\"a\":1".to_owned()]).unwrap();
        let aside = dir.path().join("aside");
        std::fs::rename(&path, &aside).unwrap();
        assert!(log.commit(&["\"a\":2".to_owned()]).unwrap_err().why.line().contains("removed or moved"));
        std::fs::copy(&aside, &path).unwrap();
        assert!(log.commit(&["\"a\":2".to_owned()]).unwrap_err().why.line().contains("another file has its name"));
        // Put back, it goes on where it was.
        std::fs::rename(&aside, &path).unwrap();
        log.commit(&["\"a\":2".to_owned()]).unwrap();
        assert_eq!((log.seq, std::fs::read_to_string(&path).unwrap().lines().count()), (2, 2));
    }
}
