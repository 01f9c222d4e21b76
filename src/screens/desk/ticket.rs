//! Setting the ticket, in a question of its own or in the one before an unlock.

use tui_input::Input;

use crate::domain::Untrusted;
use crate::policy::Denial;
use crate::screens::dialog::state::Prompt;
use crate::screens::message::Effect;
use crate::screens::state::{PerCall, State};

/// Asks for the ticket.
pub fn ask(state: &mut State) -> Vec<Effect> {
    ask_then(state, None)
}

/// Asks for the ticket, and puts another question afterwards.
fn ask_then(state: &mut State, then: Option<(Box<Prompt>, Option<Input>)>) -> Vec<Effect> {
    let known = state.ticket.as_ref().map_or_else(String::new, |ticket| ticket.text.as_data().to_owned());
    state.ask(Prompt::Ticket { then }, Some(Input::new(known)))
}

/// Puts a question about unlocks; before it, where there is one of another caller or of an earlier call, or none where
/// one has to be there, the question for the ticket.
pub fn ask_first(state: &mut State, question: Prompt, field: Option<Input>, objections: &[Denial]) -> Vec<Effect> {
    let holds = state.desk.shown.as_ref().is_some_and(|person| state.ticket_for(person).is_some());
    let lacks = objections.iter().any(|one| matches!(one, Denial::Ticket(_)));
    if lacks || (state.ticket.is_some() && !holds) {
        return ask_then(state, Some((Box::new(question), field)));
    }
    state.ask(question, field)
}

/// Sets what was typed.
pub fn set(state: &mut State, typed: &str) {
    let id = Untrusted::from(typed.trim());
    let person = state.desk.shown.clone();
    state.notify(if id.is_blank() { "no ticket".to_owned() } else { format!("ticket {}", id.cell()) });
    state.ticket = (!id.is_blank()).then_some(PerCall { text: id, person, at: state.now.mono });
}

/// Why there is no field for a ticket.
///
/// # Errors
/// The reason, for the footer.
pub fn has_field(state: &State) -> Result<(), String> {
    match &state.dialog {
        Some(dialog) if dialog.is_about_unlocks() => Ok(()),
        _ => Err("this question has no ticket".to_owned()),
    }
}

/// Types the ticket in the question itself.
pub fn edit(state: &mut State) -> Vec<Effect> {
    let known = state.audit().ticket.map_or_else(String::new, |ticket| ticket.as_data().to_owned());
    if let Some(dialog) = &mut state.dialog {
        dialog.ticket = Some(Input::new(known));
    }
    state.just_changed()
}
