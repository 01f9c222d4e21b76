//! The terminal's state and how it changes: one closed event enum, one function that changes it.
//!
//! No clock, no input or output, no async: the runtime stamps events and performs effects.

pub mod action;
pub mod acts;
pub mod bulk;
pub mod desk;
pub mod dialog;
pub mod event;
pub mod input;
pub mod keymap;
mod keys;
pub mod layout;
pub mod note;
pub mod responses;
pub mod session_unlocks;
pub mod sheet;
pub mod state;
pub mod tabs;
pub mod update;

pub use action::Action;
pub use event::{Effect, Event, What};
pub use keymap::{Keymap, Place};
pub use state::{ProviderRow, Session, State};
pub use update::update;
