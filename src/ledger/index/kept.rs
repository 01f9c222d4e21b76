//! The file of an index: a digest, and what it covers with what it says.

use std::fs::DirBuilder;
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::ledger::hash_chain::sha256;

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

/// Keeps it. The file is replaced as a whole; a power cut may lose it, and never half of it.
pub fn save<P: Projection>(directory: &Path, coverage: &Coverage, projection: &P) -> io::Result<()> {
    let place = place(directory);
    DirBuilder::new().recursive(true).mode(0o700).create(&place)?;
    let content = postcard::to_stdvec(&(coverage, projection)).map_err(io::Error::other)?;
    let mut file = tempfile::NamedTempFile::new_in(&place)?;
    file.write_all(&digest_of(&content))?;
    file.write_all(&content)?;
    file.persist(place.join(P::NAME)).map(drop).map_err(|e| e.error)
}
