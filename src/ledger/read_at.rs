//! Single records, by where they stand.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::parse::entry;
use super::reader::{Journal, LedgerFile, open};
use super::storage::is_held;

/// Where a record stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct RecordPosition {
    /// The file's name.
    pub file: String,
    /// Where its line begins, in bytes.
    pub offset: u64,
}

/// The records that stand there, and whether one stands at each of the places.
///
/// # Errors
/// When a file can't be read.
pub fn read_at(directory: &Path, places: &[RecordPosition]) -> io::Result<(Journal, bool)> {
    let mut places: Vec<&RecordPosition> = places.iter().collect();
    places.sort_unstable();
    places.dedup();
    let mut journal = Journal::default();
    for of_file in places.chunk_by(|one, other| one.file == other.file) {
        let Some(first) = of_file.first() else { continue };
        match open(&directory.join(&first.file)) {
            Ok(file) => journal.files.push(lines_at(file, &first.file, of_file)?),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    let is_whole = journal.entries().count() == places.len();
    Ok((journal, is_whole))
}

fn lines_at(file: File, name: &str, places: &[&RecordPosition]) -> io::Result<LedgerFile> {
    let in_flight = is_held(&file);
    let mut reader = BufReader::with_capacity(4 * 1024, file);
    let (mut entries, mut line, mut at) = (Vec::new(), Vec::new(), 0);
    for place in places {
        // Places close to each other are read without asking for the same bytes again.
        reader.seek_relative(i64::try_from(place.offset).unwrap_or(i64::MAX).saturating_sub(at))?;
        line.clear();
        reader.read_until(b'\n', &mut line)?;
        at = i64::try_from(place.offset).unwrap_or(i64::MAX).saturating_add(i64::try_from(line.len()).unwrap_or(0));
        entries.extend(entry(String::from_utf8_lossy(&line).trim_end_matches('\n')));
    }
    Ok(LedgerFile { name: name.to_owned(), in_flight, entries, unread: 0 })
}
