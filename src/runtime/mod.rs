//! Performs what the pure rooms ask for: calls on providers, records in the ledger, the terminal.

pub mod broken;
pub mod bulk;
pub mod check;
pub mod clipboard;
pub mod core;
mod encode;
pub mod ends;
mod farewell;
pub mod follow;
pub mod front;
pub mod input;
pub mod list;
pub mod look;
pub mod lookup;
pub mod mail;
mod pace;
mod past;
pub mod resolve;
pub mod screen;
pub mod supervise;
pub mod terminal;
pub mod tui;
pub mod webhook;
mod writer;
pub mod zone;

pub use self::core::Core;
