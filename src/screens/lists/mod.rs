//! A list and its run.

pub mod list_actions;
pub mod responses;
pub mod run_actions;
pub mod run_note;
pub mod run_view;
pub mod runs_view;
pub mod state;
pub mod view;
