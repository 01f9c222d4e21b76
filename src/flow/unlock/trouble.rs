//! What keeps an unlock from its end.

use std::time::Duration;

use crate::domain::Problem;

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
