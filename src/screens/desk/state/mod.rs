//! The desk: the search, its rows, the selected person and account. Selection follows the account and
//! never the row.

mod order;
mod recent_people;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tui_input::Input;

use crate::domain::{Account, AccountKey, Person, ProviderName, Query};
use crate::flow::account_cache::AccountCache;
use crate::flow::identity_linking::{self, LinkRules, PersonKey};
use crate::flow::search::SearchFlow;

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
#[derive(Clone, Debug, Default)]
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
    pub search: SearchFlow,
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
        Self { search: SearchFlow::new(providers.clone()), page: 1, providers, ..Self::default() }
    }

    /// The key of a row: its first account's.
    pub fn key_of(person: &Person) -> Option<&PersonKey> {
        person.accounts.first()
    }

    /// The person in the status pane.
    pub fn person(&self) -> Option<Person> {
        let shown = self.shown.as_ref()?;
        let row = self.rows.iter().find(|person| person.accounts.contains(shown)).cloned();
        row.or_else(|| identity_linking::people(self.cache.get(shown), &self.joining).pop())
    }

    /// The accounts in the status pane.
    pub fn accounts(&self) -> Vec<&Account> {
        let keys = self.person().map(|person| person.accounts).unwrap_or_default();
        self.in_order(keys.iter().filter_map(|key| self.cache.get(key)))
    }
}
