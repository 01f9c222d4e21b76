//! Writing lines durably: all that wait in one write and one sync (group commit).

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};

use crate::domain::Problem;

use super::chain;
use super::file::ledger_problem;
use super::record::Head;

/// A file of the chain and its head.
pub struct Log {
    file: File,
    written: u64,
    seq: u64,
    head: String,
    broken: bool,
}

impl Log {
    /// An empty file.
    pub fn new(file: File) -> Self {
        Self { file, written: 0, seq: 0, head: chain::START.to_owned(), broken: false }
    }

    /// The head of the file of that name.
    pub fn head(&self, file: &str) -> Head {
        Head { file: file.to_owned(), seq: self.seq, hash: self.head.clone() }
    }

    /// Appends lines and syncs them. On an error none of them counts: the file is cut back, and where
    /// even that fails nothing is written any more.
    pub fn commit(&mut self, members: &[String]) -> Result<(), Problem> {
        if self.broken {
            return Err(ledger_problem("an earlier write failed half-way".to_owned()));
        }
        let (mut seq, mut head) = (self.seq, self.head.clone());
        let mut block = String::new();
        for inside in members {
            seq += 1;
            let (line, hash) = chain::close(&head, seq, inside);
            block.push_str(&line);
            head = hash;
        }
        match self.file.write_all(block.as_bytes()).and_then(|()| self.file.sync_data()) {
            Ok(()) => {
                self.written += block.len() as u64;
                (self.seq, self.head) = (seq, head);
                Ok(())
            }
            Err(e) => {
                let cut_back = self.file.set_len(self.written).and_then(|()| self.file.seek(SeekFrom::End(0)));
                self.broken = cut_back.is_err();
                Err(ledger_problem(e.to_string()))
            }
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
        let mut log = Log::new(full);
        let problem = log.commit(&["\"a\":1".to_owned()]).unwrap_err();
        assert_eq!(problem.code, Code::Ledger);
        assert_eq!(log.seq, 0, "nothing counts as written");
    }

    #[test]
    fn lines_that_wait_together_share_one_block_and_one_chain() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("l.jsonl");
        let mut log = Log::new(File::create(&path).unwrap());
        log.commit(&["\"a\":1".to_owned(), "\"a\":2".to_owned()]).unwrap();
        log.commit(&["\"a\":3".to_owned()]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        for pair in lines.windows(2) {
            let (_, hash) = chain::open(pair[0]).unwrap();
            assert!(pair[1].starts_with(&format!("{{\"prev\":\"{hash}\"")));
        }
    }
}
