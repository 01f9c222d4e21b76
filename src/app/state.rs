//! The whole state of the terminal program.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::{
    Account, AccountKey, Exchange, Kind, Outcome, Papers, Problem, ProviderName, Stamp, Untrusted, Vitals,
};
use crate::flow::FlowId;
use crate::flow::people::PersonKey;
use crate::flow::watch::Watch;
use crate::policy::{Asked, Objection, Past, Policy};

use super::bulk::BulkTab;
use super::desk::Desk;
use super::dialog::Dialog;
use super::keymap::{Keymap, Place};
use super::tabs::ledger::LedgerTab;
use super::tabs::locked::LockedTab;
use super::tabs::providers::ProvidersTab;
use super::unlocks::DeskUnlock;

/// How long a message stands in the footer.
pub const TOAST: Duration = Duration::from_secs(6);
/// How long a ticket is taken for the same call.
pub const TICKET_LIFE: Duration = Duration::from_secs(15 * 60);
/// How long a program that was told to end waits for unlocks in flight.
pub const PATIENCE_AT_END: Duration = Duration::from_secs(5);
/// An answer that comes sooner needs no spinner.
const SPINS_AFTER: Duration = Duration::from_millis(400);
/// How long each sign of the spinner stands: five in a second.
const SPIN: Duration = Duration::from_millis(200);
/// Requests kept for the log.
const LOG_LINES: usize = 500;

/// What doesn't change while the program runs.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who sits here: name and host.
    pub operator: Untrusted,
    /// The name alone, as systems are told it.
    pub operator_name: Untrusted,
    /// A word that tells desks apart (`demo`).
    pub label: String,
    /// True when this is the service account's process: it opens no file for its operator.
    pub service: bool,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// The zone of the host, by which hours are allowed.
    pub host_zone: TimeZone,
}

/// A configured provider and how it is doing.
#[derive(Clone, Debug)]
pub struct ProviderRow {
    /// Its name.
    pub name: ProviderName,
    /// Its kind.
    pub kind: Kind,
    /// How long an exchange with it may take.
    pub total_timeout: Duration,
    /// As last seen.
    pub vitals: Vitals,
}

/// What holds for one call: a ticket, a way of verification. For one person and a quarter of an hour.
#[derive(Clone, Debug, PartialEq)]
pub struct ForCall {
    /// What was said.
    pub text: Untrusted,
    /// For whom it was given; none until an unlock uses it.
    pub person: Option<crate::flow::people::PersonKey>,
    /// When it was given or used last.
    pub at: Duration,
}

/// The state.
#[derive(Clone, Debug)]
pub struct State {
    /// The moment of the last event.
    pub now: Stamp,
    /// Counts the changes that show; a frame is drawn for a new one only.
    pub revision: u64,
    /// What doesn't change.
    pub session: Session,
    /// The keys.
    pub keymap: Keymap,
    /// The providers.
    pub providers: Vec<ProviderRow>,
    /// The size of the terminal.
    pub size: (u16, u16),
    /// Where keys go.
    pub focus: Place,
    /// The desk.
    pub desk: Desk,
    /// The bulk tab.
    pub bulk: BulkTab,
    /// Who is locked.
    pub locked: LockedTab,
    /// What was done.
    pub ledger: LedgerTab,
    /// How the providers are doing.
    pub checks: ProvidersTab,
    /// The people who are marked, by their first account.
    pub marks: BTreeSet<PersonKey>,
    /// What lists may do.
    pub policy: Policy,
    /// The question on the screen.
    pub dialog: Option<Dialog>,
    /// The unlocks of this session, oldest first.
    pub unlocks: Vec<DeskUnlock>,
    /// The number of the next one.
    pub next_flow: u64,
    /// The account under watch.
    pub watch: Option<Watch>,
    /// The ticket.
    pub ticket: Option<ForCall>,
    /// How the caller was verified; for nobody in particular where it is a list.
    pub verified: Option<ForCall>,
    /// Since when somebody is waited for, and which sign of the spinner shows (0 for none).
    pub busy: Option<(Duration, u8)>,
    /// True when it is left because nobody pressed a key.
    pub idled: bool,
    /// When a key was last pressed.
    pub touched: Duration,
    /// The message in the footer, and until when.
    pub toast: Option<(String, Duration)>,
    /// The requests as they were sent, oldest first.
    pub log: Vec<Exchange>,
    /// True while the lowest pane shows them.
    pub shows_log: bool,
    /// The first line of the lowest pane, counted from its end.
    pub scrolled: usize,
    /// How many lines of the lowest pane didn't show when it was drawn: it is scrolled over no more.
    pub hidden: usize,
    /// Until then letters are not commands: somebody is typing a name where keys act.
    pub typing_until: Duration,
    /// Set while the program waits for unlocks in flight before it ends; the moment at which it gives up.
    pub leaving: Option<Option<Duration>>,
}

impl State {
    /// The state at the start.
    #[must_use]
    pub fn new(session: Session, keymap: Keymap, providers: Vec<ProviderRow>, size: (u16, u16)) -> Self {
        let desk = Desk::new(providers.iter().map(|provider| provider.name.clone()));
        Self {
            now: Stamp::default(),
            revision: 1,
            session,
            keymap,
            providers,
            size,
            focus: Place::Query,
            desk,
            bulk: BulkTab::default(),
            locked: LockedTab::default(),
            ledger: LedgerTab::default(),
            checks: ProvidersTab::default(),
            marks: BTreeSet::new(),
            policy: Policy::default(),
            dialog: None,
            unlocks: Vec::new(),
            next_flow: 1,
            watch: None,
            ticket: None,
            verified: None,
            busy: None,
            idled: false,
            touched: Duration::ZERO,
            toast: None,
            log: Vec::new(),
            shows_log: false,
            scrolled: 0,
            hidden: 0,
            typing_until: Duration::ZERO,
            leaving: None,
        }
    }

    /// Where the next key is looked up.
    #[must_use]
    pub fn place(&self) -> Place {
        self.dialog.as_ref().map_or(self.focus, Dialog::place)
    }

    /// Something that shows has changed.
    pub fn changed(&mut self) {
        self.revision += 1;
    }

    /// Says something in the footer.
    pub fn say(&mut self, text: impl Into<String>) {
        self.toast = Some((text.into(), self.now.mono + TOAST));
        self.changed();
    }

    /// Says what went wrong.
    pub fn complain(&mut self, who: &str, problem: &Problem) {
        self.say(format!("{who}: {}", problem.line()));
    }

    /// Notes how a provider is doing.
    pub fn note_vitals(&mut self, name: &ProviderName, vitals: Vitals) {
        if let Some(row) = self.providers.iter_mut().find(|row| row.name == *name) {
            row.vitals = vitals;
        }
    }

    /// Keeps a line of the request log.
    pub fn note_exchange(&mut self, exchange: Exchange) {
        if self.log.len() >= LOG_LINES {
            self.log.remove(0);
        }
        self.log.push(exchange);
        if self.shows_log {
            self.changed();
        }
    }

    /// The ticket, where it holds for that person now.
    #[must_use]
    pub fn ticket_for(&self, person: &crate::flow::people::PersonKey) -> Option<&Untrusted> {
        let ticket = self.ticket.as_ref()?;
        let same = ticket.person.as_ref().is_none_or(|other| other == person);
        (same && self.now.mono < ticket.at + TICKET_LIFE).then_some(&ticket.text)
    }

    /// What the next unlock is recorded with: for the person on the desk, or for the list.
    #[must_use]
    pub fn papers(&self) -> Papers {
        if self.focus.is_bulk() {
            let verified = self.verified.as_ref().filter(|verified| verified.person.is_none());
            return Papers {
                ticket: self
                    .ticket
                    .as_ref()
                    .filter(|ticket| self.now.mono < ticket.at + TICKET_LIFE)
                    .map(|ticket| ticket.text.clone()),
                verified: verified.map(|verified| verified.text.clone()),
            };
        }
        let person = self.desk.shown.as_ref();
        let verified = self.verified.as_ref().filter(|verified| {
            verified.person.is_some() && verified.person.as_ref() == person && self.now.mono < verified.at + TICKET_LIFE
        });
        Papers {
            ticket: person.and_then(|person| self.ticket_for(person)).cloned(),
            verified: verified.map(|verified| verified.text.clone()),
        }
    }

    /// What stands against every unlock just now.
    #[must_use]
    pub fn standing(&self) -> Vec<Objection> {
        self.policy.standing(&self.papers(), &self.now.wall.to_zoned(self.session.host_zone.clone()))
    }

    /// What stands against unlocking this account, as far as the screen knows; the ledger's past is looked at last.
    #[must_use]
    pub fn objections(&self, account: &Account) -> Vec<Objection> {
        let (papers, operator) = (self.papers(), &self.session.operator_name);
        let asked = Asked { account, operator, papers: &papers, typed_id: false, in_list: false };
        self.policy.objections(&asked, &self.now.wall.to_zoned(self.session.host_zone.clone()), Past::default())
    }

    /// The unlock of that number.
    pub fn unlock_mut(&mut self, id: FlowId) -> Option<&mut DeskUnlock> {
        self.unlocks.iter_mut().find(|unlock| unlock.id == id)
    }

    /// How many unlocks have not ended.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.unlocks.iter().filter(|unlock| unlock.flow.outcome().is_none()).count() + self.bulk.in_flight()
    }

    /// The accounts that were unlocked in this session.
    #[must_use]
    pub fn unlocked_accounts(&self) -> HashSet<AccountKey> {
        let done = self
            .unlocks
            .iter()
            .filter(|one| one.flow.outcome().is_some_and(|(outcome, _)| outcome == Outcome::Unlocked));
        done.map(|one| one.flow.request().key.clone()).collect()
    }

    /// True while somebody is waited for who answers soon: a Mac that sleeps is nobody's delay.
    fn is_waiting(&self) -> bool {
        self.desk.search.is_pending()
            || !self.desk.reading.is_empty()
            || self.is_at_work()
            || self.bulk.planning > 0
            || self.bulk.freezing
            || !self.locked.asking.is_empty()
            || self.ledger.reading
            || !self.checks.checking.is_empty()
    }

    /// True while an unlock or a run is at work that doesn't just wait for a device.
    #[must_use]
    pub fn is_at_work(&self) -> bool {
        let at_work = |unlock: &DeskUnlock| unlock.flow.outcome().is_none() && !unlock.flow.waits_for_device();
        self.unlocks.iter().any(at_work) || self.bulk.in_flight() > 0
    }

    /// True when the next line would come too early: the answers to the last one are on their way.
    #[must_use]
    pub fn awaits_answers(&self) -> bool {
        self.is_waiting()
            || self.desk.search.wake().is_some()
            || self.desk.follow_due.is_some()
            || self.dialog.as_ref().is_some_and(|dialog| !dialog.hears())
            || self.bulk.is_scanning()
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
            self.bulk.wake(),
            self.spin_due(),
            self.policy.idle_lock.map(|idle| self.touched + idle),
        ];
        flows.chain(others.into_iter().flatten()).min()
    }
}

/// When accounts were read, on the runtime's clock.
pub type ReadAt = HashMap<crate::domain::AccountKey, Duration>;
