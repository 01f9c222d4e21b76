//! Reading the person's accounts again.

use crate::screens::message::Effect;
use crate::screens::state::State;

/// Why there is nobody to read again.
///
/// # Errors
/// The reason, for the footer.
pub fn available(state: &State) -> Result<(), String> {
    match state.desk.selected {
        Some(_) => Ok(()),
        None => Err("nobody is selected".to_owned()),
    }
}

/// Reads the accounts of the person again.
pub fn refresh(state: &mut State) -> Vec<Effect> {
    state.changed();
    state.desk.follow(state.now.mono, true).into_iter().map(Effect::Call).collect()
}
