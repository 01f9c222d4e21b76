//! The tabs: the desk, and lists that are looked at. Which one shows follows from where keys go.

pub mod ledger;
pub mod lines;
pub mod locked;
pub mod providers;

use super::action::Action;
use super::keymap::Place;

pub use lines::Lines;

/// A tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// One caller.
    Desk,
    /// Who is locked now.
    Locked,
    /// A list and its run.
    Bulk,
    /// What was done.
    Ledger,
    /// How the providers are doing.
    Providers,
}

impl Tab {
    /// The tabs, in the order of their numbers.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Desk, "1 Desk"),
        (Self::Locked, "2 Locked"),
        (Self::Bulk, "3 Bulk"),
        (Self::Ledger, "4 Ledger"),
        (Self::Providers, "5 Providers"),
    ];

    /// The tab that an action goes to.
    #[must_use]
    pub fn opened_by(action: Action) -> Option<Self> {
        match action {
            Action::Desk => Some(Self::Desk),
            Action::Locked => Some(Self::Locked),
            Action::Bulk => Some(Self::Bulk),
            Action::Ledger => Some(Self::Ledger),
            Action::Providers => Some(Self::Providers),
            _ => None,
        }
    }

    /// The tab that a place belongs to.
    #[must_use]
    pub fn of(place: Place) -> Self {
        match place {
            Place::Bulk | Place::BulkFilter => Self::Bulk,
            Place::Locked => Self::Locked,
            Place::Ledger => Self::Ledger,
            Place::Providers => Self::Providers,
            _ => Self::Desk,
        }
    }
}
