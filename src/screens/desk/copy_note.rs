//! Copying the note for the ticket.

use crate::screens::desk::ticket_note::note;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// Why there is no note.
///
/// # Errors
/// The reason, for the footer.
pub fn available(state: &State) -> Result<(), String> {
    note(state).map(|_| ()).ok_or_else(|| "there is no outcome yet for this person to copy a note of".to_owned())
}

/// Copies the note.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some((person, note)) = note(state) else { return Vec::new() };
    state.notify(format!("the note on {person} was sent to your terminal's clipboard"));
    vec![Effect::Copy(note)]
}
