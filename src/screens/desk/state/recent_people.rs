//! What is kept of whom: recent people and queries, the followed account, what is stale, and what is forgotten.

use std::collections::HashSet;
use std::time::Duration;

use crate::domain::{Account, AccountKey};
use crate::flow::EngineCall;
use crate::flow::identity_linking::PersonKey;

use super::{Desk, FRESH, MOST_KNOWN, RECENT, STALE};

impl Desk {
    /// Notes what was asked, so that it can be recalled.
    pub fn remember_query(&mut self) {
        let text = self.query.value().trim().to_owned();
        if !text.is_empty() {
            self.history.0.retain(|other| *other != text);
            self.history.0.insert(0, text);
            self.history.0.truncate(RECENT);
        }
        self.history.1 = None;
    }

    /// Notes that somebody was looked at.
    pub fn remember(&mut self, key: &PersonKey) {
        self.recent.retain(|other| other != key);
        self.recent.insert(0, key.clone());
        self.recent.truncate(RECENT);
    }

    /// Shows the selected person in the status pane and asks for what isn't fresh.
    pub fn follow(&mut self, now: Duration, anew: bool) -> Vec<EngineCall> {
        self.follow_due = None;
        if self.shown != self.selected {
            self.shown = self.selected.clone();
            (self.row, self.is_row_settled) = (None, false);
        }
        self.read_shown(now, anew)
    }

    /// Asks for what isn't fresh of the person already shown; selects nobody.
    pub fn follow_shown(&mut self, now: Duration) -> Vec<EngineCall> {
        if self.shown.is_some() { self.read_shown(now, false) } else { Vec::new() }
    }

    fn read_shown(&mut self, now: Duration, anew: bool) -> Vec<EngineCall> {
        let keys: Vec<AccountKey> = self.accounts().iter().map(|account| account.key.clone()).collect();
        let mut calls = self.look_up_missing(anew);
        for key in keys {
            let is_due = anew || self.read_at.get(&key).is_none_or(|at| now >= *at + FRESH);
            if is_due && self.reading.insert(key.clone()) {
                calls.push(EngineCall::Read(key));
            }
        }
        self.settle_row();
        calls
    }

    /// Forgets whom nobody looks at any more, so that a long day costs no more than a short one. Who is on the screen,
    /// who was looked at last, and the others that are named stay.
    pub fn forget_old(&mut self, others: &HashSet<AccountKey>) {
        // Only now and then: a list that is scrolled through is not forgotten while it grows.
        if self.cache.len() <= MOST_KNOWN + MOST_KNOWN / 4 {
            return;
        }
        let is_meant = |key: &AccountKey| {
            self.selected.as_ref() == Some(key) || self.shown.as_ref() == Some(key) || self.recent.contains(key)
        };
        let named = self.joined.1.iter().filter(|person| person.accounts.iter().any(is_meant)).cloned();
        let visible = self.rows.iter().skip(self.top).take(self.page.max(1)).cloned();
        let kept: HashSet<AccountKey> =
            named.chain(visible).flat_map(|person| person.accounts).chain(others.iter().cloned()).collect();
        self.cache.forget(MOST_KNOWN, |key| kept.contains(key));
        self.read_at.retain(|key, _| self.cache.get(key).is_some());
        // Their other accounts are looked for anew.
        self.look_ups.clear();
        self.arrange(false);
    }

    /// True when the fact is older than [`STALE`].
    pub fn is_stale(&self, key: &AccountKey, now: Duration) -> bool {
        self.read_at.get(key).is_some_and(|at| now >= *at + STALE)
    }

    /// When the next fact in the status pane becomes stale.
    pub fn stale_due(&self, now: Duration) -> Option<Duration> {
        let due = |account: &&Account| self.read_at.get(&account.key).map(|at| *at + STALE).filter(|due| *due > now);
        self.accounts().iter().filter_map(due).min()
    }
}
