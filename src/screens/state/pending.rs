//! What is waited for, how that shows, and when something is due.

use std::time::Duration;

use crate::flow::watch::Watch;
use crate::screens::session_unlocks::DeskUnlock;

use crate::screens::state::State;

/// An answer that comes sooner needs no spinner.
const SPINS_AFTER: Duration = Duration::from_millis(400);
/// How long each sign of the spinner stands: five in a second.
const SPIN: Duration = Duration::from_millis(200);

impl State {
    /// True while somebody is waited for who answers soon: a Mac that sleeps is nobody's delay.
    fn is_waiting(&self) -> bool {
        self.desk.search.is_pending()
            || !self.desk.reading.is_empty()
            || self.is_at_work()
            || self.lists.planning > 0
            || self.lists.freezing
            || !self.locked.asking.is_empty()
            || self.ledger.reading
            || !self.systems.checking.is_empty()
    }

    /// True while an unlock or a run is at work that doesn't just wait for a device.
    #[must_use]
    pub fn is_at_work(&self) -> bool {
        let at_work = |unlock: &DeskUnlock| unlock.flow.outcome().is_none() && !unlock.flow.waits_for_device();
        self.unlocks.iter().any(at_work) || self.lists.in_flight() > 0
    }

    /// True when the next line would come too early: the answers to the last one are on their way.
    #[must_use]
    pub fn awaits_answers(&self) -> bool {
        self.is_waiting()
            || self.desk.search.wake().is_some()
            || self.desk.follow_due.is_some()
            || self.dialog.as_ref().is_some_and(|dialog| !dialog.hears())
            || self.lists.is_scanning()
    }

    /// Begins, turns or ends the spinner.
    pub fn spin(&mut self) {
        let before = self.busy.map_or(0, |busy| busy.1);
        self.busy = self.is_waiting().then(|| {
            let since = self.busy.map_or(self.now.mono, |busy| busy.0);
            let turns = self.now.mono.saturating_sub(since + SPINS_AFTER).as_millis() / SPIN.as_millis();
            let sign = if self.now.mono < since + SPINS_AFTER { 0 } else { u8::try_from(turns % 4).unwrap_or(0) + 1 };
            (since, sign)
        });
        if self.busy.map_or(0, |busy| busy.1) != before {
            self.changed();
        }
    }

    /// True when somebody has been waited for long enough to say so.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.busy.is_some_and(|busy| busy.1 > 0)
    }

    /// When the spinner turns next.
    fn spin_due(&self) -> Option<Duration> {
        let (since, _) = self.busy?;
        let first = since + SPINS_AFTER;
        let turns = self.now.mono.saturating_sub(first).as_millis() / SPIN.as_millis() + 1;
        Some(if self.now.mono < first { first } else { first + SPIN * u32::try_from(turns).unwrap_or(u32::MAX) })
    }

    /// The earliest moment at which a tick has something to do: the loop's only timer.
    #[must_use]
    pub fn wake(&self) -> Option<Duration> {
        let flows = self.unlocks.iter().filter_map(|unlock| unlock.flow.wake());
        let others = [
            self.desk.search.wake(),
            self.desk.follow_due,
            self.desk.stale_due(self.now.mono),
            self.watch.as_ref().map(Watch::wake),
            self.toast.as_ref().map(|toast| toast.1),
            self.leaving.flatten(),
            self.lists.wake(),
            self.spin_due(),
            self.policy.idle_lock.map(|idle| self.touched + idle),
        ];
        flows.chain(others.into_iter().flatten()).min()
    }
}
