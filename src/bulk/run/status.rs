//! What a run tells of itself.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::bulk::plan::{Row, Verdict, totals};
use crate::domain::{Outcome, ProviderName};
use crate::flow::unlock::{UnlockFlow, UnlockTrouble};

use super::{RowState, Run, RunSettings};

/// Fewer rows than this tell no pace.
const FEW: usize = 3;

impl Run {
    /// Its settings.
    pub fn settings(&self) -> &RunSettings {
        &self.settings
    }

    /// The rows of the plan.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Where that row stands.
    pub fn state(&self, at: usize) -> &RowState {
        self.states.get(at).unwrap_or(&RowState::NotMeant)
    }

    /// The unlock of a row that is at work.
    pub fn flow(&self, at: usize) -> Option<&UnlockFlow> {
        self.running.get(&at)
    }

    /// What is wrong at present: of each system that makes trouble how many rows wait, and the one that goes on last.
    pub fn troubles(&self) -> BTreeMap<&ProviderName, (usize, UnlockTrouble<'_>)> {
        let mut troubles: BTreeMap<&ProviderName, (usize, UnlockTrouble<'_>)> = BTreeMap::new();
        for flow in self.running.values() {
            let Some(trouble) = flow.trouble() else { continue };
            let (rows, worst) = troubles.entry(&flow.order().key.provider).or_insert((0, trouble));
            *rows += 1;
            if (trouble.sends, trouble.next) > (worst.sends, worst.next) {
                *worst = trouble;
            }
        }
        troubles
    }

    /// True when a lock that somebody set on purpose is among the rows that are not over, or among the failed ones: it is
    /// opened with its id typed, and by no number.
    pub fn needs_ids(&self, retries: bool) -> bool {
        self.rows.iter().zip(&self.states).any(|(row, state)| {
            row.verdict == Verdict::AdminLocked
                && match state {
                    RowState::NotMeant => false,
                    RowState::Ended(outcome, _) => retries && Self::is_failure(*outcome),
                    _ => true,
                }
        })
    }

    /// How many rows are meant, and how many of them are over.
    pub fn progress(&self) -> (usize, usize) {
        (self.ended, self.meant)
    }

    /// How many rows are still to be done.
    pub fn left(&self) -> usize {
        self.meant - self.ended
    }

    /// The rows that ended in this process, in that order.
    pub fn log(&self) -> &[usize] {
        &self.log
    }

    /// Rows at work.
    pub fn in_flight(&self) -> usize {
        self.running.len()
    }

    /// True while the operator has it rest.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Why it starts no more rows.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// True when nothing is at work and nothing more will be.
    pub fn is_over(&self) -> bool {
        let is_nothing_left =
            || self.waiting.values().all(VecDeque::is_empty) && !self.states.contains(&RowState::Looking);
        self.running.is_empty() && (self.stopped.is_some() || is_nothing_left())
    }

    /// The rate so far, in rows a second, and how long the rest takes at it; none before a few rows are over.
    pub fn pace(&self, ended_before: usize, now: Duration) -> Option<(f64, Duration)> {
        let done = self.ended.checked_sub(ended_before).filter(|done| *done >= FEW)?;
        let took = now.saturating_sub(self.began).as_secs_f64().max(0.001);
        #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = done as f64 / took;
        #[allow(clippy::cast_precision_loss, reason = "a time for people")]
        let left = Duration::from_secs_f64((self.left() as f64 / rate).min(1e7));
        Some((rate, left))
    }

    /// How many rows ended how.
    pub fn totals(&self) -> BTreeMap<&'static str, u64> {
        totals(self.outcomes().map(Outcome::word))
    }

    /// The outcomes of the rows that are over.
    pub fn outcomes(&self) -> impl Iterator<Item = Outcome> {
        self.states.iter().filter_map(|state| match state {
            RowState::Ended(outcome, _) => Some(*outcome),
            _ => None,
        })
    }
}
