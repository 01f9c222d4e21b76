//! How the systems are doing.

pub mod actions;
pub mod state;
pub mod view;
