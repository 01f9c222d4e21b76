//! Who is locked now, in every provider, as pages arrive.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::Account;
use crate::domain::AccountKey;
use crate::domain::Problem;
use crate::domain::ProviderName;

use crate::screens::list_state::ListState;

/// More rows than anybody looks through; `unbolt locked` lists them all.
pub const MOST: usize = 5_000;

/// What comes of the question who is locked.
#[derive(Clone, Debug)]
pub enum LockedEvent {
    /// Somebody is.
    Account(Box<Account>),
    /// A part couldn't be read.
    Problem(ProviderName, Problem),
    /// So many were looked through, of so many where that is known.
    Paged(ProviderName, u64, Option<u64>),
    /// A provider has told all it can; what its list can't see.
    Done(ProviderName, usize, &'static str),
}

/// The tab.
#[derive(Clone, Debug, Default)]
pub struct LockedTab {
    /// Who is locked, in the order in which it was told.
    pub rows: Vec<Account>,
    /// Which line of them is selected, and by that whom; the account is what counts.
    pub lines: ListState,
    /// Accounts that go to the bulk list together.
    pub marks: BTreeSet<AccountKey>,
    /// Counts the questions: an answer to an older one is dropped.
    pub generation: u64,
    /// The providers that are still telling.
    pub asking: Vec<ProviderName>,
    /// What each provider's list can't see, or why it couldn't be read.
    pub remarks: Vec<(ProviderName, String)>,
    /// When it was asked.
    pub as_of: Option<Timestamp>,
}

impl LockedTab {
    /// The selected account.
    #[must_use]
    pub fn selected(&self) -> Option<&Account> {
        self.rows.get(self.lines.at)
    }

    /// Begins anew.
    pub fn ask(&mut self, providers: Vec<ProviderName>, now: Timestamp) {
        self.generation += 1;
        (self.asking, self.as_of) = (providers, Some(now));
        self.rows.clear();
        self.marks.clear();
        self.remarks.clear();
        self.lines.scroll(0);
    }

    /// Takes what was told; rows only ever come below the ones that are there.
    pub fn take(&mut self, news: LockedEvent) {
        match news {
            LockedEvent::Account(account) if self.rows.len() < MOST => self.rows.push(*account),
            LockedEvent::Account(account) => {
                let name = account.key.provider;
                let says = format!("only the first {MOST} are shown; `unbolt locked` lists them all");
                if !self.remarks.iter().any(|(own, remark)| *own == name && *remark == says) {
                    self.remarks.push((name, says));
                }
            }
            LockedEvent::Paged(..) => {}
            LockedEvent::Problem(name, problem) => {
                self.asking.retain(|other| *other != name);
                self.remarks.push((name, problem.line()));
            }
            LockedEvent::Done(name, _, blind) => {
                self.asking.retain(|other| *other != name);
                self.remarks.push((name, blind.to_owned()));
            }
        }
        self.lines.scroll(self.rows.len());
    }
}
