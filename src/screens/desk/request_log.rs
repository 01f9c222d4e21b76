//! Showing the requests as they were sent.

use crate::screens::keymap::KeyContext;
use crate::screens::layout::layout;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// Shows them, or the unlock again.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    state.shows_log = !state.shows_log;
    state.scrolled = 0;
    state.changed();
    // Where there is no room for every pane, the one that was asked for shows.
    if state.shows_log && layout(state).progress.is_empty() {
        return crate::screens::focus::to(state, KeyContext::Progress);
    }
    Vec::new()
}
