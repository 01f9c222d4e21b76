//! The desk: the search, its rows, the selected person and account. Selection follows the account and
//! never the row.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tui_input::Input;

use super::order::person_key;
use crate::domain::{Account, AccountKey, Person, ProviderName, Query};
use crate::flow::account_cache::AccountCache;
use crate::flow::identity_linking::{LinkRules, PersonKey};
use crate::flow::search::Search;
use crate::flow::{Call, identity_linking};

/// The rest after which the status pane follows the selection.
pub const FOLLOW: Duration = Duration::from_millis(150);
/// Callers who may call again.
const RECENT: usize = 9;
/// After this long a fact is marked as stale.
pub const STALE: Duration = Duration::from_secs(60);
/// Accounts that are known at once, about.
const MOST_KNOWN: usize = 150;
/// A person read less than this ago isn't read again just because the selection came back.
const FRESH: Duration = Duration::from_secs(10);

use super::accounts::{LookUp, RowKey};

/// The desk.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The text field.
    pub query: Input,
    /// True while the text is an earlier question's: the next letter takes its place.
    pub is_query_old: bool,
    /// What was asked before, the last first, and which of it stands in the field.
    pub history: (Vec<String>, Option<usize>),
    /// The column that orders the people; none is the usual order.
    pub sort: Option<usize>,
    /// Who was asked what.
    pub search: Search,
    /// What is known.
    pub cache: AccountCache,
    /// The people that fit the text, in a steady order.
    pub rows: Vec<Person>,
    /// The selected person.
    pub selected: Option<PersonKey>,
    /// True when the operator chose the selected person, by moving or by going to the list.
    pub picked: bool,
    /// The first visible row.
    pub top: usize,
    /// Rows that fit on the screen, as last drawn.
    pub page: usize,
    /// The person in the status pane.
    pub shown: Option<PersonKey>,
    /// The selected row of the account table.
    pub row: Option<RowKey>,
    /// True once the row was chosen: by the operator, or because everything above it is read.
    pub is_row_settled: bool,
    /// True when the unlock is asked for as soon as the person on screen is read; any other key ends that.
    pub asks_once_read: bool,
    /// When the status pane follows the selection.
    pub follow_due: Option<Duration>,
    /// Accounts that are being read.
    pub reading: HashSet<AccountKey>,
    /// When each account was read.
    pub read_at: HashMap<AccountKey, Duration>,
    /// The providers, in the configuration's order.
    pub providers: Vec<ProviderName>,
    /// How accounts become people.
    pub joining: LinkRules,
    /// The people who were looked at, the last one first: they stand on top while nothing is typed.
    pub recent: Vec<PersonKey>,
    /// The people behind all that is known, as of so many changes of the board: a letter joins nobody anew.
    joined: (u64, Vec<Person>),
    /// The look-ups that were made, so that none is made twice.
    pub look_ups: HashMap<(ProviderName, Query), LookUp>,
    /// What the person on the desk is looked up by.
    pub looked_up_by: Option<Query>,
}

impl Desk {
    /// An empty desk.
    pub fn new(providers: impl IntoIterator<Item = ProviderName>) -> Self {
        let providers: Vec<ProviderName> = providers.into_iter().collect();
        Self {
            query: Input::default(),
            is_query_old: false,
            history: (Vec::new(), None),
            sort: None,
            search: Search::new(providers.clone()),
            cache: AccountCache::default(),
            rows: Vec::new(),
            selected: None,
            picked: false,
            top: 0,
            page: 1,
            shown: None,
            row: None,
            is_row_settled: false,
            asks_once_read: false,
            follow_due: None,
            reading: HashSet::new(),
            read_at: HashMap::new(),
            providers,
            joining: LinkRules::default(),
            recent: Vec::new(),
            joined: (0, Vec::new()),
            look_ups: HashMap::new(),
            looked_up_by: None,
        }
    }

    /// The key of a row: its first account's.
    #[must_use]
    pub fn key_of(person: &Person) -> Option<&PersonKey> {
        person.accounts.first()
    }

    /// Where the selected person stands among the rows.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        let selected = self.selected.as_ref()?;
        self.rows.iter().position(|person| person.accounts.contains(selected))
    }

    /// Fits the rows to the text. With `reselect` (the operator typed) a selection that no longer fits
    /// moves to the first row, and to whom an emptied field begins with; otherwise it is only lost with its row. Until
    /// the operator has chosen somebody, who is called exactly what was typed is meant first.
    pub fn arrange(&mut self, reselect: bool) {
        let text = self.query.value().to_owned();
        if self.joined.0 != self.cache.changes() {
            self.joined = (self.cache.changes(), identity_linking::people(self.in_order(), &self.joining));
        }
        let fits = |person: &Person| {
            person.accounts.iter().filter_map(|key| self.cache.get(key)).any(|account| account.fits(&text))
        };
        self.rows = self.joined.1.iter().filter(|person| fits(person)).cloned().collect();
        if text.trim().is_empty() {
            let recent = &self.recent;
            let place = |person: &Person| recent.iter().position(|key| person.accounts.contains(key));
            self.rows.sort_by_key(|person| place(person).unwrap_or(usize::MAX));
        }
        if let Some(column) = self.sort {
            let cache = &self.cache;
            self.rows.sort_by_cached_key(|person| person_key(person, column, cache));
        }
        if reselect {
            self.picked = false;
        }
        let exact = self.rows.iter().find(|person| self.is_exactly(person, &text)).filter(|_| !self.picked);
        if let Some(key) = exact.and_then(Self::key_of).cloned() {
            self.selected = Some(key);
        } else if reselect && text.trim().is_empty() {
            self.selected = None;
        }
        // Nobody is selected for the operator before everybody has answered: rows may still come above.
        let is_first = self.selected.is_none() && !self.search.is_pending();
        if self.position().is_none() && (reselect || is_first) {
            self.selected = self.rows.first().and_then(Self::key_of).cloned();
            self.top = 0;
        }
        self.scroll();
    }

    fn is_exactly(&self, person: &Person, text: &str) -> bool {
        let accounts = person.accounts.iter().filter_map(|key| self.cache.get(key));
        !text.trim().is_empty() && accounts.into_iter().any(|account| account.is_exactly(text))
    }

    /// The accounts by provider, in the configuration's order, and within one as they were first seen: whoever
    /// answers first, the list reads the same.
    fn in_order(&self) -> Vec<&Account> {
        let mut accounts: Vec<&Account> = self.cache.iter().collect();
        accounts.sort_by_key(|account| self.providers.iter().position(|name| *name == account.key.provider));
        accounts
    }

    /// Moves the selection by rows; a page at a time scrolls by half a page.
    pub fn step(&mut self, by: isize) {
        self.picked = true;
        let last = self.rows.len().saturating_sub(1);
        let at = self.position().map_or(0, |at| at.saturating_add_signed(by).min(last));
        self.selected = self.rows.get(at).and_then(Self::key_of).cloned();
        self.scroll();
    }

    /// Keeps the selected row visible.
    pub fn scroll(&mut self) {
        self.top = crate::screens::list_state::top(self.position().unwrap_or(0), self.top, self.page, self.rows.len());
    }

    /// True when the selection nears the end of what was fetched.
    #[must_use]
    pub fn nears_end(&self) -> bool {
        self.position().is_some_and(|at| at + self.page >= self.rows.len())
    }

    /// The person in the status pane.
    #[must_use]
    pub fn person(&self) -> Option<Person> {
        let shown = self.shown.as_ref()?;
        let row = self.rows.iter().find(|person| person.accounts.contains(shown)).cloned();
        row.or_else(|| identity_linking::people(self.cache.get(shown), &self.joining).pop())
    }

    /// The accounts in the status pane.
    #[must_use]
    pub fn accounts(&self) -> Vec<&Account> {
        let keys = self.person().map(|person| person.accounts).unwrap_or_default();
        let mut accounts: Vec<&Account> = keys.iter().filter_map(|key| self.cache.get(key)).collect();
        let place = |account: &&Account| self.providers.iter().position(|name| *name == account.key.provider);
        accounts.sort_by_key(place);
        accounts
    }

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
    pub fn follow(&mut self, now: Duration, anew: bool) -> Vec<Call> {
        self.follow_due = None;
        if self.shown != self.selected {
            self.shown = self.selected.clone();
            (self.row, self.is_row_settled) = (None, false);
        }
        let keys: Vec<AccountKey> = self.accounts().iter().map(|account| account.key.clone()).collect();
        let mut calls = self.look_up_missing(anew);
        let reads = keys
            .into_iter()
            .filter(|key| {
                let fresh = self.read_at.get(key).is_some_and(|at| now < *at + FRESH);
                (anew || !fresh) && self.reading.insert(key.clone())
            })
            .map(Call::Read);
        calls.extend(reads);
        self.settle_row();
        calls
    }

    /// Asks for what isn't fresh of the person already shown; selects nobody.
    pub fn follow_shown(&mut self, now: Duration) -> Vec<Call> {
        if self.shown.is_none() {
            return Vec::new();
        }
        let (selected, due) = (self.selected.clone(), self.follow_due);
        self.selected.clone_from(&self.shown);
        let calls = self.follow(now, false);
        (self.selected, self.follow_due) = (selected, due);
        calls
    }

    /// Orders the people by the next column, and after the last in the usual way.
    pub fn sort_on(&mut self) {
        self.sort = match self.sort {
            None => Some(0),
            Some(at) if at < 2 => Some(at + 1),
            Some(_) => None,
        };
        self.arrange(false);
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
}
