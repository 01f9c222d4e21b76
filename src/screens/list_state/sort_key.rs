//! By what a list is sorted.

use crate::domain::fold::fold;

/// What a column is ordered by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// A number, or a moment in milliseconds.
    Number(i64),
    /// A text, in lower case.
    Text(String),
    /// Nothing is known: after everything else.
    Absent,
}

impl SortKey {
    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Absent } else { Self::Text(fold(text)) }
    }

    /// A moment, the latest first.
    #[must_use]
    pub fn latest(at: Option<jiff::Timestamp>) -> Self {
        at.map_or(Self::Absent, |at| Self::Number(-at.as_millisecond()))
    }

    /// A moment, the earliest first.
    #[must_use]
    pub fn earliest(at: Option<jiff::Timestamp>) -> Self {
        at.map_or(Self::Absent, |at| Self::Number(at.as_millisecond()))
    }

    /// A count, the highest first.
    #[must_use]
    pub fn most(count: Option<u32>) -> Self {
        count.map_or(Self::Absent, |count| Self::Number(-i64::from(count)))
    }
}
