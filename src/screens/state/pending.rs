//! What is waited for, how that shows, and when something is due.

use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::{Account, AccountKey};
use crate::screens::desk::accounts::LookUp;
use crate::screens::session_unlocks::SessionUnlock;
use crate::screens::tab::Tab;
use crate::widgets::format;

use crate::screens::state::State;

/// An answer that comes sooner needs no spinner.
const SPINS_AFTER: Duration = Duration::from_millis(400);
/// How long each sign of the spinner stands: five in a second.
const SPIN: Duration = Duration::from_millis(200);

impl State {
    /// True while the account's row stands on the terminal.
    pub fn is_on_screen(&self, key: &AccountKey) -> bool {
        self.tab() == Tab::Desk && self.desk.person().is_some_and(|person| person.accounts.contains(key))
    }

    /// True while somebody is waited for who answers soon: a Mac that sleeps is nobody's delay.
    pub fn is_waiting(&self) -> bool {
        self.desk.search.is_pending()
            || !self.desk.reading.is_empty()
            || self.desk.look_ups.values().any(|one| *one == LookUp::Asked)
            || self.is_at_work()
            || self.lists.planning > 0
            || self.lists.freezing
            || self.locked.is_asking()
            || self.ledger.reading
            || !self.systems.checking.is_empty()
    }

    /// True while an unlock or a run is at work that doesn't just wait for a device.
    pub fn is_at_work(&self) -> bool {
        let at_work = |unlock: &SessionUnlock| unlock.flow.outcome().is_none() && !unlock.flow.waits_for_device();
        self.unlocks.iter().any(at_work) || self.lists.in_flight() > 0
    }

    /// True when the next line would come too early: the answers to the last one are on their way.
    pub fn awaits_answers(&self) -> bool {
        self.is_waiting()
            || self.desk.search.wake().is_some()
            || self.desk.follow_due.is_some()
            || self.dialog.as_ref().is_some_and(|dialog| !dialog.hears() || dialog.answer_due.is_some())
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
    pub fn wake(&self) -> Option<Duration> {
        let flows = self.unlocks.iter().filter_map(|unlock| unlock.flow.wake());
        let others = [
            self.desk.search.wake(),
            self.desk.follow_due,
            self.desk.stale_due(self.now.mono),
            self.watches.iter().map(|watch| watch.wake(self.is_on_screen(watch.key()))).min(),
            self.toast.as_ref().map(|toast| toast.1),
            self.leaving.flatten(),
            self.lists.wake(),
            self.spin_due(),
            self.policy.idle_lock.map(|idle| self.touched + idle),
            self.dialog.as_ref().and_then(|dialog| dialog.answer_due),
            self.minute_due(),
        ];
        flows.chain(others.into_iter().flatten()).min()
    }

    /// True while an age is shown: it turns with the minute.
    fn shows_ages(&self) -> bool {
        let has_times = |account: &Account| account.lock.since().or(account.lock.until()).is_some();
        match self.tab() {
            Tab::Desk => self.desk.accounts().into_iter().any(has_times),
            Tab::Locked => !self.locked.rows.is_empty(),
            _ => false,
        }
    }

    /// When the minute turns, where an age is shown.
    fn minute_due(&self) -> Option<Duration> {
        let left = format::minute(self.now.wall) + SignedDuration::from_mins(1);
        let left = Duration::try_from(left.duration_since(self.now.wall)).unwrap_or_default();
        (self.draws && self.shows_ages()).then(|| self.now.mono + left)
    }

    /// Has the ages drawn anew with the minute.
    pub fn turn_minute(&mut self) {
        let minute = format::minute(self.now.wall);
        if std::mem::replace(&mut self.minute, minute) != minute && self.draws && self.shows_ages() {
            self.changed();
        }
    }
}
