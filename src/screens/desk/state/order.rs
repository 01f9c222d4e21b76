//! The order of the people, and the selected one.

use tui_input::Input;

use crate::domain::{Account, ClockReading, Person};
use crate::flow::account_cache::AccountCache;
use crate::flow::identity_linking;
use crate::screens::list_state::{self, SortKey};

use super::Desk;

impl Desk {
    /// Where the selected person stands among the rows.
    pub fn position(&self) -> Option<usize> {
        let selected = self.selected.as_ref()?;
        self.rows.iter().position(|person| person.accounts.contains(selected))
    }

    /// Asks for a text in the place of what stands in the field.
    pub fn ask_for(&mut self, text: &str, now: ClockReading) {
        self.query = Input::new(text.to_owned());
        self.typed(now);
    }

    /// Asks for what stands in the field now.
    pub fn typed(&mut self, now: ClockReading) {
        self.search.typed(now, self.query.value());
        self.arrange(true);
    }

    /// Fits the rows to the text. With `reselect` (the operator typed) a selection that no longer fits
    /// moves to the first row, and to whom an emptied field begins with; otherwise it is only lost with its row. Until
    /// the operator has chosen somebody, who is called exactly what was typed is meant first.
    pub fn arrange(&mut self, reselect: bool) {
        let text = self.query.value().to_owned();
        if self.joined.0 != self.cache.changes() {
            self.joined =
                (self.cache.changes(), identity_linking::people(self.in_order(self.cache.iter()), &self.joining));
        }
        let fits = |person: &Person| {
            person.accounts.iter().filter_map(|key| self.cache.get(key)).any(|account| account.fits(&text))
        };
        self.rows = self.joined.1.iter().filter(|person| fits(person)).cloned().collect();
        if text.trim().is_empty() {
            let recent = &self.recent;
            let place = |person: &Person| recent.iter().position(|key| person.accounts.contains(key));
            self.rows.sort_by_key(|person| place(person).unwrap_or(usize::MAX));
        }
        if let Some(column) = self.sort {
            let cache = &self.cache;
            self.rows.sort_by_cached_key(|person| person_key(person, column, cache));
        }
        if reselect {
            self.picked = false;
        }
        let exact = self.rows.iter().find(|person| self.is_exactly(person, &text)).filter(|_| !self.picked);
        if let Some(key) = exact.and_then(Self::key_of).cloned() {
            self.selected = Some(key);
        } else if reselect && text.trim().is_empty() {
            self.selected = None;
        }
        // Nobody is selected for the operator before everybody has answered: rows may still come above.
        let is_first = self.selected.is_none() && !self.search.is_pending();
        if self.position().is_none() && (reselect || is_first) {
            self.selected = self.rows.first().and_then(Self::key_of).cloned();
            self.top = 0;
        }
        self.scroll();
    }

    pub(super) fn is_exactly(&self, person: &Person, text: &str) -> bool {
        let accounts = person.accounts.iter().filter_map(|key| self.cache.get(key));
        !text.trim().is_empty() && accounts.into_iter().any(|account| account.is_exactly(text))
    }

    /// Accounts by provider, in the configuration's order, and within one as they come (from the cache as they were first
    /// seen): whoever answers first, the list reads the same.
    pub(super) fn in_order<'a>(&self, accounts: impl Iterator<Item = &'a Account>) -> Vec<&'a Account> {
        let mut accounts: Vec<&Account> = accounts.collect();
        accounts.sort_by_key(|account| self.providers.iter().position(|name| *name == account.key.provider));
        accounts
    }

    /// Moves the selection by rows; a page at a time scrolls by half a page.
    pub fn step(&mut self, by: isize) {
        self.picked = true;
        let last = self.rows.len().saturating_sub(1);
        let at = self.position().map_or(0, |at| at.saturating_add_signed(by).min(last));
        self.selected = self.rows.get(at).and_then(Self::key_of).cloned();
        self.scroll();
    }

    /// Keeps the selected row visible.
    pub fn scroll(&mut self) {
        self.top = list_state::top(self.position().unwrap_or(0), self.top, self.page, self.rows.len());
    }

    /// True when the selection nears the end of what was fetched.
    pub fn nears_end(&self) -> bool {
        self.position().is_some_and(|at| at + self.page >= self.rows.len())
    }

    /// Orders the people by the next column, and after the last in the usual way.
    pub fn sort_on(&mut self) {
        self.sort = list_state::next_column(self.sort, 3);
        self.arrange(false);
    }
}

/// What a person has in that column.
fn person_key(person: &Person, column: usize, cache: &AccountCache) -> SortKey {
    let accounts = || person.accounts.iter().filter_map(|key| cache.get(key));
    match column {
        0 => SortKey::text(person.name.as_data()),
        1 => SortKey::text(accounts().next().map_or("", |account| account.username.as_data())),
        // Who is locked first.
        _ => {
            SortKey::Number(-i64::try_from(accounts().filter(|account| account.lock.is_locked()).count()).unwrap_or(0))
        }
    }
}
