//! The phases of an unlock, and what keeps one from its end.

use std::time::Duration;

use crate::domain::{Layer, Outcome, Problem, Untrusted};
use crate::flow::{Proof, UnfinishedUnlock};

/// The request of one layer that was sent or is about to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LayerRequest {
    pub(super) proof: Proof,
    pub(super) layer: Layer,
    /// When it was first sent, on the engine's clock.
    pub(super) began: Duration,
    /// When bytes of it were sent last.
    pub(super) sent: Duration,
    /// The system's own id of the request.
    pub(super) handle: Option<Untrusted>,
    /// How far the system has come with it.
    pub(super) delivery: Delivery,
    /// Why it is in doubt.
    pub(super) doubt: Option<Box<Problem>>,
    /// The system has said once that there is no such account.
    pub(super) seems_gone: bool,
}

/// What the system is known to have done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// No answer: it may or may not have it.
    Unknown,
    /// It has it.
    Accepted,
    /// It holds it for a device.
    Waiting,
}

/// Where an unlock stands, and what it waits for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    Reading,
    /// Writing the intent; given up when the operator has left meanwhile.
    Recording(Layer, bool),
    /// Learning what became of an earlier unlock of the account.
    Settling(Layer, Box<UnfinishedUnlock>),
    Sending(LayerRequest),
    /// Throttled until then.
    Holding(LayerRequest, Duration),
    /// The system is still at it: goes on with this token then.
    Pending(LayerRequest, Untrusted, Duration),
    /// Looking, or waiting until `next` to look.
    Looking {
        sending: LayerRequest,
        until: Duration,
        next: Option<Duration>,
    },
    Closing(AfterOutcomeRecord),
    Done(Outcome, Option<Box<Problem>>),
}

/// What follows once the outcome of an intent is on disk.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum AfterOutcomeRecord {
    Record(Layer),
    End(Outcome, Option<Box<Problem>>),
}

/// What keeps an unlock from its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnlockTrouble<'a> {
    /// What went wrong; none where it was told to wait.
    pub problem: Option<&'a Problem>,
    /// How often the request was sent.
    pub sends: u32,
    /// When it goes on, on the engine's clock; none while it is at it.
    pub next: Option<Duration>,
}
