//! Watching an account after an unlock.

use crate::flow::watch::Watch;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// Why there is nothing to watch.
///
/// # Errors
/// The reason, for the footer.
pub fn available(state: &State) -> Result<(), String> {
    match state.desk.selected_account() {
        Some(_) => Ok(()),
        None => Err("no account is selected to watch".to_owned()),
    }
}

/// Begins to watch, or ends it.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    let Some(key) = state.desk.selected_account().map(|account| account.key.clone()) else { return Vec::new() };
    if state.watch.as_ref().is_some_and(|watch| *watch.key() == key) {
        state.watch = None;
        state.notify("no longer watching");
    } else {
        state.watch = Some(Watch::new(key, state.now));
        state.notify("watching this account for about three minutes");
    }
    Vec::new()
}
