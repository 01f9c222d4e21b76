//! When a run stops by itself: on final outcomes only, and with the reason in words.

use crate::domain::{Code, Outcome, Problem};

/// Failures in a row that stop it.
const IN_A_ROW: u32 = 3;
/// From this many ended rows on, a share of failures stops it.
const SHARE_FROM: u32 = 20;
/// That share, in percent.
const SHARE: u32 = 10;

/// What ended so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AbortTally {
    ended: u32,
    failed: u32,
    in_a_row: u32,
    forbidden: u32,
}

impl AbortTally {
    /// Takes how a row that was sent ended, of the canary stage `stage` or of the rest; gives the reason to stop, if
    /// there is one now.
    pub fn take(&mut self, outcome: Outcome, problem: Option<&Problem>, stage: Option<usize>) -> Option<String> {
        let code = problem.map(|problem| problem.code);
        if code.is_some_and(Code::is_ledger) {
            return Some("the ledger can't be written".to_owned());
        }
        let failed = matches!(outcome, Outcome::Failed | Outcome::StillLocked | Outcome::Unknown);
        self.ended += 1;
        self.failed += u32::from(failed);
        self.in_a_row = if failed { self.in_a_row + 1 } else { 0 };
        self.forbidden += u32::from(failed && code == Some(Code::Forbidden));
        if failed && code == Some(Code::Login) {
            return Some("the login was refused".to_owned());
        }
        if self.forbidden >= 2 || (self.forbidden == 1 && stage.is_some()) {
            return Some("the login may not unlock".to_owned());
        }
        if failed && stage == Some(0) {
            return Some("the first row failed".to_owned());
        }
        if self.in_a_row >= IN_A_ROW {
            return Some(format!("{IN_A_ROW} rows failed one after the other"));
        }
        if self.ended >= SHARE_FROM && self.failed * 100 > self.ended * SHARE {
            return Some(format!("{} of {} rows failed", self.failed, self.ended));
        }
        None
    }
}

#[cfg(test)]
mod tests;
