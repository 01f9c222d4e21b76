//! The names of the ledger's files in the order in which they were made, kept beside them: where nobody else has touched the
//! directory since, nobody has to list it.
//!
//! Whoever makes a file writes its name here, with the time at which the directory was changed by that. A directory that
//! was changed at another time was changed by somebody else: then the log says nothing, and is begun anew by the next one
//! who makes a file. A removal by hand within the same tick of the kernel's clock is the verifier's to find.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::storage::{private_directory, replace_file};

/// The longest log, in bytes; then it is begun anew.
const LONGEST: u64 = 256 * 1024;
/// How much of its end holds the newest names.
const TAIL: u64 = 4 * 1024;
/// The first line: the log's own id, as text, and a line's end.
const HEAD: usize = 37;

/// How far somebody has read in which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ReadPosition {
    log: Uuid,
    read: u64,
}

fn path(directory: &Path) -> PathBuf {
    directory.join("index/names")
}

/// When the directory was changed last.
pub fn changed(directory: &Path) -> io::Result<String> {
    let meta = std::fs::metadata(directory)?;
    Ok(format!("{}.{:09}", meta.mtime(), meta.mtime_nsec()))
}

/// The names that were logged since that mark, or the last ones without any; none where the log doesn't say.
pub fn since(directory: &Path, mark: Option<ReadPosition>) -> Option<(Vec<String>, ReadPosition)> {
    let now = changed(directory).ok()?;
    let mut file = File::open(path(directory)).ok()?;
    let mut head = [0; HEAD];
    file.read_exact(&mut head).ok()?;
    let log = Uuid::try_parse_ascii(head.strip_suffix(b"\n")?).ok()?;
    let length = file.metadata().ok()?.len();
    let from = match mark {
        Some(mark) if mark.log == log && mark.read <= length => mark.read,
        Some(_) => return None,
        None => length.saturating_sub(TAIL).max(HEAD as u64),
    };
    // The last line is read in any case: it tells whether the log fits.
    let start = from.min(length.saturating_sub(TAIL)).max(HEAD as u64);
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut text = String::new();
    // Somebody may write on meanwhile: that is for the next time.
    file.take(length.checked_sub(start)?).read_to_string(&mut text).ok()?;
    let (whole, torn) = text.rsplit_once('\n')?;
    let last = whole.rsplit('\n').next()?;
    if !torn.is_empty() || last.split_once(' ')?.0 != now {
        return None;
    }
    let text = text.get(usize::try_from(from - start).ok()?..)?;
    // Without a mark the first line may be half a one: half a name has no space before it.
    let names = text.lines().filter_map(|line| Some(line.split_once(' ')?.1.to_owned())).collect();
    Some((names, ReadPosition { log, read: length }))
}

/// Logs a file that was made; whoever does so holds the place of those who make files. Where the log didn't fit before, or
/// the directory was changed since the file was made, it is begun anew. It is only kept for speed: what can't be written is
/// listed.
pub fn log(directory: &Path, name: &str, did_fit: bool, made: Option<&str>) {
    let is_alone = changed(directory).is_ok_and(|now| Some(now.as_str()) == made);
    let _ = write(directory, name, did_fit && is_alone);
}

fn write(directory: &Path, name: &str, did_fit: bool) -> io::Result<()> {
    let path = path(directory);
    if did_fit && std::fs::metadata(&path).is_ok_and(|meta| meta.len() < LONGEST) {
        let line = format!("{} {name}\n", changed(directory)?);
        return OpenOptions::new().append(true).open(&path)?.write_all(line.as_bytes());
    }
    let beside = directory.join("index");
    private_directory(&beside)?;
    let text = format!("{}\n{} {name}\n", Uuid::new_v4(), changed(directory)?);
    replace_file(&beside, "names", text.as_bytes())
}
