//! One process holds a run. The lock goes with the process, however it ends.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use uuid::Uuid;

use crate::domain::{Code, Problem};
use crate::engine::Core;

use super::plan_store;

/// A process that only asks who holds the run lets go within that time.
const LOOKED_AT: Duration = Duration::from_millis(200);

/// A run held by this process.
pub struct RunLock(#[allow(dead_code, reason = "the lock is what is kept")] File);

/// True while some process holds a run.
pub fn is_held(core: &Core, id: Uuid) -> bool {
    let file = plan_store::directory(core).ok().and_then(|place| File::open(place.join(format!("{id}.lock"))).ok());
    file.is_some_and(|file| flock(&file, FlockOperation::NonBlockingLockShared).is_err())
}

/// Takes a run for this process.
///
/// # Errors
/// A [`Problem`] that names the process that has it.
pub fn take(core: &Core, id: Uuid) -> Result<RunLock, Problem> {
    let path = plan_store::directory(core)?.join(format!("{id}.lock"));
    let failed = |e: &dyn std::fmt::Display| {
        Problem::new(
            Code::Refused,
            "the run can't be held",
            format!("{}: {e}", path.display()),
            "repair the ledger's directory",
        )
    };
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(|e| failed(&e))?;
    // A process that only asks holds it for a moment, too.
    let began = Instant::now();
    while flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        if began.elapsed() < LOOKED_AT {
            std::thread::sleep(LOOKED_AT / 20);
            continue;
        }
        let mut pid = String::new();
        let _ = file.read_to_string(&mut pid);
        return Err(Problem::new(
            Code::Refused,
            "another process is at this run",
            format!("process {}", pid.trim()),
            "watch it there, or end it with Ctrl-C and then resume the run",
        ));
    }
    file.set_len(0)
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .and_then(|_| writeln!(file, "{}", std::process::id()))
        .map_err(|e| failed(&e))?;
    Ok(RunLock(file))
}
