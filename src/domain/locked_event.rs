//! What comes of the question who is locked.

use super::{Account, Problem, ProviderName};

/// What comes of the question who is locked.
#[derive(Clone, Debug)]
pub enum LockedEvent {
    /// These are: one page of a system's list.
    Accounts(ProviderName, Vec<Account>),
    /// A part couldn't be read.
    Problem(ProviderName, Problem),
    /// So many were looked through, of so many where that is known.
    Paged(ProviderName, u64, Option<u64>),
    /// A system has told all it can; what its list can't see.
    Done(ProviderName, usize, &'static str),
}
