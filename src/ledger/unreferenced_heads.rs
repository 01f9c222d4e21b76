//! What the first record of a new file has to name: the last record of every file that no earlier one has named yet.
//!
//! Files are opened one after the other (`opening.lock`). Each first record names the file before it, and those that were
//! being written to then; so a start reads what is new, and each head is named once.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::entry::LedgerEvent;
use super::hash_chain;
use super::ocsf::Head;
use super::parse::entry;
use super::storage::{is_held, own_names};

/// How much is read from a file's end at first, in bytes; most records are shorter.
const TAIL: u64 = 8 * 1024;

/// What a new file names.
#[derive(Debug, Default)]
pub struct UnreferencedHeads {
    /// The last records.
    pub heads: Vec<Head>,
    /// The files that somebody still writes to: whoever opens the next one looks at them again.
    pub in_flight: Vec<String>,
    /// The newest file there is.
    pub newest: Option<String>,
}

impl UnreferencedHeads {
    /// Looks for it in a ledger. `last` are the names of its last files, where they are known.
    ///
    /// # Errors
    /// When the directory can't be listed or a file can't be read.
    pub fn find(directory: &Path, last: Option<&[String]>) -> io::Result<Self> {
        if let Some(last) = last
            && let Some(unnamed) = Self::among(directory, last, false)?
        {
            return Ok(unnamed);
        }
        Ok(Self::among(directory, &own_names(directory)?, true)?.unwrap_or_default())
    }

    /// None where these names don't go back far enough.
    fn among(directory: &Path, names: &[String], are_all: bool) -> io::Result<Option<Self>> {
        let (mut meant, mut goes_back) = (BTreeSet::new(), are_all);
        for name in names.iter().rev() {
            meant.insert(name.clone());
            match opening(&directory.join(name))? {
                Opening::Names(in_flight) => {
                    // Removed ones are what the verifier is for.
                    meant.extend(in_flight.into_iter().filter(|name| directory.join(name).is_file()));
                    goes_back = true;
                    break;
                }
                // An earlier release named everything each time: it is all named once more, and then no more.
                Opening::Earlier => {
                    meant.extend(names.iter().cloned());
                    break;
                }
                // A crash left it without one: the file before it knows more.
                Opening::None => {}
            }
        }
        if !goes_back {
            return Ok(None);
        }
        let mut unnamed = Self { newest: names.last().cloned(), ..Self::default() };
        for name in meant {
            let file = File::open(directory.join(&name))?;
            if is_held(&file) {
                unnamed.in_flight.push(name.clone());
            }
            unnamed.heads.extend(last_record(file)?.map(|(seq, hash)| Head { file: name, seq, hash }));
        }
        Ok(Some(unnamed))
    }
}

/// What a file's first record says of the others.
enum Opening {
    /// Which of them were being written to.
    Names(Vec<String>),
    /// A release that didn't say.
    Earlier,
    /// There is none.
    None,
}

fn opening(path: &Path) -> io::Result<Opening> {
    let mut line = Vec::new();
    BufReader::new(File::open(path)?).read_until(b'\n', &mut line)?;
    let text = String::from_utf8_lossy(&line);
    Ok(match text.strip_suffix('\n').and_then(entry).map(|entry| entry.event) {
        Some(LedgerEvent::Open(opened)) => opened.in_flight.map_or(Opening::Earlier, Opening::Names),
        _ => Opening::None,
    })
}

/// Number and hash of a file's last whole record.
fn last_record(mut file: File) -> io::Result<Option<(u64, String)>> {
    let length = file.metadata()?.len();
    let mut span = TAIL.min(length);
    loop {
        file.seek(SeekFrom::Start(length - span))?;
        let mut bytes = Vec::new();
        file.by_ref().take(span).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        // The first piece may be the rest of a record.
        let whole = if span == length { Some(text.as_ref()) } else { text.split_once('\n').map(|(_, rest)| rest) };
        let last = whole.and_then(|text| text.rsplit_once('\n')).map(|(before, _torn)| before);
        if let Some(line) = last.map(|text| text.rsplit('\n').next().unwrap_or(text)) {
            return Ok(numbered(line));
        }
        if span == length {
            return Ok(None);
        }
        span = (span * 4).min(length);
    }
}

fn numbered(line: &str) -> Option<(u64, String)> {
    let (body, hash) = hash_chain::open(line)?;
    let (_, rest) = body.split_once("\",\"seq\":")?;
    let seq = rest.split_once(',')?.0.parse().ok()?;
    Some((seq, hash.to_owned()))
}
