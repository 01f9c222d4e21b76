//! What was unlocked and refused.

pub mod actions;
pub mod state;
pub mod view;
