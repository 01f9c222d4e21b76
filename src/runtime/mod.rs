//! Performs what the pure rooms ask for: calls on providers, records in the ledger, the terminal.

pub mod broken;
pub mod core;
pub mod follow;
pub mod resolve;

pub use self::core::Core;
