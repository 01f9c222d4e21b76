//! Who is locked now.

pub mod actions;
pub mod state;
pub mod view;
