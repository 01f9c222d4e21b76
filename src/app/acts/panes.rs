//! Going from pane to pane.

use crate::app::event::Effect;
use crate::app::keymap::Place;
use crate::app::state::State;
use crate::app::tabs::Tab;

const RING: [Place; 3] = [Place::People, Place::Status, Place::Progress];

pub fn go(state: &mut State, by: isize) -> Vec<Effect> {
    if Tab::of(state.focus) != Tab::Desk {
        return Vec::new();
    }
    let from = if state.focus == Place::Query { Place::People } else { state.focus };
    let at = RING.iter().position(|place| *place == from).unwrap_or(0);
    let next = (at + RING.len()).saturating_add_signed(by) % RING.len();
    to(state, RING.get(next).copied().unwrap_or(Place::People))
}

pub fn to(state: &mut State, place: Place) -> Vec<Effect> {
    state.desk.picked |= place != Place::Query;
    state.focus = place;
    crate::app::update::fit(state);
    state.changed();
    if place == Place::Status {
        if let Some(key) = state.desk.selected.clone() {
            state.desk.remember(&key);
        }
        return state.desk.follow(state.now.mono, false).into_iter().map(Effect::Call).collect();
    }
    Vec::new()
}
