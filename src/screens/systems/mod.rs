//! How the systems are doing.

pub mod state;
