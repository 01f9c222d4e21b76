//! Taking a run up again: the ledger says which rows are over; what was left with an intent alone is looked at first.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _};

use crate::domain::Outcome;
use crate::ledger::{RowMemory, RunMemory};
use crate::runtime::{Core, resolve};

/// Rows that are looked at at once.
const AT_ONCE: usize = 16;

/// How the rows that were begun ended. A row whose request was never answered and that reads as still locked is not
/// among them: it is to be done again, and its intent is old enough by then. What can't be told is unknown, and stays.
pub async fn known(core: &Core, memory: RunMemory, mut tell: impl FnMut(usize, Outcome)) -> BTreeMap<usize, Outcome> {
    let mut known = BTreeMap::new();
    let mut left = Vec::new();
    for (row, memory) in memory.rows {
        match memory {
            RowMemory::Again => {}
            RowMemory::Ended(outcome, _) => {
                known.insert(row, outcome);
            }
            RowMemory::Left(unlocked, open) => left.push((row, unlocked, open)),
        }
    }
    let looks = left.into_iter().map(|(row, unlocked, open)| async move {
        // What the system had taken is not asked for again, even if it still reads as locked.
        let was_taken = unlocked.outcome.is_some_and(|(outcome, _)| outcome.is_waiting());
        (row, was_taken, resolve::resolve(core, *unlocked, *open).await)
    });
    let mut looks = Box::pin(stream::iter(looks).buffer_unordered(AT_ONCE));
    while let Some((row, was_taken, resolved)) = looks.next().await {
        tell(row, resolved.outcome);
        if was_taken || resolved.outcome != Outcome::StillLocked {
            known.insert(row, resolved.outcome);
        }
    }
    known
}
