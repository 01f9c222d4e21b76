//! Showing the requests as they were sent.

use crate::app::event::Effect;
use crate::app::keymap::Place;
use crate::app::layout::layout;
use crate::app::state::State;

use super::panes;

pub fn toggle(state: &mut State) -> Vec<Effect> {
    state.shows_log = !state.shows_log;
    state.scrolled = 0;
    state.changed();
    // Where there is no room for every pane, the one that was asked for shows.
    if state.shows_log && layout(state.size, state.focus).progress.is_empty() {
        return panes::to(state, Place::Progress);
    }
    Vec::new()
}
