//! The rows that show, and their order: a long list is looked through a slice at a time, so that no key waits for it.

use crate::bulk::plan::Verdict;

use crate::screens::lists::state::ListsTab;
use crate::screens::lists::state::Sort;

/// Rows that are filtered between two looks at the keys.
const SLICE: usize = 4_000;
/// The look through all rows for the filter, a slice at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scan {
    /// The rows in the order in which they are shown.
    order: Vec<u32>,
    /// How far it has come.
    next: usize,
    /// What fits so far.
    found: Vec<u32>,
}

impl ListsTab {
    /// Begins to order and filter anew; [`Self::tick`] goes on.
    pub fn arrange(&mut self) {
        #[allow(clippy::cast_possible_truncation, reason = "no list has four thousand million rows")]
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        if self.sort == Sort::ProblemsFirst {
            let rank = |at: &u32| {
                let verdict = self.rows.get(*at as usize).map(|one| one.row.verdict);
                verdict.and_then(|verdict| Verdict::ALL.iter().position(|other| *other == verdict))
            };
            order.sort_by_key(rank);
        }
        self.scan = Some(Scan { order, next: 0, found: Vec::new() });
        if self.rows.len() <= SLICE {
            self.scan_on();
        }
    }

    /// True while the filter has rows left to look at.
    #[must_use]
    pub fn is_scanning(&self) -> bool {
        self.scan.is_some()
    }

    pub(crate) fn scan_on(&mut self) {
        let Some(mut scan) = self.scan.take() else { return };
        let wanted = self.filter.value().trim().to_lowercase();
        let until = (scan.next + SLICE).min(scan.order.len());
        for at in scan.order.get(scan.next..until).unwrap_or_default() {
            if wanted.is_empty() || self.fits(*at as usize, &wanted) {
                scan.found.push(*at);
            }
        }
        scan.next = until;
        if scan.next < scan.order.len() {
            self.scan = Some(scan);
            return;
        }
        self.visible = scan.found;
        if std::mem::take(&mut self.stale) {
            self.arrange();
        }
        if self.position().is_none() {
            self.selected = self.visible.first().copied();
            self.top = 0;
        }
        self.scroll();
    }

    fn fits(&self, at: usize, wanted: &str) -> bool {
        let Some(one) = self.rows.get(at) else { return false };
        let has = |text: &str| text.to_lowercase().contains(wanted);
        // As the row shows it.
        let ended = self.outcome(at);
        has(one.row.input.as_data())
            || has(one.row.verdict.word())
            || has(&one.row.reason)
            || ended.is_some_and(|(outcome, problem)| {
                has(&outcome.word().replace('_', " ")) || problem.is_some_and(|problem| has(&problem.line()))
            })
            || one.row.account.as_ref().is_some_and(|account| {
                has(account.username.as_data()) || has(account.key.provider.as_str()) || has(account.key.id.as_data())
            })
    }
}
