//! Showing the keys of a place.

use tui_input::Input;

use crate::app::dialog::{Ask, Dialog};
use crate::app::event::Effect;
use crate::app::state::State;

pub fn open(state: &mut State) -> Vec<Effect> {
    let place = state.focus;
    state.changed();
    let ask = Ask::Help { filter: Input::default(), place, top: 0 };
    state.dialog = Some(Dialog { ask, since: state.revision, drawn: false });
    Vec::new()
}
