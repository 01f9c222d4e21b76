//! When what was read of an account is too old to be shown as it is.

use std::time::Duration;

use crate::domain::{Account, AccountKey};

use super::state::{Desk, STALE};

impl Desk {
    /// True when the fact is older than [`STALE`].
    #[must_use]
    pub fn is_stale(&self, key: &AccountKey, now: Duration) -> bool {
        self.read_at.get(key).is_some_and(|at| now >= *at + STALE)
    }

    /// When the next fact in the status pane becomes stale.
    #[must_use]
    pub fn stale_due(&self, now: Duration) -> Option<Duration> {
        let due = |account: &&Account| self.read_at.get(&account.key).map(|at| *at + STALE).filter(|due| *due > now);
        self.accounts().iter().filter_map(due).min()
    }
}
