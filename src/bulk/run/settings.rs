//! What a run is made of: its settings, its rows' states, what it wants done.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use uuid::Uuid;

use crate::bulk::plan::{Row, Verdict};
use crate::domain::{AuditContext, Outcome, Problem, ProviderName, UnsentRow, Untrusted};
use crate::flow::UnlockCall;

/// Up to so many rows are confirmed by a yes; more by their number.
pub const MOST_BY_YES: usize = 10;

/// How many rows go before the rest, stage by stage.
pub const CANARY: [usize; 2] = [1, 5];

/// How one provider is treated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concurrency {
    /// Rows at work at once.
    pub window: usize,
    /// From then on an unanswered request can no longer be under way.
    pub settles_after: Duration,
    /// Which system exactly: its API and tenant.
    pub system: Untrusted,
}

/// How a run goes.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSettings {
    /// Its id.
    pub id: Uuid,
    /// Each provider's pace.
    pub paces: BTreeMap<ProviderName, Concurrency>,
    /// The pause after each canary.
    pub pause: Duration,
    /// How long to follow an unlock that was accepted.
    pub wait: Duration,
    /// The verdicts that are run.
    pub verdicts: Vec<Verdict>,
    /// Who runs it.
    pub operator: Untrusted,
    /// The helpdesk case of rows without their own, and how the callers were verified.
    pub audit: AuditContext,
}

/// A run that may begin, or go on as it was left.
#[derive(Clone, Debug)]
pub struct ReadyRun {
    /// How it goes.
    pub settings: RunSettings,
    /// The rows of its plan.
    pub rows: Vec<Row>,
    /// How rows ended in an earlier process.
    pub known: BTreeMap<usize, Outcome>,
    /// The rows that an earlier process left open: they are looked at before they are anything else.
    pub open: BTreeSet<usize>,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq)]
pub enum RowState {
    /// Not part of this run.
    NotMeant,
    /// Begun by an earlier process: being looked at, and not yet anything else.
    Looking,
    /// To be done.
    Waiting,
    /// Being done.
    Running,
    /// Over.
    Ended(Outcome, Option<Box<Problem>>),
}

/// What the engine is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum RunCommand {
    /// A step of that row's unlock.
    Unlock(usize, UnlockCall),
    /// Record that a row ended without any request.
    Note(UnsentRow),
}
