//! Performs what the pure rooms ask for: calls on providers, records in the ledger, the terminal.

pub mod bulk;
pub mod check;
pub mod clipboard;
pub mod core;
pub mod device_answers;
mod encode;
pub mod ends;
mod farewell;
pub mod front;
pub mod input;
pub mod list;
pub mod misconfigured_provider;
mod pace;
mod past;
pub mod queries;
pub mod resolve;
pub mod resolve_user;
pub mod screen;
pub mod supervise;
pub mod terminal;
pub mod tui;
pub mod unlock_driver;
pub mod webhook;
mod writer;
pub mod zone;

pub use self::core::Core;
