//! Where a key is pressed.

use super::FORMER;

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyContext {
    /// Any place that doesn't say otherwise.
    Everywhere,
    /// Typing a name.
    Query,
    /// The list of people.
    People,
    /// The accounts of one person.
    Status,
    /// The steps of an unlock, or the request log.
    Progress,
    /// The rows of a list, and of a run.
    Lists,
    /// Typing the filter of a list.
    Filter,
    /// Who is locked.
    Locked,
    /// What was done.
    Ledger,
    /// How the providers are doing.
    Systems,
    /// A question answered by a key.
    Confirm,
    /// A question answered by text.
    Text,
    /// A question answered by the path of a file.
    Path,
    /// The help.
    Help,
    /// Choosing from a list: an action by its name, one of several accounts.
    Palette,
}

impl KeyContext {
    pub(super) const TABLE: [(Self, &'static str); 15] = [
        (Self::Everywhere, "everywhere"),
        (Self::Query, "query"),
        (Self::People, "people"),
        (Self::Status, "status"),
        (Self::Progress, "progress"),
        (Self::Lists, "lists"),
        (Self::Filter, "filter"),
        (Self::Locked, "locked"),
        (Self::Ledger, "ledger"),
        (Self::Systems, "systems"),
        (Self::Confirm, "confirm"),
        (Self::Text, "text"),
        (Self::Path, "path"),
        (Self::Help, "help"),
        (Self::Palette, "palette"),
    ];

    /// Every place.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::TABLE.iter().map(|row| row.0)
    }

    /// Its name in a keymap.
    pub fn name(self) -> &'static str {
        Self::TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The place of that name, or of that earlier one.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = FORMER.iter().find(|row| row.0 == name).map_or(name, |row| row.1);
        Self::TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

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
