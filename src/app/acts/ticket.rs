//! Setting the ticket.

use tui_input::Input;

use crate::app::dialog::{Ask, Confirm, Dialog};
use crate::app::event::Effect;
use crate::app::state::State;

pub fn ask(state: &mut State) -> Vec<Effect> {
    ask_then(state, None);
    Vec::new()
}

/// Asks for the ticket, and goes on with an unlock afterwards.
pub fn ask_then(state: &mut State, then: Option<Confirm>) {
    let known = state.ticket.as_ref().map_or_else(String::new, |ticket| ticket.text.as_data().to_owned());
    state.changed();
    let ask = Ask::Ticket { input: Input::new(known), then: then.map(Box::new) };
    state.dialog = Some(Dialog { ask, since: state.revision, drawn: false });
}
