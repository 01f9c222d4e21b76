//! Who is locked now, in every system, as pages arrive. One row for each person.

mod asking;

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::{Account, AccountKey, Cause, Person, Problem, ProviderName};
use crate::flow::identity_linking::{self, LinkRules};
use crate::screens::list_state::{ListState, Rows, SortKey};
use crate::widgets::format;

/// More accounts than anybody looks through; `unbolt locked` lists them all.
pub const MOST: usize = 5_000;

/// The column that orders the rows at first: the latest lock on top.
const SINCE: usize = 4;

/// Where a system stands with the question.
#[derive(Clone, Debug, Default)]
pub struct SystemQuery {
    /// True while it is being asked.
    pub is_asking: bool,
    /// Why it, or a part of it, couldn't be read.
    pub problem: Option<Problem>,
    /// What its list can't see.
    pub blind_spot: &'static str,
    /// True when it has lists at all.
    pub can_list: bool,
    /// True when rows of an earlier answer stand in for this one.
    pub is_stale: bool,
    /// True when there are more than are kept.
    pub is_cut: bool,
}

/// The tab.
#[derive(Clone, Debug, Default)]
pub struct LockedTab {
    /// The locked accounts, in the order in which they were told.
    pub rows: Vec<Account>,
    /// The people behind them, a row each, with their locked accounts.
    pub people: Vec<Person>,
    /// Selection, filter and order of the people.
    pub list: ListState,
    /// Counts the questions: an answer to an older one is dropped.
    pub generation: u64,
    /// Every configured system, in the configuration's order.
    pub systems: Vec<(ProviderName, SystemQuery)>,
    /// When it was asked.
    pub as_of: Option<Timestamp>,
    /// How accounts become people.
    pub joining: LinkRules,
    by_key: HashMap<AccountKey, usize>,
}

impl LockedTab {
    /// The tab over these systems, each with whether it has a list.
    pub fn new(systems: impl IntoIterator<Item = (ProviderName, bool)>) -> Self {
        let system = |(name, can_list)| (name, SystemQuery { can_list, ..SystemQuery::default() });
        Self {
            list: ListState::sorted_by(SINCE),
            systems: systems.into_iter().map(system).collect(),
            ..Self::default()
        }
    }

    /// The account of that key.
    pub fn account(&self, key: &AccountKey) -> Option<&Account> {
        self.by_key.get(key).and_then(|at| self.rows.get(*at))
    }

    /// The accounts of a person's row.
    pub fn accounts(&self, row: usize) -> impl Iterator<Item = &Account> {
        let accounts = self.people.get(row).into_iter().flat_map(|person| &person.accounts);
        accounts.filter_map(|key| self.account(key))
    }

    /// The keys of a person's row.
    pub fn keys(&self, row: usize) -> Vec<AccountKey> {
        self.people.get(row).map(|person| person.accounts.clone()).unwrap_or_default()
    }

    /// The first account of the selected row that an unlock would be for.
    pub fn selected(&self) -> Option<&Account> {
        self.list.selected().and_then(|row| self.accounts(row).next())
    }

    /// The people anew, filtered and in order; the selection stays with its person.
    pub fn arrange(&mut self) {
        let selected = self.list.selected().map(|row| self.keys(row));
        self.by_key = self.rows.iter().enumerate().map(|(at, account)| (account.key.clone(), at)).collect();
        self.people = identity_linking::people(&self.rows, &self.joining);
        let mut list = std::mem::take(&mut self.list);
        // The rows have other places now: whom it was on is found again by the accounts.
        list.shown.clear();
        let (at, top) = (list.at, list.top);
        list.arrange(self);
        (list.at, list.top) = (at, top);
        self.list = list;
        let is_selected =
            |row: &usize| selected.as_ref().is_some_and(|keys| self.keys(*row).iter().any(|key| keys.contains(key)));
        match (0..self.people.len()).find(is_selected) {
            // Who hasn't moved yet stays on top.
            Some(row) if at > 0 => self.list.select(row),
            _ => self.list.scroll(),
        }
    }
}

impl Rows for LockedTab {
    fn count(&self) -> usize {
        self.people.len()
    }

    fn columns(&self) -> usize {
        7
    }

    fn text(&self, at: usize) -> String {
        let name = self.people.get(at).map(|person| person.name.as_data().to_owned()).unwrap_or_default();
        let accounts = self.accounts(at).map(|account| {
            let (why, short) = format::why(account);
            let (username, id) = (account.username.as_data(), account.key.id.as_data());
            format!("{username} {} {id} {why} {short}", account.key.provider)
        });
        std::iter::once(name).chain(accounts).collect::<Vec<_>>().join(" ")
    }

    fn key(&self, at: usize, column: usize) -> SortKey {
        let first = || self.accounts(at).next();
        match column {
            0 => SortKey::text(self.people.get(at).map_or("", |person| person.name.as_data())),
            1 => SortKey::text(first().map_or("", |account| account.username.as_data())),
            2 => SortKey::text(first().map_or("", |account| account.key.provider.as_str())),
            3 => SortKey::most(self.accounts(at).filter_map(|account| account.bad_logins.count).max()),
            SINCE => SortKey::latest(since(self.accounts(at))),
            5 => SortKey::earliest(until(self.accounts(at))),
            _ => SortKey::text(&first().map(|account| format::why(account).0).unwrap_or_default()),
        }
    }
}

/// Since when somebody is locked: the latest of the locks, which the call is about.
pub fn since<'a>(accounts: impl Iterator<Item = &'a Account>) -> Option<Timestamp> {
    accounts.filter_map(|account| account.lock.since()).max()
}

/// When the last of the locks opens by itself; none where one of them doesn't, or doesn't say.
pub fn until<'a>(accounts: impl Iterator<Item = &'a Account>) -> Option<Timestamp> {
    accounts.map(|account| account.lock.until()).collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// True when every one of the locks was set on purpose.
pub fn is_on_purpose<'a>(mut accounts: impl Iterator<Item = &'a Account>) -> bool {
    accounts.all(|account| account.lock.cause() == Some(Cause::Admin))
}
