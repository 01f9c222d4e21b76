//! One row for an account, whatever number of lines names it.

use std::collections::HashMap;

use crate::domain::fold::fold;
use crate::domain::{AccountKey, Untrusted};

use super::{Row, Verdict};

/// Which accounts and texts stand in the plan already. It keeps hashes of texts, not the texts.
#[derive(Clone, Debug, Default)]
pub struct Dedup {
    texts: HashMap<u64, u64>,
    accounts: HashMap<AccountKey, u64>,
}

impl Dedup {
    /// The earlier line with the same text for the same providers.
    pub fn text(&mut self, text: &Untrusted, provider: Option<&str>, line: u64) -> Option<u64> {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        (fold(text.as_data().trim()), provider).hash(&mut hasher);
        match self.texts.entry(hasher.finish()) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(line);
                None
            }
        }
    }

    /// Makes a row a duplicate when its account stands in an earlier line.
    pub fn account(&mut self, mut row: Row) -> Row {
        let Some(key) = row.account.as_ref().map(|account| account.key.clone()) else { return row };
        match self.accounts.get(&key) {
            Some(first) => {
                row.verdict = Verdict::Duplicate;
                row.reason = format!("the same account as in line {first}");
            }
            None => {
                self.accounts.insert(key, row.line);
            }
        }
        row
    }
}
