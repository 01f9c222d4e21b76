//! Watching one account after an unlock: does it stay open? It asks less and less often, and stops
//! by itself.

use std::time::Duration;

use crate::domain::{AccountKey, ClockReading};

use super::EngineCall;

/// The pauses between looks, in seconds; the watch is over after the last.
const PAUSES: [u64; 8] = [3, 5, 8, 12, 20, 30, 45, 60];
/// Off the screen it asks no more often.
const OFF_SCREEN: Duration = Duration::from_secs(60);

/// A watch over one account.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    key: AccountKey,
    /// True when somebody asked for it; after an unlock it begins by itself.
    is_asked: bool,
    looks: usize,
    due: Duration,
    /// When it looked last, or began.
    looked: Duration,
    /// When it is over at the latest.
    until: Duration,
}

impl Watch {
    /// Starts to watch.
    pub fn new(key: AccountKey, is_asked: bool, now: ClockReading) -> Self {
        let whole = Duration::from_secs(PAUSES.iter().sum());
        let until = now.mono + whole + whole / 10;
        let mut watch = Self { key, is_asked, looks: 0, due: now.mono, looked: now.mono, until };
        watch.plan(now);
        watch
    }

    /// The account.
    pub fn key(&self) -> &AccountKey {
        &self.key
    }

    /// True when somebody asked for it: then its end is told.
    pub fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// When to look next.
    pub fn wake(&self, is_on_screen: bool) -> Duration {
        let due = if is_on_screen { self.due } else { self.due.max(self.looked + OFF_SCREEN) };
        due.min(self.until)
    }

    /// Looks, if it is time; none when the watch is over.
    pub fn tick(mut self, now: ClockReading, is_on_screen: bool) -> (Option<Self>, Option<EngineCall>) {
        if self.wake(is_on_screen) > now.mono {
            return (Some(self), None);
        }
        let call = EngineCall::Read(self.key.clone());
        (self.looks, self.looked) = (self.looks + 1, now.mono);
        if self.looks >= PAUSES.len() || now.mono >= self.until {
            return (None, Some(call));
        }
        self.plan(now);
        (Some(self), Some(call))
    }

    /// The next pause, spread by a tenth that depends on the account, so that many desks don't ask in step.
    fn plan(&mut self, now: ClockReading) {
        let pause = PAUSES.get(self.looks).copied().unwrap_or(60) * 1_000;
        let spread =
            self.key.id.as_data().bytes().fold(0u64, |sum, b| sum.wrapping_mul(31).wrapping_add(u64::from(b))) % 100;
        self.due = now.mono + Duration::from_millis(pause + pause * spread / 1_000);
    }
}
