//! Who is locked now.

pub mod state;
