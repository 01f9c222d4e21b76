//! Copying the note for the ticket.

use crate::app::event::Effect;
use crate::app::note::note;
use crate::app::state::State;

pub fn available(state: &State) -> Result<(), String> {
    note(state).map(|_| ()).ok_or_else(|| "there is no outcome yet for this person to copy a note of".to_owned())
}

pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some((person, note)) = note(state) else { return Vec::new() };
    state.say(format!("the note on {person} was sent to your terminal's clipboard"));
    vec![Effect::Copy(note)]
}
