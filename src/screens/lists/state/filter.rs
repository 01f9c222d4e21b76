//! The rows that show, and their order: a long list is looked through a slice at a time, so that no key waits for it.

use crate::domain::case_folding::fold;
use crate::screens::list_state::{Rows, SortKey};

use crate::screens::lists::state::ListsTab;

/// Rows that are filtered between two looks at the keys.
const SLICE: usize = 4_000;

/// The look through all rows for the filter, a slice at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilterScan {
    /// The rows that it hasn't come to, in the order in which they are shown.
    rest: std::vec::IntoIter<u32>,
    /// What fits so far.
    found: Vec<u32>,
}

impl ListsTab {
    /// Begins to order and filter anew; [`Self::tick`] goes on.
    pub fn arrange(&mut self) {
        #[allow(clippy::cast_possible_truncation, reason = "no list has four thousand million rows")]
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        if let Some(column) = self.list.sort {
            order.sort_by_cached_key(|at| self.key(*at as usize, column));
        }
        self.scan = Some(FilterScan { rest: order.into_iter(), found: Vec::new() });
        if self.rows.len() <= SLICE {
            self.scan_on();
        }
    }

    /// True while the filter has rows left to look at.
    pub fn is_scanning(&self) -> bool {
        self.scan.is_some()
    }

    pub(crate) fn scan_on(&mut self) {
        let Some(mut scan) = self.scan.take() else { return };
        let wanted = fold(self.list.filter.value().trim());
        scan.found.extend(scan.rest.by_ref().take(SLICE).filter(|at| self.fits(*at as usize, &wanted)));
        if !scan.rest.as_slice().is_empty() {
            self.scan = Some(scan);
            return;
        }
        self.list.show(scan.found, wanted);
        if std::mem::take(&mut self.stale) {
            self.arrange();
        }
    }
}

impl Rows for ListsTab {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> usize {
        5
    }

    /// As the row shows it.
    fn text(&self, at: usize) -> String {
        let Some(one) = self.rows.get(at) else { return String::new() };
        let verdict = one.row.verdict.in_words();
        let mut parts = vec![one.row.input.as_data().to_owned(), verdict, one.row.reason.clone()];
        if let Some((outcome, problem)) = self.outcome(at) {
            parts.push(outcome.in_words());
            parts.extend(problem.map(crate::domain::Problem::line));
        }
        if let Some(account) = &one.row.account {
            let names = [account.username.as_data(), account.key.provider.as_str(), account.key.id.as_data()];
            parts.extend(names.map(str::to_owned));
        }
        parts.join(" ")
    }

    fn key(&self, at: usize, column: usize) -> SortKey {
        let Some(one) = self.rows.get(at) else { return SortKey::Absent };
        match column {
            0 => SortKey::Number(i64::try_from(one.row.line).unwrap_or(i64::MAX)),
            1 => SortKey::Number(one.row.verdict as i64),
            2 => SortKey::text(one.row.provider_name()),
            3 => SortKey::text(one.row.name().as_data()),
            _ => SortKey::text(&one.row.reason),
        }
    }
}
