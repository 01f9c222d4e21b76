//! Looking for a text in a whole ledger: only records in which it may stand are read as such.

mod needle;

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use memchr::memmem::Finder;
use memchr::{memchr3_iter, memrchr};
use uuid::Uuid;

use super::entry::LedgerEvent;
use super::parse::entry;
use super::read_at::{RecordPosition, read_at};
use super::reader::{Journal, LedgerFile};
use super::storage::names;
use needle::{FOLDED, Needle};

/// What stands before an intent's id in the records of its outcome and of a device's answers.
const ABOUT: [&str; 2] = ["\"record\":\"outcome\",\"intent\":\"", "\"record\":\"answer\",\"intent\":\""];
/// How much of a file is looked through at once, in bytes; records are shorter.
const BLOCK: usize = 1024 * 1024;
/// An id as text.
const ID: usize = 36;

/// The unlocks and refusals whose records hold that text, in whatever case, with all that was recorded about them. Some
/// others may be among them: whoever asks compares names, this compares bytes.
///
/// # Errors
/// When the directory can't be listed or a file can't be read.
pub fn search(directory: &Path, text: &str) -> io::Result<Journal> {
    let Some(needle) = Needle::new(text) else { return super::read(directory) };
    let names = names(directory)?;
    let next = AtomicUsize::new(0);
    let look = || {
        let mut found = FoundLines::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(name) = names.get(number) else { break };
            found.look(directory, (number, name), &needle)?;
        }
        io::Result::Ok(found)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(names.len().max(1));
    let found = std::thread::scope(|scope| {
        let looking: Vec<_> = (0..threads).map(|_| scope.spawn(look)).collect();
        let mut all = FoundLines::default();
        for one in looking {
            all.join(one.join().map_err(|_| io::Error::other("the search has stopped"))??);
        }
        io::Result::Ok(all)
    })?;
    let about = found.about.into_iter().filter(|(intent, ..)| found.intents.contains(intent));
    let mut places = found.places;
    places
        .extend(about.filter_map(|(_, file, offset)| Some(RecordPosition { file: names.get(file)?.clone(), offset })));
    let (mut journal, _) = read_at(directory, &places)?;
    for name in found.unread.into_iter().filter_map(|number| names.get(number)) {
        match journal.files.iter_mut().find(|file| file.name == *name) {
            Some(file) => file.unread += 1,
            None => {
                let name = name.clone();
                journal.files.push(LedgerFile { name, in_flight: false, entries: Vec::new(), unread: 1 });
            }
        }
    }
    Ok(journal)
}

/// What was found.
#[derive(Default)]
struct FoundLines {
    /// The records in which the text stands.
    places: Vec<RecordPosition>,
    /// Their intents.
    intents: HashSet<Uuid>,
    /// What was recorded about any intent: in which file, and where.
    about: Vec<(Uuid, usize, u64)>,
    /// The files of lines in which the text stands and that can't be understood.
    unread: Vec<usize>,
}

impl FoundLines {
    fn join(&mut self, other: Self) {
        self.places.extend(other.places);
        self.intents.extend(other.intents);
        self.about.extend(other.about);
        self.unread.extend(other.unread);
    }

    fn look(&mut self, directory: &Path, (number, name): (usize, &str), needle: &Needle) -> io::Result<()> {
        let finders = ABOUT.map(Finder::new);
        let file = super::reader::open(&directory.join(name))?;
        each_block(file, |offset, block| {
            let place = |at: usize| RecordPosition { file: name.to_owned(), offset: offset + at as u64 };
            let folded = memchr3_iter(0xe2, 0xc5, 0xc4, block)
                .filter(|at| FOLDED.iter().any(|sign| block.get(*at..).is_some_and(|rest| rest.starts_with(sign))));
            let line_of =
                |at: usize| block.get(..at).and_then(|before| memrchr(b'\n', before)).map_or(0, |end| end + 1);
            let lines: BTreeSet<usize> = needle.find(block).chain(folded).map(line_of).collect();
            for from in lines {
                let rest = block.get(from..).unwrap_or_default();
                let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
                match entry(&String::from_utf8_lossy(line)).map(|entry| entry.event) {
                    Some(LedgerEvent::Intent(intent, _)) => {
                        self.intents.insert(intent.0);
                        self.places.push(place(from));
                    }
                    Some(LedgerEvent::Refused(_)) => self.places.push(place(from)),
                    Some(_) => {}
                    None => self.unread.push(number),
                }
            }
            for (finder, text) in finders.iter().zip(ABOUT) {
                for at in finder.find_iter(block) {
                    let id = block.get(at + text.len()..at + text.len() + ID);
                    let id = id.and_then(|id| Uuid::try_parse_ascii(id).ok());
                    self.about.extend(id.map(|id| (id, number, offset + line_of(at) as u64)));
                }
            }
        })
    }
}

/// Shows a file block by block, each of whole lines, with its offset. What has no line end yet is left out.
fn each_block(mut file: File, mut show: impl FnMut(u64, &[u8])) -> io::Result<()> {
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
