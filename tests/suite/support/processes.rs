//! What the kernel knows of a process.

use std::fs::{read_dir, read_to_string};

/// Whether each thread of the process and of those that it has started waits for something. A machine that is busy
/// with something else can let a program stand for a second in the middle of a key: then it is quiet, but not done.
/// Where the kernel doesn't tell (no Linux), quiet is all that is known.
pub fn is_asleep(process: u32) -> bool {
    let Ok(threads) = read_dir(format!("/proc/{process}/task")) else {
        return true;
    };
    threads.flatten().all(|thread| {
        let told = |file: &str| read_to_string(thread.path().join(file)).unwrap_or_default();
        // The state is the first word after the name in parentheses, which may itself hold any.
        let waits = told("stat").rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with(['S', 'I']));
        waits && told("children").split_whitespace().flat_map(str::parse).all(is_asleep)
    })
}

/// Whether the process has taken every signal that was sent to it, and waits again.
pub fn has_taken_signals(process: u32) -> bool {
    let status = read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let pending = |line: &&str| line.starts_with("SigPnd:") || line.starts_with("ShdPnd:");
    let is_none =
        |line: &str| line.split_whitespace().nth(1).is_some_and(|mask| mask.bytes().all(|digit| digit == b'0'));
    status.lines().filter(pending).all(is_none) && is_asleep(process)
}

/// The processes that a process has started and that still run.
pub fn children(process: u32) -> Vec<u32> {
    let threads = read_dir(format!("/proc/{process}/task")).unwrap().flatten();
    let told = threads.map(|thread| read_to_string(thread.path().join("children")).unwrap_or_default());
    told.flat_map(|line| line.split_whitespace().flat_map(str::parse).collect::<Vec<_>>()).collect()
}
