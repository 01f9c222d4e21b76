//! The file of an index: a digest, and what it covers with what it says.

use std::io;
use std::path::{Path, PathBuf};

use crate::domain::digest::sha256;
use crate::ledger::storage::{private_directory, replace_file};

use super::Projection;
use super::coverage::Coverage;

const DIGEST: usize = 32;

/// The directory beside the files.
fn place(directory: &Path) -> PathBuf {
    directory.join("index")
}

/// Over the release, too: another one may read records that this one doesn't know.
fn digest_of(content: &[u8]) -> [u8; DIGEST] {
    sha256(&[env!("CARGO_PKG_VERSION").as_bytes(), content].concat())
}

/// What was kept; none where nothing was, or it isn't whole.
pub fn load<P: Projection>(directory: &Path) -> Option<(Coverage, P)> {
    let bytes = std::fs::read(place(directory).join(P::NAME)).ok()?;
    let (digest, content) = bytes.split_at_checked(DIGEST)?;
    (digest_of(content) == digest).then(|| postcard::from_bytes(content).ok()).flatten()
}

/// Keeps it.
pub fn save<P: Projection>(directory: &Path, coverage: &Coverage, projection: &P) -> io::Result<()> {
    let place = place(directory);
    private_directory(&place)?;
    let content = postcard::to_stdvec(&(coverage, projection)).map_err(io::Error::other)?;
    replace_file(&place, P::NAME, &[&digest_of(&content), content.as_slice()].concat())
}
