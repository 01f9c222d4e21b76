//! Reading on: what was written to a ledger directory since the last look, by whatever process.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::file::ENDING;
use super::line::entry;
use super::read::Entry;

/// A reader that remembers how far it has come in each file.
#[derive(Debug)]
pub struct Tail {
    directory: PathBuf,
    read: HashMap<PathBuf, u64>,
}

impl Tail {
    /// A reader of that directory; nothing is read yet.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self { directory, read: HashMap::new() }
    }

    /// The whole records that are new since the last call, in the order of their time. A file that can't be read now is
    /// tried again next time.
    ///
    /// # Errors
    /// When the directory itself can't be listed; one that isn't there is empty.
    pub fn news(&mut self) -> io::Result<Vec<Entry>> {
        let mut entries: Vec<Entry> = self.news_by_file()?.into_iter().map(|(_, entry)| entry).collect();
        entries.sort_by_key(|entry| entry.at);
        Ok(entries)
    }

    /// The same with their files, each file's in its own order.
    ///
    /// # Errors
    /// As above.
    pub fn news_by_file(&mut self) -> io::Result<Vec<(PathBuf, Entry)>> {
        let listing = match std::fs::read_dir(&self.directory) {
            Ok(listing) => listing,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        let mut entries = Vec::new();
        for item in listing {
            let item = item?;
            let path = item.path();
            let from = self.read.get(&path).copied().unwrap_or(0);
            let is_ours = path.extension().is_some_and(|ending| ending == ENDING);
            if is_ours
                && item.metadata().is_ok_and(|meta| meta.is_file() && meta.len() > from)
                && let Ok((text, length)) = whole_lines(&path, from)
            {
                entries.extend(text.lines().filter_map(entry).map(|entry| (path.clone(), entry)));
                self.read.insert(path, from + length);
            }
        }
        Ok(entries)
    }
}

/// What stands from there up to the last line end, and how many bytes that is.
fn whole_lines(path: &Path, from: u64) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    bytes.truncate(bytes.iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1));
    Ok((String::from_utf8_lossy(&bytes).into_owned(), bytes.len() as u64))
}
