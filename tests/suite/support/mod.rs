//! What the tests share: a simulated world, the real binary, a terminal to run it in.

#![allow(dead_code, reason = "each of the two test programs uses its part")]

pub mod bent;
pub mod headless_app;
mod http;
pub mod processes;
mod ran;
pub mod stub_server;
pub mod terminal;
mod world;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use http::{http, raw_http};
pub use ran::{Ran, bare_command};
pub use world::World;

/// Ada's id, the one of the vendor's own example.
pub const ADA: &str = "f0a13f5d-3314-49c8-aede-86a059461728";

/// The files of a ledger, in the order of their names.
pub fn ledger_files(directory: &Path) -> Vec<PathBuf> {
    let items = std::fs::read_dir(directory).unwrap().map(|item| item.unwrap().path());
    let mut files: Vec<PathBuf> =
        items.filter(|path| path.extension().is_some_and(|ending| ending == "jsonl")).collect();
    files.sort();
    files
}

/// Numbers that look like chance, and are the same for the same seed.
pub fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

/// Tries each of them, all at once: what mostly waits shouldn't wait in turn.
pub fn side_by_side<T: Send>(items: impl IntoIterator<Item = T>, try_one: impl Fn(T) + Sync) {
    std::thread::scope(|scope| {
        let tries: Vec<_> = items.into_iter().map(|item| scope.spawn(|| try_one(item))).collect();
        for one in tries {
            if let Err(panic) = one.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
}

/// Waits for something that other processes bring about; fails after a minute.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = std::time::Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "waited a minute for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The `[[case]]` tables of a file of cases, which says at its head how one is written.
pub fn cases<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    let mut file: std::collections::BTreeMap<String, Vec<T>> = toml::from_str(text).unwrap();
    file.remove("case").unwrap()
}

/// What has to happen within a time.
pub fn happens_within(limit: Duration, mut attempt: impl FnMut() -> Duration) {
    attempts(3, || {
        let took = attempt();
        if took < limit { Ok(()) } else { Err(format!("{took:?} instead of {limit:?}")) }
    });
}

/// What a machine that is busy with something else can spoil is tried that often.
pub fn attempts(most: usize, mut attempt: impl FnMut() -> Result<(), String>) {
    let mut failed = Vec::new();
    while failed.len() < most {
        match attempt() {
            Ok(()) => return,
            Err(why) => failed.push(why),
        }
    }
    panic!("{most} attempts, none good: {failed:#?}");
}
