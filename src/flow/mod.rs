//! The procedures, as pure state machines: they take events with stamps and give calls as data.
//!
//! [`EngineCall`]s are what only the engine can do; each comes back as one [`Reply`]. Nothing here waits:
//! deadlines are data, and `wake` tells the earliest.

pub mod account_cache;
mod calls;
pub mod identity_linking;
pub mod search;
pub mod unlock;
pub mod unlock_delegation;
pub mod watch;

use std::sync::Arc;

use crate::domain::Unlock;
use crate::ledger::Recorded;

pub use calls::{EarlierOutcome, EngineCall, Reply, UnfinishedUnlock, UnlockCall, UnlockEvent};

/// The proof that an intent is on disk: who holds it may act, and nobody else (law 1).
pub type Proof = Arc<Recorded<Unlock>>;

/// Which unlock of this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowId(pub u64);
