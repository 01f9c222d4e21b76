//! What is done in Locked.

use jiff::SignedDuration;

use crate::screens::focus;
use crate::screens::keymap::KeyContext;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// An older list is asked for anew when one comes back to it.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// Goes there; asks when nobody has asked for a while.
pub fn show(state: &mut State) -> Vec<Effect> {
    focus::to(state, KeyContext::Locked);
    let is_old = state.locked.as_of.is_none_or(|at| state.now.wall.duration_since(at).abs() > FRESH);
    if is_old && !state.locked.is_asking() { ask(state) } else { Vec::new() }
}

/// Asks every system.
pub fn ask(state: &mut State) -> Vec<Effect> {
    state.locked.joining = state.desk.joining.clone();
    state.locked.ask(state.now.wall);
    state.changed();
    vec![Effect::ListLocked(state.locked.generation)]
}

/// Looks at the selected person on the desk.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some(row) = state.locked.list.selected() else { return Vec::new() };
    let Some(first) = state.locked.selected().cloned() else { return Vec::new() };
    for account in state.locked.accounts(row) {
        state.desk.cache.put(account.clone());
    }
    focus::look_at(state, &first.key, &first.username, KeyContext::Locked)
}
