//! Locks between processes: on an opening, an account, the receiver.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::domain::{AccountKey, Problem, Untrusted};

use super::{ledger_problem, prepare, private_file};

/// Waits for, and holds, the place of the one who opens a file: each names the one before.
///
/// # Errors
/// A [`Problem`] when it can't be made, or somebody holds it for too long.
pub fn hold_opening(directory: &Path) -> Result<File, Problem> {
    hold(directory, "opening.lock")
}

/// Waits for, and holds, the file of those who count unlocks before they record one.
///
/// # Errors
/// A [`Problem`] when it can't be made, or somebody holds it for too long.
pub fn hold_counter(directory: &Path) -> Result<File, Problem> {
    hold(directory, "limits.lock")
}

/// FNV-1a: it spreads and tells apart; tampering is the verifier's to find.
pub fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// How many accounts can be recorded for at once, at most.
pub(super) const ACCOUNT_LOCKS: u64 = 64;

/// Waits for, and holds, the file of those who look for an open unlock of that account and record another: whoever
/// comes later sees what was recorded. Accounts share a few such files.
///
/// # Errors
/// A [`Problem`] when it can't be made, or somebody holds it for too long.
pub fn hold_account(directory: &Path, key: &AccountKey) -> Result<File, Problem> {
    let hash = fnv1a(key.provider.as_str().bytes().chain([0]).chain(key.id.as_data().to_lowercase().bytes()));
    hold(directory, &format!("account-{:02x}.lock", hash % ACCOUNT_LOCKS))
}

/// How long a place that somebody else holds is waited for: a process that is stopped holds nobody up for longer.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Waits for a place in a ledger and holds it; what holds it says who it is.
fn hold(ledger: &Path, name: &str) -> Result<File, Problem> {
    prepare(ledger)?;
    let directory = ledger.join("locks");
    let mut file = lock_file(&directory, name)?;
    let began = Instant::now();
    while let Err(e) = flock(&file, FlockOperation::NonBlockingLockExclusive) {
        if e != Errno::WOULDBLOCK && e != Errno::INTR {
            return Err(ledger_problem(format!("{name}: {e}")));
        }
        if began.elapsed() >= PATIENCE {
            let holder = std::fs::read_to_string(directory.join(name)).unwrap_or_default();
            let holder = Untrusted::from(holder.trim()).line();
            let who = if holder.is_empty() { "another process".to_owned() } else { holder };
            return Err(ledger_problem(format!("{who} has held {name} for more than {} s", PATIENCE.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // For whoever waits in vain; it needs no care.
    let me = format!("process {} (uid {})\n", std::process::id(), rustix::process::getuid().as_raw());
    let _ = file.set_len(0).and_then(|()| file.write_all(me.as_bytes()));
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
    let made = private_file().read(true).write(true).create(true).truncate(false).open(&path);
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
