//! What is done in the systems' tab.

use crate::domain::ProviderName;
use crate::screens::action::unless;
use crate::screens::focus;
use crate::screens::keymap::KeyContext;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// Goes there; checks the systems when nobody has yet.
pub fn show(state: &mut State) -> Vec<Effect> {
    focus::to(state, KeyContext::Systems);
    if state.systems.cards.is_empty() && state.systems.checking.is_empty() { check_all(state) } else { Vec::new() }
}

/// Checks the selected system again; every system where none is.
pub fn check(state: &mut State) -> Vec<Effect> {
    match state.systems.selected().map(|card| card.name.clone()) {
        Some(name) => checked(state, vec![name]),
        None => check_all(state),
    }
}

/// Checks every system.
pub fn check_all(state: &mut State) -> Vec<Effect> {
    checked(state, state.desk.providers.clone())
}

fn checked(state: &mut State, names: Vec<ProviderName>) -> Vec<Effect> {
    state.systems.checking.extend(names.iter().cloned());
    state.changed();
    vec![Effect::Check(names)]
}

/// Why they aren't checked now.
///
/// # Errors
/// The reason, for the footer.
pub fn can_check(state: &State) -> Result<(), String> {
    unless(!state.systems.checking.is_empty(), "the systems are being checked")
}
