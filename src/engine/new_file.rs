//! Files of the caller's: new ones, readable by him alone, whole or not there at all.

use std::fs::{File, OpenOptions, remove_file};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Makes a file (0600, never an existing one or a link) of what is written. On an error nothing is left of it.
///
/// # Errors
/// When it is there already, or can't be written whole.
pub fn write_new<T>(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>) -> io::Result<T> {
    let mut out = BufWriter::new(OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?);
    let written = write(&mut out).and_then(|result| {
        out.flush()?;
        out.get_ref().sync_all()?;
        Ok(result)
    });
    written.inspect_err(|_| {
        let _ = remove_file(path);
    })
}

#[cfg(test)]
mod tests;
