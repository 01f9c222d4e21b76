//! The files: where they lie, how they are made, who holds them.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustix::fs::{FlockOperation, OFlags, flock};
use uuid::Uuid;

use crate::domain::{AccountKey, Code, Problem};

/// The ending of a ledger file.
pub const ENDING: &str = "jsonl";

/// `unbolt/ledger` under the platform's state directory.
#[must_use]
pub fn default_directory() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "unbolt")?;
    Some(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).join("ledger"))
}

/// Where the service account keeps it, whatever the caller's environment says.
pub const SERVICE_DIRECTORY: &str = "/var/lib/unbolt/ledger";

/// What an operator is told when the ledger can't be used.
#[must_use]
pub fn ledger_problem(why: String) -> Problem {
    Problem::new(
        Code::Ledger,
        "the ledger can't be written, so nothing is sent",
        why,
        "make room or mend the ledger's directory, then try again",
    )
}

/// Makes the directory (0700) where it's missing, and refuses one that others can enter.
pub fn prepare(directory: &Path) -> Result<(), Problem> {
    let shown = directory.display();
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|e| ledger_problem(format!("{shown}: {e}")))?;
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

/// Makes this process's file (0600, never an existing one or a link) and holds it for the process's life.
pub fn create(directory: &Path) -> Result<(File, PathBuf), Problem> {
    // Down to the microsecond: names sort in the order in which the files were made.
    let moment = Timestamp::now().strftime("%Y%m%dT%H%M%S.%6fZ");
    let unique = Uuid::new_v4().simple().to_string();
    let name = format!("{moment}-{}-{}.{ENDING}", std::process::id(), unique.get(..8).unwrap_or(&unique));
    let path = directory.join(name);
    let nofollow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or(0);
    let failed = |e: &dyn std::fmt::Display| ledger_problem(format!("{}: {e}", path.display()));
    let file = OpenOptions::new()
        .append(true)
        .create_new(true)
        .mode(0o600)
        .custom_flags(nofollow)
        .open(&path)
        .map_err(|e| failed(&e))?;
    // A reader may ask at this very moment whether it is held: that passes.
    flock(&file, FlockOperation::LockExclusive).map_err(|e| failed(&e))?;
    // The name itself has to survive a power cut as well.
    File::open(directory).and_then(|dir| dir.sync_all()).map_err(|e| failed(&e))?;
    Ok((file, path))
}

/// Waits for, and holds, the file of those who count unlocks before they record one.
///
/// # Errors
/// A [`Problem`] when it can't be made or held.
pub fn hold_counter(directory: &Path) -> Result<File, Problem> {
    let file = lock_file(directory, "limits.lock")?;
    flock(&file, FlockOperation::LockExclusive).map_err(|e| ledger_problem(format!("limits.lock: {e}")))?;
    Ok(file)
}

/// How many accounts can be recorded for at once, at most.
const ACCOUNT_LOCKS: u64 = 64;

/// Waits for, and holds, the file of those who look for an open unlock of that account and record another: whoever
/// comes later sees what was recorded. Accounts share a few such files.
///
/// # Errors
/// A [`Problem`] when it can't be made or held.
pub fn hold_account(directory: &Path, key: &AccountKey) -> Result<File, Problem> {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in key.provider.as_str().bytes().chain([0]).chain(key.id.as_data().to_lowercase().bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let name = format!("account-{:02x}.lock", hash % ACCOUNT_LOCKS);
    prepare(directory)?;
    let file = lock_file(&directory.join("locks"), &name)?;
    flock(&file, FlockOperation::LockExclusive).map_err(|e| ledger_problem(format!("{name}: {e}")))?;
    Ok(file)
}

/// Holds the place of the one who receives webhooks for this ledger; none while another process does.
///
/// # Errors
/// A [`Problem`] when it can't be made.
pub fn hold_receiver(directory: &Path) -> Result<Option<File>, Problem> {
    let file = lock_file(directory, "webhook.lock")?;
    Ok(flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok().then_some(file))
}

/// A file that holds nothing, and is held.
fn lock_file(directory: &Path, name: &str) -> Result<File, Problem> {
    prepare(directory)?;
    let path = directory.join(name);
    let nofollow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or(0);
    let made =
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).custom_flags(nofollow).open(&path);
    made.map_err(|e| ledger_problem(format!("{}: {e}", path.display())))
}

/// True while another process (or this one) holds the file.
pub fn is_held(file: &File) -> bool {
    match flock(file, FlockOperation::NonBlockingLockShared) {
        Ok(()) => {
            let _ = flock(file, FlockOperation::Unlock);
            false
        }
        Err(_) => true,
    }
}
