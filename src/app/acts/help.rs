//! Showing the keys of a place.

use tui_input::Input;

use crate::app::action::Action;
use crate::app::dialog::Ask;
use crate::app::event::Effect;
use crate::app::keymap::{Keymap, Place};
use crate::app::state::State;

/// Opens it.
pub fn open(state: &mut State) -> Vec<Effect> {
    let place = state.focus;
    super::ask(state, Ask::Help { filter: Input::default(), place })
}

/// The keys of a place and what they do, as far as that holds the text.
#[must_use]
pub fn lines(keymap: &Keymap, place: Place, filter: &str) -> Vec<(String, &'static str)> {
    let wanted = filter.trim().to_lowercase();
    let keys = Action::all().map(|action| (keymap.keys(place, action), action.help()));
    keys.filter(|(keys, help)| !keys.is_empty() && format!("{keys} {help}").to_lowercase().contains(&wanted)).collect()
}
