//! How the desk is drawn.
//!
//! ```text
//! people         the text field and the people      account_table  every system with its accounts
//!                                                   account_facts  the selected row at length
//!                                                   replica_table  each server of a directory
//! progress       the steps of an unlock, or the person's history; request_log in its place
//! ```

pub mod account_facts;
pub mod account_table;
pub mod history;
pub mod people;
pub mod progress;
pub mod replica_table;
pub mod request_log;

use ratatui::Frame;

use crate::screens::State;
use crate::screens::layout::Layout;
use crate::widgets::Appearance;

/// Draws the panes; gives how many lines of the lowest one don't show, where it is drawn.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, layout: &Layout) -> Option<usize> {
    people::view(frame, state, appearance, layout.search);
    account_table::view(frame, state, appearance, layout.status);
    history::view(frame, state, appearance, layout.history);
    history::session(frame, state, appearance, layout.session);
    if state.log.shows {
        request_log::view(frame, state, appearance, layout.progress)
    } else {
        progress::view(frame, state, appearance, layout.progress)
    }
}
