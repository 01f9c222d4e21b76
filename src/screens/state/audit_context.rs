//! What an unlock is recorded with, and what stands against it.

use std::time::Duration;

use crate::domain::{Account, AuditContext, ClockReading, Untrusted, UsageCounts};
use crate::flow::identity_linking::PersonKey;
use crate::policy::{Denial, PolicyInput};
use crate::screens::tab::Tab;

use crate::screens::state::State;

/// How long a ticket is taken for the same call.
const TICKET_LIFE: Duration = Duration::from_secs(15 * 60);

/// What holds for one call: a ticket, a way of verification. For one person and a quarter of an hour.
#[derive(Clone, Debug, PartialEq)]
pub struct PerCall {
    /// What was said.
    pub text: Untrusted,
    /// For whom it was given; none until an unlock uses it.
    pub person: Option<PersonKey>,
    /// When it was given or used last.
    pub at: Duration,
}

impl PerCall {
    /// True while it is taken for the same call.
    pub fn holds(&self, now: ClockReading) -> bool {
        now.mono < self.at + TICKET_LIFE
    }
}

impl State {
    /// The ticket, where it holds for that person now.
    pub fn ticket_for(&self, person: &PersonKey) -> Option<&Untrusted> {
        let ticket = self.ticket.as_ref().filter(|ticket| ticket.holds(self.now))?;
        ticket.person.as_ref().is_none_or(|other| other == person).then_some(&ticket.text)
    }

    /// What the next unlock is recorded with: for the person on the desk, or for the list.
    pub fn audit(&self) -> AuditContext {
        let text = |call: &PerCall| call.text.clone();
        if self.tab() == Tab::Lists {
            let verified = self.verified.as_ref().filter(|verified| verified.person.is_none());
            let ticket = self.ticket.as_ref().filter(|ticket| ticket.holds(self.now));
            return AuditContext { ticket: ticket.map(text), verified: verified.map(text) };
        }
        let person = self.desk.shown.as_ref();
        let is_theirs =
            |call: &&PerCall| call.person.is_some() && call.person.as_ref() == person && call.holds(self.now);
        AuditContext {
            ticket: person.and_then(|person| self.ticket_for(person)).cloned(),
            verified: self.verified.as_ref().filter(is_theirs).map(text),
        }
    }

    /// What stands against every unlock just now.
    pub fn standing(&self) -> Vec<Denial> {
        self.policy.standing(&self.audit(), &self.now.wall.to_zoned(self.session.host_zone.clone()))
    }

    /// What stands against unlocking this account, as far as the screen knows; what was unlocked before is counted last.
    pub fn objections(&self, account: &Account) -> Vec<Denial> {
        let (audit, operator) = (self.audit(), &self.session.operator_name);
        let asked = PolicyInput { account, operator, audit: &audit, typed_id: false, in_list: false };
        self.policy.objections(&asked, &self.now.wall.to_zoned(self.session.host_zone.clone()), UsageCounts::default())
    }
}
