//! A list and its run.

pub mod list_actions;
pub mod run_actions;
pub mod state;
pub mod view;
