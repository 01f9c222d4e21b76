//! Setting the ticket.

use tui_input::Input;

use crate::policy::Denial;
use crate::screens::dialog::state::Prompt;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// Asks for the ticket.
pub fn ask(state: &mut State) -> Vec<Effect> {
    ask_then(state, None)
}

/// Asks for the ticket, and puts another question afterwards.
fn ask_then(state: &mut State, then: Option<Prompt>) -> Vec<Effect> {
    let known = state.ticket.as_ref().map_or_else(String::new, |ticket| ticket.text.as_data().to_owned());
    state.ask(Prompt::Ticket { input: Input::new(known), then: then.map(Box::new) })
}

/// Puts a question about unlocks; before it, where there is one of another caller or of an earlier call, or none where
/// one has to be there, the question for the ticket.
pub fn ask_first(state: &mut State, question: Prompt, objections: &[Denial]) -> Vec<Effect> {
    let holds = state.desk.shown.as_ref().is_some_and(|person| state.ticket_for(person).is_some());
    let lacks = objections.iter().any(|one| matches!(one, Denial::Ticket(_)));
    if lacks || (state.ticket.is_some() && !holds) {
        return ask_then(state, Some(question));
    }
    state.ask(question)
}
