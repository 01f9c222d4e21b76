//! The files: where they lie, how they are made, who holds them.

mod locks;

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rustix::fs::{FlockOperation, OFlags, flock};
use tempfile::NamedTempFile;
use uuid::Uuid;

use crate::domain::{Code, Problem};

pub use locks::{fnv1a, hold_account, hold_counter, hold_opening, hold_receiver, is_held};

/// The moment in a file's name, down to the microsecond.
const MOMENT: &str = "%Y%m%dT%H%M%S.%6fZ";

/// The moment in a file's name; earlier releases wrote whole seconds.
fn moment_of(name: &str) -> Option<Timestamp> {
    let text = name.split('-').next()?;
    let at = |form: &str| jiff::civil::DateTime::strptime(form, text).ok();
    let found =
        at("%Y%m%dT%H%M%S.%fZ").or_else(|| at("%Y%m%dT%H%M%SZ")?.checked_add(SignedDuration::from_secs(1)).ok());
    found?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// The ending of a ledger file.
pub const ENDING: &str = "jsonl";

/// The names of the ledger's files, the oldest first; none where there is no directory.
pub fn names(directory: &Path) -> std::io::Result<Vec<String>> {
    let listing = match std::fs::read_dir(directory) {
        Ok(listing) => listing,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let mut files = Vec::new();
    for item in listing {
        let item = item?;
        let name = item.file_name().into_string().unwrap_or_default();
        // Links and directories of such a name are none of ours.
        if name.strip_suffix(ENDING).is_some_and(|stem| stem.ends_with('.')) && item.file_type()?.is_file() {
            files.push(name);
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// The same, of files that a process of ours can have made; others are the verifier's to find.
pub fn own_names(directory: &Path) -> std::io::Result<Vec<String>> {
    let mut names = names(directory)?;
    names.retain(|name| moment_of(name).is_some());
    Ok(names)
}

/// `unbolt/ledger` under the platform's state directory.
pub fn default_directory() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "unbolt")?;
    Some(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).join("ledger"))
}

/// Where the service account keeps it, whatever the caller's environment says.
pub const SERVICE_DIRECTORY: &str = "/var/lib/unbolt/ledger";

/// What an operator is told when the ledger can't be used.
pub fn ledger_problem(why: String) -> Problem {
    Problem::new(
        Code::Ledger,
        "the ledger can't be written, so nothing is sent",
        why,
        "make room or repair the ledger's directory, then try again",
    )
}

/// Makes a directory (0700) where it's missing.
///
/// # Errors
/// When it can't be made.
pub fn private_directory(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Replaces a file (0600) as a whole. Nothing waits for the disk: after a power cut the old one, the new one or a part of it may
/// stand there, which its reader has to notice.
///
/// # Errors
/// When its directory can't be written.
pub fn replace_file(directory: &Path, name: &str, content: &[u8]) -> std::io::Result<()> {
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(content)?;
    file.persist(directory.join(name)).map(drop).map_err(|e| e.error)
}

/// Makes the directory (0700) where it's missing, and refuses one that others can enter.
fn prepare(directory: &Path) -> Result<(), Problem> {
    let shown = directory.display();
    private_directory(directory).map_err(|e| ledger_problem(format!("{shown}: {e}")))?;
    let meta = std::fs::symlink_metadata(directory).map_err(|e| ledger_problem(format!("{shown}: {e}")))?;
    let me = rustix::process::geteuid().as_raw();
    if !meta.is_dir() || meta.uid() != me {
        return Err(ledger_problem(format!("{shown} is no directory of uid {me}")));
    }
    if meta.mode() & 0o077 != 0 {
        return Err(ledger_problem(format!("{shown} has mode {:o}; it must be 700", meta.mode() & 0o777)));
    }
    Ok(())
}

/// Makes this process's file (0600, never an existing one or a link), and holds it for the process's life. Its name, which
/// it gives, sorts behind that of the newest one, also where a clock was put back.
pub fn create(directory: &Path, newest: Option<&str>) -> Result<(File, String), Problem> {
    let after = newest.and_then(moment_of).and_then(|at| at.checked_add(SignedDuration::from_micros(1)).ok());
    let moment = after.map_or_else(Timestamp::now, |after| after.max(Timestamp::now())).strftime(MOMENT);
    let unique = Uuid::new_v4().simple().to_string();
    let name = format!("{moment}-{}-{}.{ENDING}", std::process::id(), unique.get(..8).unwrap_or(&unique));
    let path = directory.join(&name);
    let failed = |e: &dyn std::fmt::Display| ledger_problem(format!("{}: {e}", path.display()));
    let file = private_file().append(true).create_new(true).open(&path).map_err(|e| failed(&e))?;
    // A reader may ask at this very moment whether it is held: that passes.
    flock(&file, FlockOperation::LockExclusive).map_err(|e| failed(&e))?;
    // The name itself has to survive a power cut as well.
    File::open(directory).and_then(|dir| dir.sync_all()).map_err(|e| failed(&e))?;
    Ok((file, name))
}

/// How files are opened that are made: readable by their owner alone (0600), never through a link.
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600).custom_flags(i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or(0));
    options
}
