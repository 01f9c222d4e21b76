//! Checking one file of a ledger, a line at a time: its own chain, and what others say of it.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;

use crate::domain::digest::sha256_hex;

use super::entry::{FileHeader, LedgerEvent};
use super::hash_chain;
use super::ocsf::Head;
use super::parse::entry;
use super::storage::is_held;
use super::verify::{VerifyFinding, VerifySeverity};

/// A record that somebody saw: its number and hash, and who says so.
pub struct SeenRecord {
    pub seq: usize,
    pub hash: String,
    pub named_by: String,
    /// What may stand behind it.
    pub behind: TrailingRecords,
}

/// What may stand behind a record that was seen as a file's last one.
#[derive(Clone, Copy)]
pub enum TrailingRecords {
    /// Nothing: nobody wrote to the file any more.
    Nothing,
    /// What was written later than this, in milliseconds: an earlier release didn't say who still wrote.
    Later(i64),
    /// Anything.
    Anything,
}

/// The check of one file.
pub struct FileCheck<'a> {
    name: String,
    /// What others saw of this file, by number.
    claims: Vec<SeenRecord>,
    /// How many complete lines it holds.
    pub lines: usize,
    /// The records up to the first line that is none: what follows such a line can't be judged.
    judged: usize,
    prev: String,
    pub findings: Vec<VerifyFinding>,
    /// What others saw and isn't there.
    pub unmet: Vec<VerifyFinding>,
    /// What others say of the records behind the last one that they saw.
    end: Option<SeenRecord>,
    /// The intents of all files: each exists once.
    intents: &'a mut HashSet<u128>,
}

impl<'a> FileCheck<'a> {
    pub fn new(name: String, mut claims: Vec<SeenRecord>, intents: &'a mut HashSet<u128>) -> Self {
        // The last is the next to come.
        claims.sort_by_key(|claim| std::cmp::Reverse(claim.seq));
        Self {
            name,
            claims,
            lines: 0,
            judged: 0,
            prev: hash_chain::START.to_owned(),
            findings: Vec::new(),
            unmet: Vec::new(),
            end: None,
            intents,
        }
    }

    pub fn run(&mut self, path: &Path, mut read: impl FnMut(u64)) -> io::Result<()> {
        let file = File::open(path)?;
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
            self.find(VerifySeverity::Note, 1, "it holds no record: a crash left it, or somebody made it");
        }
        while let Some(claim) = self.claims.pop() {
            let what = format!("the file is shorter than {} saw it: record {} is missing", claim.named_by, claim.seq);
            self.unmet(what);
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8]) {
        let opened = std::str::from_utf8(line).ok().and_then(|text| Some((text, hash_chain::open(text)?)));
        while let Some(claim) = self.claims.pop_if(|claim| claim.seq <= self.lines) {
            if opened.is_none_or(|(_, (_, hash))| hash != claim.hash) {
                self.unmet(format!("record {} is not the one that {} saw", claim.seq, claim.named_by));
            }
            if !matches!(claim.behind, TrailingRecords::Anything) {
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
        if sha256_hex(body) != hash {
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
            Some(LedgerEvent::Open(FileHeader { file: Some(file), .. })) => file == self.name,
            _ => true,
        }
    }

    /// Tells once what stands behind an end that a later file has named.
    fn behind_the_end(&mut self, line: &[u8]) {
        let Some(end) = self.end.as_ref().filter(|end| self.lines > end.seq) else { return };
        let is_added = match end.behind {
            TrailingRecords::Nothing => true,
            TrailingRecords::Later(than) => time_of(line).is_none_or(|at| at < than),
            TrailingRecords::Anything => false,
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
        let is_whole =
            torn.rsplit_once(",\"hash\":\"").is_some_and(|(_, tail)| tail.len() >= hash_chain::START.len() + 2);
        if !begins || is_whole {
            return self.broken(number, "the last line was changed");
        }
        let what = if in_flight {
            "a record is being written"
        } else {
            "the last record is torn, as a crash leaves it; it is kept"
        };
        self.find(VerifySeverity::Note, number, what);
    }

    pub fn head(&self) -> Option<Head> {
        let head = || Head { file: self.name.clone(), seq: self.judged as u64, hash: self.prev.clone() };
        (self.judged > 0).then(head)
    }

    fn broken(&mut self, line: usize, what: &str) {
        self.find(VerifySeverity::Broken, line, what);
    }

    fn find(&mut self, severity: VerifySeverity, line: usize, what: &str) {
        self.findings.push(VerifyFinding::new(severity, &self.name, Some(line), what));
    }

    pub fn unmet(&mut self, what: String) {
        self.unmet.push(VerifyFinding::new(VerifySeverity::Broken, &self.name, None, what));
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
