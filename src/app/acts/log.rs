//! Showing the requests as they were sent.

use crate::app::event::Effect;
use crate::app::state::State;

pub fn toggle(state: &mut State) -> Vec<Effect> {
    state.shows_log = !state.shows_log;
    state.scrolled = 0;
    state.changed();
    Vec::new()
}
