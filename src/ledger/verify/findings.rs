//! What a verification finds.

use crate::ledger::ocsf::Head;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifySeverity {
    /// Worth knowing; a crash leaves it.
    Note,
    /// The ledger isn't what was written.
    Broken,
}

/// One thing that the verifier found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyFinding {
    /// How bad.
    pub severity: VerifySeverity,
    /// In which file.
    pub file: String,
    /// In which line, from 1.
    pub line: Option<usize>,
    /// What.
    pub what: String,
}

impl VerifyFinding {
    /// A finding in that file.
    pub fn new(severity: VerifySeverity, file: &str, line: Option<usize>, what: impl Into<String>) -> Self {
        Self { severity, file: file.to_owned(), line, what: what.into() }
    }
}

/// What a check of a whole ledger found.
#[derive(Debug, Default)]
pub struct VerifyResult {
    /// How many files there are.
    pub files: usize,
    /// How many complete lines they hold.
    pub records: usize,
    /// The last record of each file that has one.
    pub heads: Vec<Head>,
    /// What isn't as it was written, or is worth knowing.
    pub findings: Vec<VerifyFinding>,
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
    pub fn percent(self) -> u64 {
        (self.done.saturating_mul(100)).checked_div(self.total).unwrap_or(100).min(100)
    }
}
