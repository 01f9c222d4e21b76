//! What a procedure asks of the outside, and the answers.
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{
    Account, AccountKey, Cursor, IntentId, OpenUnlock, Outcome, Page, PollResult, Problem, ProviderHealth,
    ProviderName, Query, Step, Unlock, UnlockReply, Untrusted,
};

use super::{FlowId, Proof};

/// What the engine is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineCall {
    /// Ask a provider's search.
    Search {
        /// Whom.
        provider: ProviderName,
        /// What.
        query: Query,
        /// Which page.
        from: Option<Cursor>,
        /// Which question of this session; a reply to an older one is dropped.
        generation: u64,
    },
    /// Look for a person's account in a provider where none is known yet.
    Lookup {
        /// Where.
        provider: ProviderName,
        /// By what.
        query: Query,
    },
    /// Read one account for the screen.
    Read(AccountKey),
    /// A step of an unlock.
    Unlock(FlowId, UnlockCall),
}

/// What an unlock needs done.
#[derive(Clone, Debug, PartialEq)]
pub enum UnlockCall {
    /// Read the account.
    Read(AccountKey),
    /// See whether a rule stands against it for this account as it was read; then write and sync an intent.
    Record(Box<Unlock>, Box<Account>),
    /// Learn what became of an earlier unlock of the account: wait for who is at it, or look; a device's answer is
    /// waited for so long.
    Settle(UnfinishedUnlock, Duration),
    /// Send the request of that intent.
    Send(Proof),
    /// Go on with a request that was answered with this token, so long after it was sent.
    Poll(Proof, Untrusted, Duration),
    /// Look at what became of it.
    Verify(OpenUnlock),
    /// Write and sync how that intent ended.
    Close {
        /// The intent.
        proof: Proof,
        /// How.
        outcome: Outcome,
        /// Why.
        problem: Option<Box<Problem>>,
        /// What was seen on the way.
        steps: Vec<Step>,
        /// The system's own id of the request, for who looks again later.
        handle: Option<Untrusted>,
        /// True when it wasn't carried out and is asked for again with a new intent.
        again: bool,
    },
}

impl UnlockCall {
    /// True where something is written: that is always finished.
    pub fn is_record(&self) -> bool {
        matches!(self, Self::Record(..) | Self::Close { .. })
    }
}

/// An earlier unlock of an account whose end isn't known.
#[derive(Clone, Debug, PartialEq)]
pub struct UnfinishedUnlock {
    /// Its intent.
    pub intent: IntentId,
    /// The account.
    pub key: AccountKey,
    /// Who asked.
    pub operator: Untrusted,
    /// When it was recorded.
    pub at: Timestamp,
    /// True while the process that asked is at it.
    pub in_flight: bool,
}

/// What became of an earlier unlock.
#[derive(Clone, Debug, PartialEq)]
pub struct EarlierOutcome {
    /// Its outcome; none while another process is still at it.
    pub outcome: Option<Outcome>,
    /// Why, in words.
    pub why: Untrusted,
}

/// What came of a [`EngineCall`].
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Of a search.
    Found {
        /// Who answered.
        provider: ProviderName,
        /// To which question.
        generation: u64,
        /// The page.
        result: Result<Page, Problem>,
        /// How the provider is doing.
        health: Box<ProviderHealth>,
    },
    /// Of a look-up.
    Looked {
        /// Who answered.
        provider: ProviderName,
        /// To which question.
        query: Query,
        /// The hits.
        result: Result<Page, Problem>,
        /// How the provider is doing.
        health: Box<ProviderHealth>,
    },
    /// Of a read for the screen.
    Read {
        /// The account.
        key: AccountKey,
        /// What was read; none when it is gone.
        result: Result<Option<Box<Account>>, Problem>,
        /// How the provider is doing.
        health: Box<ProviderHealth>,
    },
    /// Of a step of an unlock.
    Unlock(FlowId, UnlockEvent, Option<(ProviderName, Box<ProviderHealth>)>),
}

/// What came of an [`UnlockCall`].
#[derive(Clone, Debug, PartialEq)]
pub enum UnlockEvent {
    /// The account as read; none when it is gone.
    Read(Result<Option<Box<Account>>, Problem>),
    /// The intent is on disk.
    Recorded(Result<Proof, Problem>),
    /// An earlier unlock of the account has no end yet: nothing was recorded.
    Earlier(Box<UnfinishedUnlock>),
    /// What became of that one.
    Settled(Box<EarlierOutcome>),
    /// The provider's answer, and how long ago bytes of the request left; none where none are known to have.
    Answered(UnlockReply, Option<Duration>),
    /// What a look showed.
    Polled(Box<PollResult>),
    /// The outcome is on disk.
    Closed(Result<(), Problem>),
}
