//! The tabs. Which one shows follows from where keys go.

use crate::domain::word_enum::words;

use super::keymap::KeyContext;

words! {
    /// A tab, in the order of the numbers; the word is what stands in the head line.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Tab {
        /// One caller.
        Desk = "1 Desk",
        /// Who is locked now.
        Locked = "2 Locked",
        /// Lists and runs.
        Lists = "3 Lists",
        /// What was done.
        Ledger = "4 Ledger",
        /// How the systems are doing.
        Systems = "5 Systems",
    }
}

impl Tab {
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
