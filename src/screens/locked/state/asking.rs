//! Asking the systems who is locked, and taking their answers.

use jiff::Timestamp;

use crate::domain::{LockedQueryEvent, ProviderName};

use super::{LockedTab, MOST, SystemQuery};

impl LockedTab {
    /// True while a system is being asked.
    pub fn is_asking(&self) -> bool {
        self.systems.iter().any(|(_, system)| system.is_asking)
    }

    /// Begins anew; what was told before stays until each system has answered.
    pub fn ask(&mut self, now: Timestamp) {
        self.generation += 1;
        self.as_of = Some(now);
        for (_, system) in &mut self.systems {
            *system =
                SystemQuery { is_asking: true, can_list: system.can_list, is_stale: true, ..SystemQuery::default() };
        }
    }

    /// Takes what was told.
    pub fn take(&mut self, event: LockedQueryEvent) {
        match event {
            LockedQueryEvent::Accounts(name, accounts) => {
                self.renew(&name);
                let room = MOST.saturating_sub(self.rows.len());
                let is_cut = accounts.len() > room;
                self.rows.extend(accounts.into_iter().take(room));
                self.system(&name, |system| system.is_cut |= is_cut);
            }
            LockedQueryEvent::Paged(..) => return,
            LockedQueryEvent::Problem(name, problem) => self.system(&name, |system| {
                system.is_asking = false;
                system.problem = Some(problem);
            }),
            LockedQueryEvent::Done(name, _, blind_spot) => {
                self.renew(&name);
                self.system(&name, |system| (system.is_asking, system.blind_spot) = (false, blind_spot));
            }
        }
        self.arrange();
    }

    /// With a system's first answer its earlier rows go.
    pub(super) fn renew(&mut self, name: &ProviderName) {
        let mut is_first = false;
        self.system(name, |system| is_first = std::mem::take(&mut system.is_stale));
        if is_first {
            self.rows.retain(|account| account.key.provider != *name);
        }
    }

    pub(super) fn system(&mut self, name: &ProviderName, change: impl FnOnce(&mut SystemQuery)) {
        if let Some((_, system)) = self.systems.iter_mut().find(|(other, _)| other == name) {
            change(system);
        }
    }

    /// How many accounts of a system are listed.
    pub fn count(&self, name: &ProviderName) -> usize {
        self.rows.iter().filter(|account| account.key.provider == *name).count()
    }
}
