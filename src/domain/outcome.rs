//! How an unlock ends.

use serde::{Deserialize, Serialize};

use super::word_enum::words;

words! {
    /// How an unlock ended. Kept indexes hold a value's place: a new one stands last.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Outcome {
        /// The system's own re-read status says it is open.
        Unlocked = "unlocked",
        /// The device itself said that it carried the command out.
        Acknowledged = "acknowledged",
        /// It was open already; nothing was sent.
        AlreadyOpen = "already_open",
        /// Somebody has to approve it first.
        PendingApproval = "pending_approval",
        /// The system took it; nobody has seen more yet.
        Accepted = "accepted",
        /// The system took it, and the account still reads as locked.
        StillLocked = "still_locked",
        /// It opened and was locked again.
        Relocked = "relocked",
        /// Not touched on purpose.
        LeftAlone = "left_alone",
        /// A rule forbade it; nothing was sent.
        Refused = "refused",
        /// It was not done, for certain.
        Failed = "failed",
        /// Nobody can tell any more: somebody closed it by hand, with a reason.
        Closed = "closed",
        /// Nobody knows whether it was done.
        Unknown = "unknown",
    }
}

impl Outcome {
    /// True when the caller can be told that it is done (`already_open` and `left_alone` count).
    pub fn is_done(self) -> bool {
        matches!(self, Self::Unlocked | Self::Acknowledged | Self::AlreadyOpen | Self::LeftAlone)
    }

    /// True while nobody has said how it ended.
    pub fn is_undecided(self) -> bool {
        self == Self::Unknown || self.is_waiting()
    }

    /// True when nothing further is certain until somebody looks again.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::PendingApproval | Self::Accepted)
    }
}
