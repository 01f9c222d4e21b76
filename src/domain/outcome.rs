//! How an unlock ends.

/// How an unlock ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The system's own re-read status says it is open.
    Unlocked,
    /// The device itself said that it carried the command out.
    Acknowledged,
    /// It was open already; nothing was sent.
    AlreadyOpen,
    /// Somebody has to approve it first.
    PendingApproval,
    /// The system took it; nobody has seen more yet.
    Accepted,
    /// The system took it, and the account still reads as locked.
    StillLocked,
    /// It opened and was locked again.
    Relocked,
    /// Not touched on purpose.
    LeftAlone,
    /// A rule forbade it; nothing was sent.
    Refused,
    /// It was not done, for certain.
    Failed,
    /// Nobody can tell any more: somebody closed it by hand, with a reason.
    Closed,
    /// Nobody knows whether it was done.
    Unknown,
}

impl Outcome {
    /// Every outcome, for tables and for reading a ledger back.
    pub const ALL: [Self; 12] = [
        Self::Unlocked,
        Self::Acknowledged,
        Self::AlreadyOpen,
        Self::PendingApproval,
        Self::Accepted,
        Self::StillLocked,
        Self::Relocked,
        Self::LeftAlone,
        Self::Refused,
        Self::Failed,
        Self::Closed,
        Self::Unknown,
    ];

    /// The word in JSON and in the ledger.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unlocked => "unlocked",
            Self::Acknowledged => "acknowledged",
            Self::AlreadyOpen => "already_open",
            Self::PendingApproval => "pending_approval",
            Self::Accepted => "accepted",
            Self::StillLocked => "still_locked",
            Self::Relocked => "relocked",
            Self::LeftAlone => "left_alone",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Closed => "closed",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }

    /// True when the caller can be told that it is done (`already_open` and `left_alone` count).
    #[must_use]
    pub fn is_done(self) -> bool {
        matches!(self, Self::Unlocked | Self::Acknowledged | Self::AlreadyOpen | Self::LeftAlone)
    }

    /// True while nobody has said how it ended.
    #[must_use]
    pub fn is_undecided(self) -> bool {
        self == Self::Unknown || self.is_waiting()
    }

    /// True when nothing further is certain until somebody looks again.
    #[must_use]
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::PendingApproval | Self::Accepted)
    }
}
