//! Going from pane to pane.

use crate::screens::keymap::KeyContext;
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::screens::tab::Tab;

const RING: [KeyContext; 3] = [KeyContext::People, KeyContext::Status, KeyContext::Progress];

pub fn go(state: &mut State, by: isize) -> Vec<Effect> {
    if Tab::of(state.focus) != Tab::Desk {
        return Vec::new();
    }
    let from = if state.focus == KeyContext::Query { KeyContext::People } else { state.focus };
    let at = RING.iter().position(|place| *place == from).unwrap_or(0);
    let next = (at + RING.len()).saturating_add_signed(by) % RING.len();
    to(state, RING.get(next).copied().unwrap_or(KeyContext::People))
}

pub fn to(state: &mut State, place: KeyContext) -> Vec<Effect> {
    state.desk.picked |= place != KeyContext::Query;
    state.focus = place;
    crate::screens::update::fit(state);
    state.changed();
    if place == KeyContext::Status {
        if let Some(key) = state.desk.selected.clone() {
            state.desk.remember(&key);
        }
        return state.desk.follow(state.now.mono, false).into_iter().map(Effect::Call).collect();
    }
    Vec::new()
}
