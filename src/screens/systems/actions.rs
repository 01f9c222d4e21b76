//! What is done in the systems' tab.

use crate::screens::focus;
use crate::screens::keymap::KeyContext;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// Goes there; checks the systems when nobody has yet.
pub fn show(state: &mut State) -> Vec<Effect> {
    focus::to(state, KeyContext::Systems);
    if state.systems.found.is_empty() && state.systems.checking.is_empty() { check(state) } else { Vec::new() }
}

/// Checks every system.
pub fn check(state: &mut State) -> Vec<Effect> {
    state.systems.checking = state.providers.iter().map(|provider| provider.name.clone()).collect();
    state.changed();
    vec![Effect::Check]
}
