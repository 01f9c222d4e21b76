//! Checking a ledger: every byte of every line, every number, every head that a later file or a kept list names.
//! The files are read one after the other, a line at a time, so that the size of a ledger costs no memory.

mod findings;

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use jiff::Timestamp;

use super::entry::{FileHeader, LedgerEvent};
use super::file_check::{FileCheck, SeenRecord, TrailingRecords};
use super::ocsf::Head;
use super::parse::entry;
use super::storage::names;

pub use findings::{VerifyFinding, VerifyProgress, VerifyResult, VerifySeverity};

/// What later files, and heads kept elsewhere, claim of each file.
type Claims = BTreeMap<String, Vec<SeenRecord>>;

/// Checks every file, what the files say of each other, and the heads that were kept elsewhere.
///
/// # Errors
/// When the directory can't be listed or a file can't be read.
pub fn verify(directory: &Path, kept: &[Head], progress: &mut dyn FnMut(VerifyProgress)) -> io::Result<VerifyResult> {
    let files = names(directory)?;
    let mut claims = Claims::new();
    // The newest file whose opening names every file before it that no other does.
    let mut last_opening = None;
    for name in &files {
        let Some((at, opened)) = opening(&directory.join(name))? else { continue };
        if opened.in_flight.is_some() {
            last_opening = Some(name);
        }
        for head in opened.heads {
            let behind = match &opened.in_flight {
                Some(in_flight) if in_flight.contains(&head.file) => TrailingRecords::Anything,
                Some(_) => TrailingRecords::Nothing,
                None => TrailingRecords::Later(at.as_millisecond() - SLACK_MS),
            };
            claim(&mut claims, head, name, behind);
        }
    }
    for head in kept {
        claim(&mut claims, head.clone(), KEPT, TrailingRecords::Anything);
    }
    let mut so_far = VerifyProgress { done: 0, total: 0 };
    for name in &files {
        so_far.total += directory.join(name).metadata()?.len();
    }
    let mut verification = VerifyResult { files: files.len(), ..VerifyResult::default() };
    let (mut unmet, mut intents, mut uncovered) = (Vec::new(), HashSet::new(), (0, 0));
    for name in &files {
        let named = claims.remove(name).unwrap_or_default();
        let is_known = named.iter().any(|claim| claim.named_by != KEPT);
        let known_to = named.iter().filter(|claim| claim.named_by == KEPT).map(|claim| claim.seq).max().unwrap_or(0);
        let mut check = FileCheck::new(name.clone(), named, &mut intents);
        check.run(&directory.join(name), |bytes| {
            so_far.done += bytes;
            progress(so_far);
        })?;
        verification.records += check.lines;
        if let Some(last) = last_opening.filter(|last| check.lines > 0 && !is_known && name < *last) {
            check.unmet(format!("no later file knows it: it was added after {last}"));
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
        verification.findings.push(VerifyFinding::new(VerifySeverity::Note, KEPT, None, what));
    }
    for (file, claims) in claims {
        for SeenRecord { seq, named_by, .. } in claims {
            let what = format!("the file is gone; {named_by} saw it with {seq} records");
            verification.findings.push(VerifyFinding::new(VerifySeverity::Broken, &file, None, what));
        }
    }
    Ok(verification)
}

/// What names heads that were kept elsewhere.
const KEPT: &str = "the list of heads";
/// Wall clocks of two processes may differ by so much, and a file be written to between a look at it and the record of that.
const SLACK_MS: i64 = 60_000;

fn claim(claims: &mut Claims, head: Head, named_by: &str, behind: TrailingRecords) {
    let seq = usize::try_from(head.seq).unwrap_or(usize::MAX);
    claims.entry(head.file).or_default().push(SeenRecord {
        seq,
        hash: head.hash,
        named_by: named_by.to_owned(),
        behind,
    });
}

/// When a file was opened, and what its first record says of the others.
fn opening(path: &Path) -> io::Result<Option<(Timestamp, FileHeader)>> {
    let mut line = Vec::new();
    BufReader::new(File::open(path)?).read_until(b'\n', &mut line)?;
    let entry = std::str::from_utf8(&line).ok().and_then(|line| entry(line.trim_end_matches('\n')));
    Ok(entry.and_then(|entry| match entry.event {
        LedgerEvent::Open(opened) => Some((entry.at, opened)),
        _ => None,
    }))
}
