//! The tabs. Which one shows follows from where keys go.

use super::keymap::KeyContext;

/// A tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// One caller.
    Desk,
    /// Who is locked now.
    Locked,
    /// Lists and runs.
    Lists,
    /// What was done.
    Ledger,
    /// How the systems are doing.
    Systems,
}

impl Tab {
    /// The tabs with their names, in the order of their numbers.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Desk, "1 Desk"),
        (Self::Locked, "2 Locked"),
        (Self::Lists, "3 Lists"),
        (Self::Ledger, "4 Ledger"),
        (Self::Systems, "5 Systems"),
    ];

    /// The tab that a place belongs to.
    pub fn of(place: KeyContext) -> Self {
        match place {
            KeyContext::Lists => Self::Lists,
            KeyContext::Locked => Self::Locked,
            KeyContext::Ledger => Self::Ledger,
            KeyContext::Systems => Self::Systems,
            _ => Self::Desk,
        }
    }
}
