//! What is asked of a provider's search and of its list of the locked, and what comes back.

use super::case_folding::composed;
use super::{Account, Problem, ProviderName, Untrusted};

/// How a text has to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchMode {
    /// An exact user name, e-mail address, employee id or account id.
    Exact,
    /// The start of a user name, e-mail address, given or family name; an empty text is everybody.
    Prefix,
}

/// A search for people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// What the operator typed, trimmed. It is data for the provider like any other text.
    pub text: Untrusted,
    /// How it has to match.
    pub how: MatchMode,
}

impl Query {
    /// A query; surrounding white space means nothing, and `Lovelace, Ada` is `Ada Lovelace` as an address book has it.
    ///
    /// ```
    /// use unbolt::domain::{MatchMode, Query};
    ///
    /// assert_eq!(Query::new(" Lovelace, Ada ", MatchMode::Prefix), Query::new("Ada Lovelace", MatchMode::Prefix));
    /// ```
    pub fn new(text: &str, how: MatchMode) -> Self {
        Self { text: given_name_first(&composed(text)).into(), how }
    }
}

/// A name whose family name stands first behind a comma, the other way round; any other text trimmed.
pub fn given_name_first(text: &str) -> String {
    match text.split_once(',') {
        Some((family, given)) if !family.trim().is_empty() && !given.trim().is_empty() && !given.contains(',') => {
            format!("{} {}", given.trim(), family.trim())
        }
        _ => text.trim().to_owned(),
    }
}

/// Where the next page starts: the provider's own token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(pub Untrusted);

impl Cursor {
    /// The number that a server counts its pages or rows by; 0 at the start.
    pub fn number(from: Option<&Self>) -> usize {
        from.and_then(|from| from.0.as_data().parse().ok()).unwrap_or(0)
    }
}

/// One page of hits. Rows that couldn't be understood are problems beside the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The hits; their lock state may be unread.
    pub accounts: Vec<Account>,
    /// One problem per unreadable row.
    pub problems: Vec<Problem>,
    /// The start of the next page; none on the last.
    pub next: Option<Cursor>,
    /// How many hits the provider says there are in all.
    pub total: Option<u64>,
    /// How many rows the page was picked from.
    pub looked_at: u64,
    /// What the rows were made of, so that a page that comes again is known; none where there is one page only.
    pub fingerprint: Option<u64>,
    /// True when the system itself resolved the text as an id: what it found needs no second comparison.
    pub is_resolved: bool,
    /// Why rows may be missing; none when the list is whole.
    pub incomplete: Option<Problem>,
}

/// What comes of the question who is locked.
#[derive(Clone, Debug)]
pub enum LockedQueryEvent {
    /// These are: one page of a system's list.
    Accounts(ProviderName, Vec<Account>),
    /// A part couldn't be read.
    Problem(ProviderName, Problem),
    /// So many were looked through, of so many where that is known.
    Paged(ProviderName, u64, Option<u64>),
    /// A system has told all it can; what its list can't see.
    Done(ProviderName, usize, &'static str),
}
