//! Checking a ledger: every byte of every line, every number, every head that a later file names.

use super::chain;
use super::read::{Event, Journal, LedgerFile};
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

/// Checks every file and what the files say of each other.
#[must_use]
pub fn verify(journal: &Journal) -> Vec<Finding> {
    let mut findings: Vec<Finding> = journal.files.iter().flat_map(check_file).collect();
    for file in &journal.files {
        for entry in &file.entries {
            if let Event::Open(heads) = &entry.event {
                findings.extend(heads.iter().filter_map(|head| check_head(journal, &file.name, head)));
            }
        }
    }
    findings
}

/// Checks the files against heads that were kept elsewhere.
#[must_use]
pub fn against(journal: &Journal, heads: &[Head]) -> Vec<Finding> {
    let triple = |head: &Head| (head.file.clone(), head.seq, head.hash.clone());
    heads.iter().filter_map(|head| check_head(journal, "the list of heads", &triple(head))).collect()
}

fn broken(file: &LedgerFile, line: usize, what: impl Into<String>) -> Finding {
    Finding { severity: Severity::Broken, file: file.name.clone(), line: Some(line), what: what.into() }
}

fn check_file(file: &LedgerFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut prev = chain::START.to_owned();
    for (at, line) in file.lines.iter().enumerate() {
        let number = at + 1;
        let Some((body, hash)) = chain::open(line) else {
            findings.push(broken(file, number, "the line is no record"));
            break;
        };
        if chain::digest(body) != hash {
            findings.push(broken(file, number, "the record was changed: its hash doesn't fit"));
        }
        let opening = format!("{{\"prev\":\"{prev}\",\"seq\":{number},");
        if !body.starts_with(&opening) {
            findings.push(broken(file, number, "a record is missing, added or moved: the chain is cut here"));
        } else if serde_json::from_str::<serde::de::IgnoredAny>(line).is_err() {
            findings.push(broken(file, number, "the record is no JSON"));
        }
        hash.clone_into(&mut prev);
    }
    if let Some(torn) = &file.torn {
        let line = file.lines.len() + 1;
        // A crash leaves the beginning of a record; a whole one without its line end was tampered with.
        let opening = format!("{{\"prev\":\"{prev}\"");
        let begins = torn.starts_with(&opening) || opening.starts_with(torn.as_str());
        if begins && !torn.contains(",\"hash\":\"") {
            findings.push(Finding {
                severity: Severity::Note,
                file: file.name.clone(),
                line: Some(line),
                what: if file.in_flight {
                    "a record is being written".to_owned()
                } else {
                    "the last record is torn, as a crash leaves it; it is kept".to_owned()
                },
            });
        } else if begins
            && torn.rsplit_once(",\"hash\":\"").is_some_and(|(_, tail)| tail.len() < chain::START.len() + 2)
        {
            findings.push(Finding {
                severity: Severity::Note,
                file: file.name.clone(),
                line: Some(line),
                what: "the last record is torn, as a crash leaves it; it is kept".to_owned(),
            });
        } else {
            findings.push(broken(file, line, "the last line was changed"));
        }
    }
    findings
}

fn check_head(journal: &Journal, named_by: &str, head: &(String, u64, String)) -> Option<Finding> {
    let (name, seq, hash) = head;
    let say = |what: String| Some(Finding { severity: Severity::Broken, file: name.clone(), line: None, what });
    let Some(file) = journal.files.iter().find(|file| file.name == *name) else {
        return say(format!("the file is gone; {named_by} saw it with {seq} records"));
    };
    let claimed = usize::try_from(*seq).ok().and_then(|n| file.lines.get(n.checked_sub(1)?));
    match claimed.and_then(|line| chain::open(line)) {
        None => say(format!("the file is shorter than {named_by} saw it: record {seq} is missing")),
        Some((_, found)) if found != hash => say(format!("record {seq} is not the one that {named_by} saw")),
        Some(_) => None,
    }
}
