//! What was unlocked and refused.

pub mod state;
