//! Reading ledgers back. A line that can't be understood is kept and named, and never stops the rest.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::domain::{DeviceStatus, IntentId, Outcome};

use super::entry::{Entry, LedgerEvent};
use super::parse::entry;
use super::storage::{is_held, names};
use super::unlock_record::UnlockRecord;

/// Everything in a ledger directory.
#[derive(Debug, Default)]
pub struct Journal {
    /// The files, oldest first.
    pub files: Vec<LedgerFile>,
}

/// One process's file.
#[derive(Debug)]
pub struct LedgerFile {
    /// Its name in the directory.
    pub name: String,
    /// True while its process runs: what has no outcome there is in flight, not unknown.
    pub in_flight: bool,
    /// The lines that could be read.
    pub entries: Vec<Entry>,
    /// How many complete lines couldn't be understood.
    pub unread: usize,
}

impl Journal {
    /// What these files of a ledger hold.
    ///
    /// # Errors
    /// When one of them can't be read.
    pub fn of<'a>(directory: &Path, names: impl IntoIterator<Item = &'a String>) -> io::Result<Self> {
        let files = names.into_iter().map(|name| read_file(directory, name)).collect::<io::Result<_>>()?;
        Ok(Self { files })
    }

    /// Every line, file by file.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.files.iter().flat_map(|file| &file.entries)
    }

    /// Every unlock, oldest first. A later decisive outcome replaces an undecided one.
    pub fn unlocks(&self) -> Vec<UnlockRecord> {
        let mut order: Vec<UnlockRecord> = Vec::new();
        let mut at: HashMap<IntentId, usize> = HashMap::new();
        for (number, file) in self.files.iter().enumerate() {
            for entry in &file.entries {
                if let LedgerEvent::Intent(intent, unlock) = &entry.event {
                    at.insert(*intent, order.len());
                    order.push(UnlockRecord::begun(*intent, unlock, entry, (number, file.in_flight)));
                }
            }
        }
        let ends = self.entries().filter_map(|entry| match &entry.event {
            LedgerEvent::Outcome(intent, ending) => Some((entry.at, intent, ending)),
            _ => None,
        });
        let mut ends: Vec<_> = ends.collect();
        // The first decisive one stands, in whichever file it is.
        ends.sort_by_key(|(at, ..)| *at);
        for (at_end, intent, ending) in ends {
            if let Some(unlocked) = at.get(intent).and_then(|i| order.get_mut(*i)) {
                unlocked.ends(ending, at_end);
            }
        }
        for entry in self.entries() {
            if let LedgerEvent::Answer(answered) = &entry.event
                && answered.answer.status.is_final()
                && let Some(unlocked) = at.get(&answered.intent).and_then(|i| order.get_mut(*i))
            {
                let is_about_it = answered.answer.command.same_name(&unlocked.intent.command());
                if answered.contradicts {
                    unlocked.contradicted = Some(answered.answer.status.word().into());
                } else if is_about_it && unlocked.outcome.is_none_or(|(outcome, _)| outcome.is_undecided()) {
                    let is_done = answered.answer.status == DeviceStatus::Acknowledged;
                    unlocked.heard = Some((if is_done { Outcome::Acknowledged } else { Outcome::Failed }, entry.at));
                }
            }
        }
        order.sort_by_key(|unlocked| unlocked.at);
        order
    }
}

/// Reads a ledger directory; one that isn't there is an empty ledger.
///
/// # Errors
/// Only when the directory itself can't be listed or a file can't be read.
pub fn read(directory: &Path) -> io::Result<Journal> {
    Journal::of(directory, &names(directory)?)
}

/// Opens a file to read it; an error says which, and whose it is.
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path).map_err(|e| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let owner = std::fs::symlink_metadata(path).ok().map(|meta| meta.uid());
        let whose = owner.filter(|uid| *uid != rustix::process::geteuid().as_raw());
        let whose = whose.map(|uid| format!(" of uid {uid}")).unwrap_or_default();
        io::Error::new(e.kind(), format!("the ledger's file {name}{whose} can't be read: {e}"))
    })
}

fn read_file(directory: &Path, name: &str) -> io::Result<LedgerFile> {
    let file = open(&directory.join(name))?;
    // Asked before reading: a process that ends in between has written everything by then.
    let in_flight = is_held(&file);
    let (mut entries, mut unread) = (Vec::new(), 0);
    each_line_of(file, 0, |_, line| match entry(line) {
        Some(entry) => entries.push(entry),
        None => unread += 1,
    })?;
    Ok(LedgerFile { name: name.to_owned(), in_flight, entries, unread })
}

/// Shows every whole line of a file from there on, with where it begins; gives where the next one will begin. What a crash
/// has torn has no line end.
pub(super) fn each_line_of(mut file: File, from: u64, mut show: impl FnMut(u64, &str)) -> io::Result<u64> {
    file.seek(SeekFrom::Start(from))?;
    let mut reader = BufReader::with_capacity(64 * 1024, file);
    let (mut offset, mut line) = (from, Vec::new());
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)?;
        if line.pop_if(|last| *last == b'\n').is_none() {
            return Ok(offset);
        }
        show(offset, &String::from_utf8_lossy(&line));
        offset += length as u64;
    }
}

/// Shows every whole line of a ledger, the oldest file first, until nobody wants any more.
///
/// # Errors
/// When the directory can't be listed or a file can't be read.
pub fn each_line(directory: &Path, mut show: impl FnMut(&str) -> bool) -> io::Result<()> {
    for name in names(directory)? {
        let mut is_wanted = true;
        each_line_of(open(&directory.join(name))?, 0, |_, line| is_wanted = is_wanted && show(line))?;
        if !is_wanted {
            break;
        }
    }
    Ok(())
}
