//! Watching one account after an unlock: does it stay open? It asks less and less often, and stops
//! by itself.

use std::time::Duration;

use crate::domain::{AccountKey, Stamp};

use super::Call;

/// The pauses between looks; the watch is over after the last.
const PAUSES: [u64; 8] = [3, 5, 8, 12, 20, 30, 45, 60];

/// A watch over one account.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    key: AccountKey,
    looks: usize,
    due: Duration,
}

impl Watch {
    /// Starts to watch.
    #[must_use]
    pub fn new(key: AccountKey, now: Stamp) -> Self {
        let mut watch = Self { key, looks: 0, due: now.mono };
        watch.plan(now);
        watch
    }

    /// The account.
    #[must_use]
    pub fn key(&self) -> &AccountKey {
        &self.key
    }

    /// When to look next.
    #[must_use]
    pub fn wake(&self) -> Duration {
        self.due
    }

    /// Looks, if it is time; none when the watch is over.
    pub fn tick(mut self, now: Stamp) -> (Option<Self>, Option<Call>) {
        if self.due > now.mono {
            return (Some(self), None);
        }
        let call = Call::Read(self.key.clone());
        self.looks += 1;
        if self.looks >= PAUSES.len() {
            return (None, Some(call));
        }
        self.plan(now);
        (Some(self), Some(call))
    }

    /// The next pause, spread by a tenth that depends on the account, so that many desks don't ask in step.
    fn plan(&mut self, now: Stamp) {
        let pause = PAUSES.get(self.looks).copied().unwrap_or(60) * 1_000;
        let spread =
            self.key.id.as_data().bytes().fold(0u64, |sum, b| sum.wrapping_mul(31).wrapping_add(u64::from(b))) % 100;
        self.due = now.mono + Duration::from_millis(pause + pause * spread / 1_000);
    }
}
