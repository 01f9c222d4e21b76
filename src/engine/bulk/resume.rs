//! Taking a run up again: the ledger says which rows are over; what was left with an intent alone is looked at first,
//! beside the rows that need no look.

use std::collections::BTreeMap;

use futures_util::stream::{self, BoxStream, SelectAll, StreamExt as _};

use crate::domain::{Outcome, ProviderName};
use crate::engine::resolve::{ResolvePurpose, UnfinishedUnlock};
use crate::engine::{Core, resolve};
use crate::ledger::{RowMemory, RunMemory};

/// Rows of one system that are looked at at once.
const AT_ONCE: usize = 16;

/// What a run was when it was left.
pub struct ResumedRun {
    /// How the rows that are over ended.
    pub known: BTreeMap<usize, Outcome>,
    /// The rows that have to be looked at before they are anything.
    pub left: Vec<(usize, UnfinishedUnlock)>,
}

/// What the ledger says of its rows. A row that wasn't carried out and was to be asked for again is in neither.
#[must_use]
pub fn take_up(memory: RunMemory) -> ResumedRun {
    let mut taken = ResumedRun { known: BTreeMap::new(), left: Vec::new() };
    for (row, memory) in memory.rows {
        match memory {
            RowMemory::Again => {}
            RowMemory::Ended(outcome, _) => {
                taken.known.insert(row, outcome);
            }
            RowMemory::Left(unlocked, open) => {
                taken.left.push((row, UnfinishedUnlock { unlocked: *unlocked, open: *open }));
            }
        }
    }
    taken
}

/// The looks, each system's on their own: row, what is known of it now, and whether it is to be done again. A row whose
/// request was never answered and that reads as still locked is; its intent is old enough by then.
pub fn looks<'a>(
    core: &'a Core,
    left: Vec<(usize, UnfinishedUnlock)>,
    tell: &'a (dyn Fn(&str) + Sync),
) -> SelectAll<BoxStream<'a, (usize, Outcome, bool)>> {
    let mut systems: BTreeMap<ProviderName, Vec<(usize, UnfinishedUnlock)>> = BTreeMap::new();
    for (row, left) in left {
        systems.entry(left.open.key.provider.clone()).or_default().push((row, left));
    }
    let of_one = |rows: Vec<(usize, UnfinishedUnlock)>| {
        let look = move |(row, left): (usize, UnfinishedUnlock)| async move {
            // What the system had taken is not asked for again, even if it still reads as locked.
            let was_taken = left.unlocked.outcome.is_some_and(|(outcome, _)| outcome.is_waiting());
            let purpose = if was_taken { ResolvePurpose::Learn } else { ResolvePurpose::GoOn };
            let resolved = resolve::resolve(core, left.unlocked, left.open, purpose, tell).await;
            (row, resolved.outcome, !was_taken && resolved.outcome == Outcome::StillLocked)
        };
        stream::iter(rows).map(look).buffer_unordered(AT_ONCE).boxed()
    };
    stream::select_all(systems.into_values().map(of_one))
}
