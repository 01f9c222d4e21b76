//! The terminal program's state, how it changes, and how it is drawn: one closed message enum, one function that changes
//! the state, views that are functions of it. No clock, no input or output, no async: the terminal room stamps messages
//! and performs effects.
//!
//! ```text
//! message, update, responses    what can happen, and what it changes
//! action, keymap, key_handler   what an operator can do, and by which key
//! desk, locked, lists, ledger, systems, dialog   one folder per screen: state, actions, view
//! view, line_mode               the whole frame; the same as lines
//! ```

pub mod action;
pub mod chord;
pub mod desk;
pub mod dialog;
pub mod focus;
pub mod key_handler;
pub mod key_placeholders;
pub mod keymap;
pub mod layout;
pub mod ledger;
pub mod line_mode;
pub mod list_actions;
pub mod list_pane;
pub mod list_state;
pub mod lists;
pub mod locked;
pub mod marks;
pub mod message;
pub mod quit;
pub mod responses;
pub mod session_unlocks;
pub mod state;
pub mod systems;
pub mod tab;
pub mod tab_actions;
pub mod text_command;
pub mod text_field;
pub mod update;
pub mod view;

pub use action::Action;
pub use keymap::{KeyContext, Keymap};
pub use message::{Effect, Event, Message};
pub use state::{ProviderRow, Session, State};
pub use update::update;
