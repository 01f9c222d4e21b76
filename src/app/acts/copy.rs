//! Copying the note for the ticket.

use crate::app::event::Effect;
use crate::app::note::note;
use crate::app::state::State;

pub fn available(state: &State) -> Result<(), String> {
    note(state).map(|_| ()).ok_or_else(|| "there is no outcome yet to copy a note of".to_owned())
}

pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some(note) = note(state) else { return Vec::new() };
    state.say("the note was sent to your terminal's clipboard");
    vec![Effect::Copy(note)]
}
