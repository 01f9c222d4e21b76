//! Where a key is pressed.

use crate::domain::word_enum::words;

words! {
    /// Where a key is pressed; the word is its name in a keymap.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum KeyContext {
        /// Any place that doesn't say otherwise.
        Everywhere = "everywhere",
        /// Typing a name.
        Query = "query",
        /// The list of people.
        People = "people",
        /// The accounts of one person.
        Status = "status",
        /// The steps of an unlock, or the request log.
        Progress = "progress",
        /// The rows of a list, and of a run.
        Lists = "lists",
        /// Typing the filter of a list.
        Filter = "filter",
        /// Who is locked.
        Locked = "locked",
        /// What was done.
        Ledger = "ledger",
        /// How the providers are doing.
        Systems = "systems",
        /// A question answered by a key.
        Confirm = "confirm",
        /// A question answered by text.
        Text = "text",
        /// A question answered by the path of a file.
        Path = "path",
        /// The help.
        Help = "help",
        /// Choosing from a list: an action by its name, one of several accounts.
        Palette = "palette",
    }
}

impl KeyContext {
    /// True where letters are text.
    pub fn is_typing(self) -> bool {
        matches!(self, Self::Query | Self::Filter | Self::Text | Self::Path | Self::Help | Self::Palette)
    }

    /// True where something is looked through rather than asked.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Help | Self::Palette)
    }

    /// True where the keys of [`KeyContext::Everywhere`] don't reach: a question wants its answer first.
    pub(super) fn is_closed(self) -> bool {
        matches!(self, Self::Confirm | Self::Text | Self::Path | Self::Help | Self::Palette)
    }
}
