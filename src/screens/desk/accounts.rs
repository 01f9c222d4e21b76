//! The accounts of the person on the desk: a row for every system, what is looked up, and which row is selected.

use crate::domain::{Account, AccountKey, MatchMode, Person, Problem, ProviderName, Query};
use crate::flow::EngineCall;
use crate::flow::search::SearchProgress;
use crate::policy::consent::opens_ordinarily;

use super::state::Desk;

/// Where a look-up of the person's account in one system stands.
#[derive(Clone, Debug, PartialEq)]
pub enum LookUp {
    /// It was asked.
    Asked,
    /// It has answered.
    Answered,
    /// It couldn't answer.
    Failed(Box<Problem>),
}

/// One row of the account table: every configured system has at least one.
#[derive(Clone, Copy, Debug)]
pub enum SystemRow<'a> {
    /// An account of the person.
    Account(&'a Account),
    /// The system is being asked.
    Reading(&'a ProviderName),
    /// It couldn't be read.
    NotRead(&'a ProviderName, &'a Problem),
    /// It has answered, and knows no account of this person.
    NoAccount(&'a ProviderName),
}

impl<'a> SystemRow<'a> {
    /// The system.
    pub fn system(self) -> &'a ProviderName {
        match self {
            Self::Account(account) => &account.key.provider,
            Self::Reading(name) | Self::NotRead(name, _) | Self::NoAccount(name) => name,
        }
    }

    /// Why it, or its account, couldn't be read.
    pub fn problem(self) -> Option<&'a Problem> {
        match self {
            Self::Account(account) => account.lock.problem(),
            Self::NotRead(_, problem) => Some(problem),
            Self::Reading(_) | Self::NoAccount(_) => None,
        }
    }
}

/// The selected row of the account table.
#[derive(Clone, Debug, PartialEq)]
pub enum RowKey {
    /// An account.
    Account(AccountKey),
    /// A system without one.
    System(ProviderName),
}

impl Desk {
    /// The rows of the account table: every configured system, in the configuration's order.
    pub fn system_rows(&self) -> Vec<SystemRow<'_>> {
        let accounts = self.accounts();
        let mut rows = Vec::new();
        // Nobody is looked at: only systems that can't answer are told of.
        if self.shown.is_none() && !self.search.is_pending() && self.search.was_asked() {
            let failed = self.providers.iter().map(|name| self.without_account(name));
            return failed.filter(|row| matches!(row, SystemRow::NotRead(..))).collect();
        }
        for name in &self.providers {
            let own = accounts.iter().filter(|account| account.key.provider == *name);
            let before = rows.len();
            rows.extend(own.copied().map(SystemRow::Account));
            if rows.len() == before {
                rows.push(self.without_account(name));
            }
        }
        rows
    }

    fn without_account<'a>(&'a self, name: &'a ProviderName) -> SystemRow<'a> {
        let query = self.looked_up_by.as_ref().filter(|_| self.shown.is_some());
        let look_up = query.and_then(|query| self.look_ups.get(&(name.clone(), query.clone())));
        match (look_up, self.search.progress(name)) {
            (Some(LookUp::Answered), _) => SystemRow::NoAccount(name),
            (Some(LookUp::Failed(problem)), _) => SystemRow::NotRead(name, problem),
            (None, SearchProgress::Failed(problem)) => SystemRow::NotRead(name, problem),
            (None, SearchProgress::Answered { .. }) if self.shown.is_none() => SystemRow::NoAccount(name),
            _ => SystemRow::Reading(name),
        }
    }

    /// The systems of which a person's state isn't known, because they couldn't be read.
    pub fn unread_systems<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = &'a ProviderName> {
        let failed = |name: &&ProviderName| {
            let mut own = person.accounts.iter().filter(|key| key.provider == **name).peekable();
            if own.peek().is_some() {
                return own.any(|key| self.cache.get(key).is_some_and(|account| account.lock.problem().is_some()));
            }
            matches!(self.search.progress(name), SearchProgress::Failed(_))
                || self.shown.as_ref().is_some_and(|key| person.accounts.contains(key))
                    && matches!(self.without_account(name), SystemRow::NotRead(..))
        };
        self.providers.iter().filter(failed)
    }

    /// The selected row's place in the account table.
    pub fn row_position(&self) -> Option<usize> {
        let wanted = self.row.as_ref()?;
        self.system_rows().iter().position(|row| match (row, wanted) {
            (SystemRow::Account(account), RowKey::Account(key)) => account.key == *key,
            (SystemRow::Account(_), RowKey::System(_)) => false,
            (row, RowKey::System(name)) => row.system() == name,
            (row, RowKey::Account(key)) => *row.system() == key.provider,
        })
    }

    /// Selects a row of the account table by its place, as the operator.
    pub fn choose_row(&mut self, at: usize) {
        let row = self.system_rows().get(at).map(key_of_row);
        if row.is_some() {
            (self.row, self.is_row_settled) = (row, true);
        }
    }

    /// The key of the selected account.
    pub fn account(&self) -> Option<&AccountKey> {
        match self.row.as_ref()? {
            RowKey::Account(key) => Some(key),
            RowKey::System(_) => None,
        }
    }

    /// The selected account, if it is still there.
    pub fn selected_account(&self) -> Option<&Account> {
        let key = self.account()?;
        self.accounts().into_iter().find(|account| account.key == *key)
    }

    /// The systems that are still being read for the person on the desk.
    pub fn still_reading(&self) -> Vec<&str> {
        self.system_rows().iter().filter(|row| self.is_reading(row)).map(|row| row.system().as_str()).collect()
    }

    fn is_reading(&self, row: &SystemRow<'_>) -> bool {
        match row {
            SystemRow::Account(account) => self.reading.contains(&account.key),
            SystemRow::Reading(_) => true,
            SystemRow::NotRead(..) | SystemRow::NoAccount(_) => false,
        }
    }

    /// Selects the first row that an ordinary unlock opens, once everything above it is read; else, once everything is
    /// read, the first locked one, or the first. The operator's own choice stays.
    pub fn settle_row(&mut self) {
        let rows = self.system_rows();
        let is_there = self.row_position().is_some();
        if self.is_row_settled && is_there {
            return;
        }
        let opens = |row: &&SystemRow<'_>| matches!(row, SystemRow::Account(account) if opens_ordinarily(account));
        let locked = |row: &&SystemRow<'_>| matches!(row, SystemRow::Account(account) if account.lock.is_locked());
        let known = rows.iter().take_while(|row| !self.is_reading(row));
        let all_known = known.clone().count() == rows.len();
        let otherwise = || rows.iter().find(locked).or_else(|| rows.first()).filter(|_| all_known);
        let settled = known.clone().find(opens).or_else(otherwise);
        let row = settled.or_else(|| rows.first()).map(key_of_row);
        let is_settled = settled.is_some();
        if is_settled || !is_there {
            self.row = row;
        }
        self.is_row_settled = is_settled;
    }

    /// The questions to systems in which the person has no known account: by e-mail address, else by user name. What
    /// failed is asked again when it is wanted `anew`.
    pub(super) fn look_up_missing(&mut self, anew: bool) -> Vec<EngineCall> {
        let accounts = self.accounts();
        let email = accounts.iter().find_map(|account| account.email.as_ref()).map(|email| email.as_data().to_owned());
        let Some(text) = email.or_else(|| accounts.first().map(|account| account.username.as_data().to_owned())) else {
            self.looked_up_by = None;
            return Vec::new();
        };
        let query = Query::new(&text, MatchMode::Exact);
        let is_missing = |name: &&ProviderName| accounts.iter().all(|account| account.key.provider != **name);
        let asks = |name: &&ProviderName| match self.look_ups.get(&((*name).clone(), query.clone())) {
            None => true,
            Some(LookUp::Failed(_)) => anew,
            Some(LookUp::Asked | LookUp::Answered) => false,
        };
        let asked: Vec<ProviderName> = self.providers.iter().filter(is_missing).filter(asks).cloned().collect();
        self.looked_up_by = Some(query.clone());
        self.look_ups.extend(asked.iter().map(|name| ((name.clone(), query.clone()), LookUp::Asked)));
        asked.into_iter().map(|provider| EngineCall::Lookup { provider, query: query.clone() }).collect()
    }
}

fn key_of_row(row: &SystemRow<'_>) -> RowKey {
    match row {
        SystemRow::Account(account) => RowKey::Account(account.key.clone()),
        row => RowKey::System(row.system().clone()),
    }
}
