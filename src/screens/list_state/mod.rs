//! What every list of the program has: a selected row, a page, a filter, an order. Its owner says what its rows are.

use tui_input::Input;

use crate::domain::case_folding::fold;

/// The rows of a list, as far as filter and order need them.
pub trait Rows {
    /// How many there are.
    fn count(&self) -> usize;
    /// What a filter looks at.
    fn text(&self, at: usize) -> String;
    /// True when a row holds that word of a filter, in lower case.
    fn holds(&self, at: usize, word: &str) -> bool {
        fold(&self.text(at)).contains(word)
    }
    /// True when a row holds each word of a filter, in lower case.
    fn fits(&self, at: usize, wanted: &str) -> bool {
        wanted.split_whitespace().all(|word| self.holds(at, word))
    }
    /// What a column orders by.
    fn key(&self, at: usize, column: usize) -> SortKey;
    /// How many columns there are to order by.
    fn columns(&self) -> usize;
}

/// What a column is ordered by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// A number, or a moment in milliseconds.
    Number(i64),
    /// A text, in lower case.
    Text(String),
    /// Nothing is known: after everything else.
    Absent,
}

impl SortKey {
    /// A text.
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Absent } else { Self::Text(fold(text)) }
    }

    /// A moment, the latest first.
    pub fn latest(at: Option<jiff::Timestamp>) -> Self {
        at.map_or(Self::Absent, |at| Self::Number(-at.as_millisecond()))
    }

    /// A moment, the earliest first.
    pub fn earliest(at: Option<jiff::Timestamp>) -> Self {
        at.map_or(Self::Absent, |at| Self::Number(at.as_millisecond()))
    }

    /// A count, the highest first.
    pub fn most(count: Option<u32>) -> Self {
        count.map_or(Self::Absent, |count| Self::Number(-i64::from(count)))
    }
}

/// Selection, page, filter and order of a list.
#[derive(Clone, Debug, Default)]
pub struct ListState {
    /// The rows that show, by their place among all.
    pub shown: Vec<u32>,
    /// The selected one, by its place among those that show.
    pub at: usize,
    /// The first visible one.
    pub top: usize,
    /// How many fit.
    pub page: usize,
    /// What rows have to hold to show.
    pub filter: Input,
    /// The column that orders them; none is their own order.
    pub sort: Option<usize>,
    /// What was looked for last.
    pub sought: String,
}

impl ListState {
    /// A list that is ordered by this column at first.
    pub fn sorted_by(column: usize) -> Self {
        Self { sort: Some(column), ..Self::default() }
    }

    /// The selected row, by its place among all.
    pub fn selected(&self) -> Option<usize> {
        self.shown.get(self.at).map(|at| *at as usize)
    }

    /// The rows on the page, by their place among all.
    pub fn visible(&self) -> impl Iterator<Item = usize> {
        self.shown.iter().skip(self.top).take(self.page.max(1)).map(|at| *at as usize)
    }

    /// The selected row's place on the page.
    pub fn on_page(&self) -> Option<usize> {
        (!self.shown.is_empty()).then(|| self.at.saturating_sub(self.top))
    }

    /// First visible row, rows of a page, rows that show.
    pub fn place(&self) -> (usize, usize, usize) {
        (self.top, self.page.max(1), self.shown.len())
    }

    /// Selects a row by its place among all, if it shows.
    pub fn select(&mut self, row: usize) {
        if let Some(at) = self.shown.iter().position(|at| *at as usize == row) {
            self.at = at;
            self.scroll();
        }
    }

    /// Selects a row as [`Self::select`] does; without one the first that shows.
    pub fn select_or_first(&mut self, row: Option<usize>) {
        match row {
            Some(row) => self.select(row),
            None => (self.at, self.top) = (0, 0),
        }
    }

    /// Moves by rows.
    pub fn step(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(self.shown.len().saturating_sub(1));
        self.scroll();
    }

    /// Keeps the selected row visible.
    pub fn scroll(&mut self) {
        self.at = self.at.min(self.shown.len().saturating_sub(1));
        self.top = top(self.at, self.top, self.page, self.shown.len());
    }

    /// Filters and orders anew; the selection stays with its row where that still shows.
    pub fn arrange(&mut self, rows: &impl Rows) {
        let wanted = fold(self.filter.value().trim());
        #[allow(clippy::cast_possible_truncation, reason = "no list has four thousand million rows")]
        let mut shown: Vec<u32> = (0..rows.count() as u32).filter(|at| rows.fits(*at as usize, &wanted)).collect();
        if let Some(column) = self.sort {
            shown.sort_by_cached_key(|at| rows.key(*at as usize, column));
        }
        self.show(shown, wanted);
    }

    /// Shows these rows, which hold what is wanted; the selection stays with its row where that still shows.
    pub fn show(&mut self, rows: Vec<u32>, wanted: String) {
        let selected = self.selected();
        self.shown = rows;
        if !wanted.is_empty() {
            self.sought = wanted;
        }
        match selected.and_then(|row| self.shown.iter().position(|at| *at as usize == row)) {
            Some(at) => self.at = at,
            None => (self.at, self.top) = (0, 0),
        }
        self.scroll();
    }

    /// Orders by the next column, and after the last as the rows came.
    pub fn sort_on(&mut self, columns: usize) {
        self.sort = next_column(self.sort, columns);
    }
}

/// The column that comes after another in ordering by each in turn; none after the last.
pub fn next_column(sort: Option<usize>, columns: usize) -> Option<usize> {
    Some(sort.map_or(0, |at| at + 1)).filter(|at| *at < columns)
}

/// The first visible line of `len`, so that line `at` is on a page. The list moves by half a page, so that most keys
/// move only the marker.
pub fn top(at: usize, top: usize, page: usize, len: usize) -> usize {
    let page = page.max(1);
    let half = (page / 2).max(1);
    let top = if at < top {
        at.saturating_sub(page.saturating_sub(half))
    } else if at >= top + page {
        (at + 1 + half).saturating_sub(page).min(at)
    } else {
        top
    };
    top.min(len.saturating_sub(page))
}

#[cfg(test)]
mod tests;
