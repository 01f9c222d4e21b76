//! Checking a ledger: every byte of every line, every number, every head that a later file or a kept list names.
//! The files are read one after the other, a line at a time, so that the size of a ledger costs no memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::chain;
use super::file::{ENDING, is_held};
use super::line::entry;
use super::read::Event;
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

/// A record that somebody saw: the file's name, the record's number and hash, and who says so.
struct Claim {
    seq: usize,
    hash: String,
    named_by: String,
}

type Claims = BTreeMap<String, Vec<Claim>>;

/// Checks every file, what the files say of each other, and the heads that were kept elsewhere.
///
/// # Errors
/// When the directory can't be listed or a file can't be read.
pub fn verify(directory: &Path, kept: &[Head], progress: &mut dyn FnMut(VerifyProgress)) -> io::Result<Verification> {
    let files = listing(directory)?;
    let mut claims = Claims::new();
    for path in &files {
        for head in opening(path)? {
            claim(&mut claims, head, &name_of(path));
        }
    }
    for head in kept {
        claim(&mut claims, head.clone(), "the list of heads");
    }
    let mut so_far = VerifyProgress { done: 0, total: 0 };
    for path in &files {
        so_far.total += path.metadata()?.len();
    }
    let mut verification = Verification { files: files.len(), ..Verification::default() };
    let mut unmet = Vec::new();
    for path in &files {
        let named = claims.remove(&name_of(path)).unwrap_or_default();
        let mut check = FileCheck::new(path, named);
        check.run(|bytes| {
            so_far.done += bytes;
            progress(so_far);
        })?;
        verification.records += check.lines;
        verification.heads.extend(check.head());
        verification.findings.append(&mut check.findings);
        unmet.append(&mut check.unmet);
    }
    verification.findings.append(&mut unmet);
    for (file, claims) in claims {
        for Claim { seq, named_by, .. } in claims {
            let what = format!("the file is gone; {named_by} saw it with {seq} records");
            verification.findings.push(Finding { severity: Severity::Broken, file: file.clone(), line: None, what });
        }
    }
    Ok(verification)
}

fn claim(claims: &mut Claims, head: Head, named_by: &str) {
    let seq = usize::try_from(head.seq).unwrap_or(usize::MAX);
    claims.entry(head.file).or_default().push(Claim { seq, hash: head.hash, named_by: named_by.to_owned() });
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

/// The heads that a file's first record names.
fn opening(path: &Path) -> io::Result<Vec<Head>> {
    let mut line = Vec::new();
    BufReader::new(File::open(path)?).read_until(b'\n', &mut line)?;
    let opened = std::str::from_utf8(&line).ok().and_then(|line| entry(line.trim_end_matches('\n')));
    Ok(match opened.map(|entry| entry.event) {
        Some(Event::Open(opened)) => opened.heads,
        _ => Vec::new(),
    })
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
}

impl<'a> FileCheck<'a> {
    fn new(path: &'a Path, mut claims: Vec<Claim>) -> Self {
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
        }
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
        } else if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            self.broken(self.lines, "the record is no JSON");
        }
        hash.clone_into(&mut self.prev);
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
