//! A file read in blocks, and its lines.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use memchr::{memchr_iter, memrchr};

use crate::ledger::storage::names;

/// How much of a file is looked through at once, in bytes; records are shorter.
pub(super) const BLOCK: usize = 1024 * 1024;

/// Shows a file block by block, each of whole lines, with its offset. What has no line end yet is left out.
pub(super) fn each_block(mut file: File, mut show: impl FnMut(u64, &[u8])) -> io::Result<()> {
    let (mut offset, mut held) = (0, Vec::with_capacity(2 * BLOCK));
    loop {
        let read = file.by_ref().take(BLOCK as u64).read_to_end(&mut held)?;
        let whole = memrchr(b'\n', &held).map_or(0, |end| end + 1);
        show(offset, held.get(..whole).unwrap_or_default());
        offset += whole as u64;
        held.drain(..whole);
        if read == 0 {
            return Ok(());
        }
    }
}

/// Shows every whole line of a ledger, the oldest file first, until nobody wants any more.
///
/// # Errors
/// When the directory can't be listed or a file can't be read.
pub fn each_line(directory: &Path, mut show: impl FnMut(&str) -> bool) -> io::Result<()> {
    for name in names(directory)? {
        let mut is_wanted = true;
        each_block(crate::ledger::reader::open(&directory.join(name))?, |_, block| {
            let mut from = 0;
            for end in memchr_iter(b'\n', block) {
                is_wanted = is_wanted && show(&String::from_utf8_lossy(block.get(from..end).unwrap_or_default()));
                from = end + 1;
            }
        })?;
        if !is_wanted {
            break;
        }
    }
    Ok(())
}
