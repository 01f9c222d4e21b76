//! Checking a ledger: every byte of every line, every number, every head that a later file or a kept list names.
//! The files are read one after the other, a line at a time, so that the size of a ledger costs no memory.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::chain;
use super::file::{ENDING, is_held};
use super::line::entry;
use super::read::{Event, Opened};
use super::record::Head;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Worth knowing; a crash leaves it.
    Note,
    /// The ledger isn't what was written.
    Broken,
}

/// One thing that the verifier found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// In which file.
    pub file: String,
    /// In which line, from 1.
    pub line: Option<usize>,
    /// What.
    pub what: String,
}

/// What a check of a whole ledger found.
#[derive(Debug, Default)]
pub struct Verification {
    /// How many files there are.
    pub files: usize,
    /// How many complete lines they hold.
    pub records: usize,
    /// The last record of each file that has one.
    pub heads: Vec<Head>,
    /// What isn't as it was written, or is worth knowing.
    pub findings: Vec<Finding>,
}

/// How far a check is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyProgress {
    /// Read so far.
    pub done: u64,
    /// In all files, as they were at the start.
    pub total: u64,
}

impl VerifyProgress {
    /// In whole percent, 100 at most.
    #[must_use]
    pub fn percent(self) -> u64 {
        (self.done.saturating_mul(100)).checked_div(self.total).unwrap_or(100).min(100)
    }
}

/// A record that somebody saw: its number and hash, and who says so.
struct Claim {
    seq: usize,
    hash: String,
    named_by: String,
    /// What may stand behind it.
    behind: Behind,
}

/// What may stand behind a record that was seen as a file's last one.
#[derive(Clone, Copy)]
enum Behind {
    /// Nothing: nobody wrote to the file any more.
    Nothing,
    /// What was written later than this, in milliseconds: an earlier release didn't say who still wrote.
    Later(i64),
    /// Anything.
    Anything,
}

type Claims = BTreeMap<String, Vec<Claim>>;

/// Checks every file, what the files say of each other, and the heads that were kept elsewhere.
///
/// # Errors
/// When the directory can't be listed or a file can't be read.
pub fn verify(directory: &Path, kept: &[Head], progress: &mut dyn FnMut(VerifyProgress)) -> io::Result<Verification> {
    let files = listing(directory)?;
    let mut claims = Claims::new();
    // The newest file whose opening names every file before it that no other does.
    let mut last_opening = None;
    for path in &files {
        let Some((at, opened)) = opening(path)? else { continue };
        if opened.in_flight.is_some() {
            last_opening = Some(name_of(path));
        }
        for head in opened.heads {
            let behind = match &opened.in_flight {
                Some(in_flight) if in_flight.contains(&head.file) => Behind::Anything,
                Some(_) => Behind::Nothing,
                None => Behind::Later(at.as_millisecond() - SLACK_MS),
            };
            claim(&mut claims, head, &name_of(path), behind);
        }
    }
    for head in kept {
        claim(&mut claims, head.clone(), KEPT, Behind::Anything);
    }
    let mut so_far = VerifyProgress { done: 0, total: 0 };
    for path in &files {
        so_far.total += path.metadata()?.len();
    }
    let mut verification = Verification { files: files.len(), ..Verification::default() };
    let (mut unmet, mut intents, mut uncovered) = (Vec::new(), HashSet::new(), (0, 0));
    for path in &files {
        let name = name_of(path);
        let named = claims.remove(&name).unwrap_or_default();
        let is_known = named.iter().any(|claim| claim.named_by != KEPT);
        let known_to = named.iter().filter(|claim| claim.named_by == KEPT).map(|claim| claim.seq).max().unwrap_or(0);
        let mut check = FileCheck::new(path, named, &mut intents);
        check.run(|bytes| {
            so_far.done += bytes;
            progress(so_far);
        })?;
        verification.records += check.lines;
        if check.lines > 0 && !is_known && last_opening.as_ref().is_some_and(|last| name < *last) {
            check
                .unmet(format!("no later file knows it: it was added after {}", last_opening.as_deref().unwrap_or("")));
        }
        if check.lines > known_to {
            uncovered = (uncovered.0 + 1, uncovered.1 + check.lines - known_to);
        }
        verification.heads.extend(check.head());
        verification.findings.append(&mut check.findings);
        unmet.append(&mut check.unmet);
    }
    verification.findings.append(&mut unmet);
    if !kept.is_empty() && uncovered.1 > 0 {
        let what = format!(
            "{} records in {} files lie behind the kept heads: no head kept elsewhere covers them",
            uncovered.1, uncovered.0
        );
        verification.findings.push(Finding { severity: Severity::Note, file: KEPT.to_owned(), line: None, what });
    }
    for (file, claims) in claims {
        for Claim { seq, named_by, .. } in claims {
            let what = format!("the file is gone; {named_by} saw it with {seq} records");
            verification.findings.push(Finding { severity: Severity::Broken, file: file.clone(), line: None, what });
        }
    }
    Ok(verification)
}

/// What names heads that were kept elsewhere.
const KEPT: &str = "the list of heads";
/// Wall clocks of two processes may differ by so much, and a file be written to between a look at it and the record of that.
const SLACK_MS: i64 = 60_000;

fn claim(claims: &mut Claims, head: Head, named_by: &str, behind: Behind) {
    let seq = usize::try_from(head.seq).unwrap_or(usize::MAX);
    claims.entry(head.file).or_default().push(Claim { seq, hash: head.hash, named_by: named_by.to_owned(), behind });
}

/// The ledger's files, the oldest first; none where there is no directory.
fn listing(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let listing = match std::fs::read_dir(directory) {
        Ok(listing) => listing,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let mut files = Vec::new();
    for item in listing {
        let path = item?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// When a file was opened, and what its first record says of the others.
fn opening(path: &Path) -> io::Result<Option<(Timestamp, Opened)>> {
    let mut line = Vec::new();
    BufReader::new(File::open(path)?).read_until(b'\n', &mut line)?;
    let entry = std::str::from_utf8(&line).ok().and_then(|line| entry(line.trim_end_matches('\n')));
    Ok(entry.and_then(|entry| match entry.event {
        Event::Open(opened) => Some((entry.at, opened)),
        _ => None,
    }))
}

/// The check of one file.
struct FileCheck<'a> {
    path: &'a Path,
    name: String,
    /// What others saw of this file, by number.
    claims: Vec<Claim>,
    lines: usize,
    /// The records up to the first line that is none: what follows such a line can't be judged.
    judged: usize,
    prev: String,
    findings: Vec<Finding>,
    /// What others saw and isn't there.
    unmet: Vec<Finding>,
    /// What others say of the records behind the last one that they saw.
    end: Option<Claim>,
    /// The intents of all files: each exists once.
    intents: &'a mut HashSet<u128>,
}

impl<'a> FileCheck<'a> {
    fn new(path: &'a Path, mut claims: Vec<Claim>, intents: &'a mut HashSet<u128>) -> Self {
        // The last is the next to come.
        claims.sort_by_key(|claim| std::cmp::Reverse(claim.seq));
        Self {
            path,
            name: name_of(path),
            claims,
            lines: 0,
            judged: 0,
            prev: chain::START.to_owned(),
            findings: Vec::new(),
            unmet: Vec::new(),
            end: None,
            intents,
        }
    }

    fn run(&mut self, mut read: impl FnMut(u64)) -> io::Result<()> {
        let file = File::open(self.path)?;
        // Asked before reading: a process that ends in between has written everything by then.
        let in_flight = is_held(&file);
        let mut reader = BufReader::with_capacity(256 * 1024, file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = reader.by_ref().read_until(b'\n', &mut line)?;
            if length == 0 {
                break;
            }
            read(length as u64);
            if line.pop_if(|last| *last == b'\n').is_some() {
                self.lines += 1;
                self.line(&line);
            } else {
                self.torn(&String::from_utf8_lossy(&line), in_flight);
            }
        }
        if self.lines == 0 && self.findings.is_empty() && !in_flight {
            self.find(Severity::Note, 1, "it holds no record: a crash left it, or somebody made it");
        }
        while let Some(claim) = self.claims.pop() {
            let what = format!("the file is shorter than {} saw it: record {} is missing", claim.named_by, claim.seq);
            self.unmet(what);
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8]) {
        let opened = std::str::from_utf8(line).ok().and_then(|text| Some((text, chain::open(text)?)));
        while let Some(claim) = self.claims.pop_if(|claim| claim.seq <= self.lines) {
            if opened.is_none_or(|(_, (_, hash))| hash != claim.hash) {
                self.unmet(format!("record {} is not the one that {} saw", claim.seq, claim.named_by));
            }
            if !matches!(claim.behind, Behind::Anything) {
                self.end = Some(claim);
            }
        }
        self.behind_the_end(line);
        if self.judged + 1 != self.lines {
            return;
        }
        let Some((text, (body, hash))) = opened else {
            return self.broken(self.lines, "the line is no record");
        };
        self.judged = self.lines;
        if chain::digest(body) != hash {
            self.broken(self.lines, "the record was changed: its hash doesn't fit");
        }
        if !is_next(body, &self.prev, self.lines) {
            self.broken(self.lines, "a record is missing, added or moved: the chain is cut here");
        } else if self.lines == 1 && !self.is_own_opening(text) {
            self.broken(1, "the first record is another file's: it was copied or renamed");
        } else if intent_of(body).is_some_and(|intent| !self.intents.insert(intent)) {
            self.broken(self.lines, "this intent stands in another place, too: the record was copied");
        } else if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            self.broken(self.lines, "the record is no JSON");
        }
        hash.clone_into(&mut self.prev);
    }

    /// True for a first record that names this file; earlier releases named the process alone.
    fn is_own_opening(&self, text: &str) -> bool {
        match entry(text).map(|entry| entry.event) {
            Some(Event::Open(Opened { file: Some(file), .. })) => file == self.name,
            _ => true,
        }
    }

    /// Tells once what stands behind an end that a later file has named.
    fn behind_the_end(&mut self, line: &[u8]) {
        let Some(end) = self.end.as_ref().filter(|end| self.lines > end.seq) else { return };
        let is_added = match end.behind {
            Behind::Nothing => true,
            Behind::Later(than) => time_of(line).is_none_or(|at| at < than),
            Behind::Anything => false,
        };
        if is_added {
            let what = format!(
                "records from {} on stand behind the end that {} saw: they were added",
                self.lines, end.named_by
            );
            self.end = None;
            self.unmet(what);
        }
    }

    /// A crash leaves the beginning of a record; a whole one without its line end was tampered with.
    fn torn(&mut self, torn: &str, in_flight: bool) {
        let number = self.lines + 1;
        let opening = format!("{{\"prev\":\"{}\"", self.prev);
        let begins = torn.starts_with(&opening) || opening.starts_with(torn);
        let is_whole = torn.rsplit_once(",\"hash\":\"").is_some_and(|(_, tail)| tail.len() >= chain::START.len() + 2);
        if !begins || is_whole {
            return self.broken(number, "the last line was changed");
        }
        let what = if in_flight {
            "a record is being written"
        } else {
            "the last record is torn, as a crash leaves it; it is kept"
        };
        self.find(Severity::Note, number, what);
    }

    fn head(&self) -> Option<Head> {
        let head = || Head { file: self.name.clone(), seq: self.judged as u64, hash: self.prev.clone() };
        (self.judged > 0).then(head)
    }

    fn broken(&mut self, line: usize, what: &str) {
        self.find(Severity::Broken, line, what);
    }

    fn find(&mut self, severity: Severity, line: usize, what: &str) {
        self.findings.push(Finding { severity, file: self.name.clone(), line: Some(line), what: what.to_owned() });
    }

    fn unmet(&mut self, what: String) {
        self.unmet.push(Finding { severity: Severity::Broken, file: self.name.clone(), line: None, what });
    }
}

/// True for the record that follows that hash under that number.
fn is_next(body: &str, prev: &str, number: usize) -> bool {
    let follows = body.strip_prefix("{\"prev\":\"").and_then(|rest| rest.strip_prefix(prev));
    let numbered = follows.and_then(|rest| rest.strip_prefix("\",\"seq\":")).and_then(|rest| rest.split_once(','));
    numbered.is_some_and(|(seq, _)| seq.parse() == Ok(number) && !seq.starts_with(['+', '0']))
}

/// The id of an intent's record.
fn intent_of(body: &str) -> Option<u128> {
    let (_, rest) = body.split_once("\"record\":\"intent\",\"intent\":\"")?;
    Some(uuid::Uuid::parse_str(rest.get(..36)?).ok()?.as_u128())
}

/// When a record was written, in milliseconds.
fn time_of(line: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(line).ok()?;
    let digits = text.split_once("\"time\":")?.1;
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
