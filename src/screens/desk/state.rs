//! The desk: the search, its rows, the selected person and account. Selection follows the account and
//! never the row.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tui_input::Input;

use crate::domain::Account;
use crate::domain::AccountKey;
use crate::domain::Match;
use crate::domain::Person;
use crate::domain::ProviderName;
use crate::domain::Query;
use crate::flow::Call;
use crate::flow::board::Board;
use crate::flow::people;
use crate::flow::people::Joining;
use crate::flow::people::PersonKey;
use crate::flow::search::Search;

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

/// The desk.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The text field.
    pub query: Input,
    /// Who was asked what.
    pub search: Search,
    /// What is known.
    pub board: Board,
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
    /// The selected account in the status pane.
    pub account: Option<AccountKey>,
    /// When the status pane follows the selection.
    pub follow_due: Option<Duration>,
    /// Accounts that are being read.
    pub reading: HashSet<AccountKey>,
    /// When each account was read.
    pub read_at: HashMap<AccountKey, Duration>,
    /// The providers, in the configuration's order.
    pub providers: Vec<ProviderName>,
    /// How accounts become people.
    pub joining: Joining,
    /// The people who were looked at, the last one first: they stand on top while nothing is typed.
    pub recent: Vec<PersonKey>,
    /// The people behind all that is known, as of so many changes of the board: a letter joins nobody anew.
    joined: (u64, Vec<Person>),
    /// The look-ups that were made, so that none is made twice.
    pub looked_up: HashSet<(ProviderName, Query)>,
}

impl Desk {
    /// An empty desk.
    pub fn new(providers: impl IntoIterator<Item = ProviderName>) -> Self {
        let providers: Vec<ProviderName> = providers.into_iter().collect();
        Self {
            query: Input::default(),
            search: Search::new(providers.clone()),
            board: Board::default(),
            rows: Vec::new(),
            selected: None,
            picked: false,
            top: 0,
            page: 1,
            shown: None,
            account: None,
            follow_due: None,
            reading: HashSet::new(),
            read_at: HashMap::new(),
            providers,
            joining: Joining::default(),
            recent: Vec::new(),
            joined: (0, Vec::new()),
            looked_up: HashSet::new(),
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
        if self.joined.0 != self.board.changes() {
            self.joined = (self.board.changes(), people::people(self.in_order(), &self.joining));
        }
        let fits = |person: &Person| {
            person.accounts.iter().filter_map(|key| self.board.get(key)).any(|account| account.fits(&text))
        };
        self.rows = self.joined.1.iter().filter(|person| fits(person)).cloned().collect();
        if text.trim().is_empty() {
            let recent = &self.recent;
            let place = |person: &Person| recent.iter().position(|key| person.accounts.contains(key));
            self.rows.sort_by_key(|person| place(person).unwrap_or(usize::MAX));
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
        let accounts = person.accounts.iter().filter_map(|key| self.board.get(key));
        !text.trim().is_empty() && accounts.into_iter().any(|account| account.is_exactly(text))
    }

    /// The accounts by provider, in the configuration's order, and within one as they were first seen: whoever
    /// answers first, the list reads the same.
    fn in_order(&self) -> Vec<&Account> {
        let mut accounts: Vec<&Account> = self.board.iter().collect();
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
        row.or_else(|| people::people(self.board.get(shown), &self.joining).pop())
    }

    /// The accounts in the status pane.
    #[must_use]
    pub fn accounts(&self) -> Vec<&Account> {
        let keys = self.person().map(|person| person.accounts).unwrap_or_default();
        let mut accounts: Vec<&Account> = keys.iter().filter_map(|key| self.board.get(key)).collect();
        let place = |account: &&Account| self.providers.iter().position(|name| *name == account.key.provider);
        accounts.sort_by_key(place);
        accounts
    }

    /// The selected account, if it is still there.
    #[must_use]
    pub fn selected_account(&self) -> Option<&Account> {
        let key = self.account.as_ref()?;
        self.accounts().into_iter().find(|account| account.key == *key)
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
            self.account = None;
        }
        let keys: Vec<AccountKey> = self.accounts().iter().map(|account| account.key.clone()).collect();
        self.select_account(&keys);
        let mut calls = self.look_ups();
        let reads = keys
            .into_iter()
            .filter(|key| {
                let fresh = self.read_at.get(key).is_some_and(|at| now < *at + FRESH);
                (anew || !fresh) && self.reading.insert(key.clone())
            })
            .map(Call::Read);
        calls.extend(reads);
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

    /// The questions to providers in which the person has no known account: by e-mail address, else by user name.
    fn look_ups(&mut self) -> Vec<Call> {
        let accounts = self.accounts();
        let email = accounts.iter().find_map(|account| account.email.as_ref()).map(|email| email.as_data().to_owned());
        let Some(text) = email.or_else(|| accounts.first().map(|account| account.username.as_data().to_owned())) else {
            return Vec::new();
        };
        let query = Query::new(&text, Match::Exact);
        let missing = |name: &&ProviderName| accounts.iter().all(|account| account.key.provider != **name);
        let missing: Vec<ProviderName> = self.providers.iter().filter(missing).cloned().collect();
        missing
            .into_iter()
            .filter(|name| self.looked_up.insert((name.clone(), query.clone())))
            .map(|provider| Call::Lookup { provider, query: query.clone() })
            .collect()
    }

    /// Selects an account where none is: the first locked one, else the first.
    fn select_account(&mut self, keys: &[AccountKey]) {
        if self.account.as_ref().is_none_or(|key| !keys.contains(key)) {
            let locked = keys.iter().find(|key| self.board.get(key).is_some_and(|account| account.lock.is_locked()));
            self.account = locked.or_else(|| keys.first()).cloned();
        }
    }

    /// Forgets whom nobody looks at any more, so that a long day costs no more than a short one. Who is on the screen,
    /// who was looked at last, and the others that are named stay.
    pub fn forget_old(&mut self, others: &HashSet<AccountKey>) {
        // Only now and then: a list that is scrolled through is not forgotten while it grows.
        if self.board.len() <= MOST_KNOWN + MOST_KNOWN / 4 {
            return;
        }
        let is_meant = |key: &AccountKey| {
            self.selected.as_ref() == Some(key) || self.shown.as_ref() == Some(key) || self.recent.contains(key)
        };
        let named = self.joined.1.iter().filter(|person| person.accounts.iter().any(is_meant)).cloned();
        let visible = self.rows.iter().skip(self.top).take(self.page.max(1)).cloned();
        let kept: HashSet<AccountKey> =
            named.chain(visible).flat_map(|person| person.accounts).chain(others.iter().cloned()).collect();
        self.board.forget(MOST_KNOWN, |key| kept.contains(key));
        self.read_at.retain(|key, _| self.board.get(key).is_some());
        // Their other accounts are looked for anew.
        self.looked_up.clear();
        self.arrange(false);
    }

    /// True when the fact is older than [`STALE`].
    #[must_use]
    pub fn is_stale(&self, key: &AccountKey, now: Duration) -> bool {
        self.read_at.get(key).is_some_and(|at| now >= *at + STALE)
    }

    /// When the next fact in the status pane becomes stale.
    #[must_use]
    pub fn stale_due(&self, now: Duration) -> Option<Duration> {
        let due = |account: &&Account| self.read_at.get(&account.key).map(|at| *at + STALE).filter(|due| *due > now);
        self.accounts().iter().filter_map(due).min()
    }
}
