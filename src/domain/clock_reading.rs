//! A moment as the engine stamps it.

use std::time::Duration;

use jiff::Timestamp;

/// One moment on two clocks: deadlines use `mono`, what people read uses `wall`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockReading {
    /// Time since the program started; never goes back.
    pub mono: Duration,
    /// The wall clock.
    pub wall: Timestamp,
}
