//! The one set of marks in the program: accounts that go to a list together, marked on the desk, in Locked or in a list.

use std::collections::BTreeSet;

use crate::domain::AccountKey;

/// The marked accounts.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    keys: BTreeSet<AccountKey>,
    /// How many rows they were marked by: a person's accounts are marked together.
    rows: Vec<Vec<AccountKey>>,
}

impl Marks {
    /// True when one of these accounts is marked.
    pub fn has(&self, accounts: &[AccountKey]) -> bool {
        !self.keys.is_empty() && accounts.iter().any(|key| self.keys.contains(key))
    }

    /// Marks a row by its accounts.
    pub fn add(&mut self, accounts: &[AccountKey]) {
        if !accounts.is_empty() && !self.has(accounts) {
            self.keys.extend(accounts.iter().cloned());
            self.rows.push(accounts.to_vec());
        }
    }

    /// Takes away the marks of these accounts; false where there was none.
    pub fn remove<'a>(&mut self, accounts: impl IntoIterator<Item = &'a AccountKey>) -> bool {
        let named: BTreeSet<&AccountKey> = accounts.into_iter().filter(|key| self.keys.contains(*key)).collect();
        if named.is_empty() {
            return false;
        }
        for key in self.rows.extract_if(.., |row| row.iter().any(|key| named.contains(key))).flatten() {
            self.keys.remove(&key);
        }
        true
    }

    /// How many rows are marked.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True when nothing is marked.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The marked accounts, in the order in which they were marked.
    pub fn keys(&self) -> impl Iterator<Item = &AccountKey> {
        self.rows.iter().flatten()
    }

    /// Takes all marks away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
