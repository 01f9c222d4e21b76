//! The tabs: the desk, and lists that are looked at. Which one shows follows from where keys go.

use crate::screens::action::Action;
use crate::screens::keymap::KeyContext;

/// A tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// One caller.
    Desk,
    /// Who is locked now.
    Locked,
    /// A list and its run.
    Lists,
    /// What was done.
    Ledger,
    /// How the providers are doing.
    Systems,
}

impl Tab {
    /// The tabs, in the order of their numbers.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Desk, "1 Desk"),
        (Self::Locked, "2 Locked"),
        (Self::Lists, "3 Bulk"),
        (Self::Ledger, "4 Ledger"),
        (Self::Systems, "5 Providers"),
    ];

    /// The tab that an action goes to.
    #[must_use]
    pub fn opened_by(action: Action) -> Option<Self> {
        match action {
            Action::Desk => Some(Self::Desk),
            Action::Locked => Some(Self::Locked),
            Action::Lists => Some(Self::Lists),
            Action::Ledger => Some(Self::Ledger),
            Action::Systems => Some(Self::Systems),
            _ => None,
        }
    }

    /// The tab that a place belongs to.
    #[must_use]
    pub fn of(place: KeyContext) -> Self {
        match place {
            KeyContext::Lists | KeyContext::Filter => Self::Lists,
            KeyContext::Locked => Self::Locked,
            KeyContext::Ledger => Self::Ledger,
            KeyContext::Systems => Self::Systems,
            _ => Self::Desk,
        }
    }
}
