//! How much was unlocked lately, as limits count it.

/// What counts against another unlock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsageCounts {
    /// Unlocks of this account within the last 24 hours.
    pub of_account: u32,
    /// Unlocks by this operator within the last hour; a list counts once.
    pub by_operator: u32,
}
