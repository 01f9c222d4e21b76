//! The ticket field of a question, and completing what is typed.

use tui_input::Input;

use crate::domain::Untrusted;
use crate::screens::KeyContext;
use crate::screens::dialog::state::{Confirm, Prompt};
use crate::screens::message::Effect;
use crate::screens::state::{PerCall, State};

pub(super) fn set_ticket(state: &mut State, typed: &str) {
    let id = Untrusted::from(typed.trim());
    let person = state.desk.shown.clone();
    state.notify(if id.is_blank() { "no ticket".to_owned() } else { format!("ticket {}", id.cell()) });
    state.ticket = (!id.is_blank()).then_some(PerCall { text: id, person, at: state.now.mono });
}

/// Why there is no field for a ticket.
///
/// # Errors
/// The reason, for the footer.
pub fn has_ticket_field(state: &State) -> Result<(), String> {
    match &state.dialog {
        Some(dialog) if dialog.is_about_unlocks() => Ok(()),
        _ => Err("this question has no ticket".to_owned()),
    }
}

/// Types the ticket in the question itself.
pub fn edit_ticket(state: &mut State) -> Vec<Effect> {
    let known = state.audit().ticket.map_or_else(String::new, |ticket| ticket.as_data().to_owned());
    if let Some(dialog) = &mut state.dialog {
        dialog.ticket = Some(Input::new(known));
    }
    state.changed();
    Vec::new()
}

/// What is wrong with the text that was to be typed.
pub(super) fn mistyped(state: &State) -> Option<String> {
    if state.dialog.as_ref()?.ticket.is_some() {
        return None;
    }
    let (typed, wanted) = match &state.dialog.as_ref()?.ask {
        Prompt::Unlock(Confirm { key, typed: Some(typed), .. }) => {
            let is_id = key.id.same_name(typed.value().trim());
            return (!is_id).then(|| "that is not the account's id; nothing was sent".to_owned());
        }
        Prompt::Bulk { typed } => (typed, state.lists.meant()),
        Prompt::GoOn { typed } => (typed, state.lists.left()),
        Prompt::Retry { typed } => (typed, state.lists.failed()),
        _ => return None,
    };
    let is_number = typed.as_ref()?.value().trim().parse() == Ok(wanted);
    (!is_number).then(|| "that is not the number of accounts; nothing was sent".to_owned())
}

/// Asks what the path that is typed goes on with.
pub fn complete(state: &mut State) -> Vec<Effect> {
    let typed = state.dialog.as_mut().and_then(|dialog| dialog.input()).map(|field| field.value().to_owned());
    typed.map(Effect::CompletePath).into_iter().collect()
}

/// Takes what it goes on with, unless something else is typed by now.
pub fn completed(state: &mut State, typed: &str, path: String, choices: &[String]) {
    let Some(dialog) = state.dialog.as_mut().filter(|dialog| dialog.place() == KeyContext::Path) else { return };
    let Some(field) = dialog.input().filter(|field| field.value() == typed) else { return };
    let is_longer = path != typed;
    *field = Input::new(path);
    state.changed();
    match choices {
        [] => state.notify("no file begins like this"),
        [_] => {}
        choices if !is_longer => {
            let more = choices.len().saturating_sub(CHOICES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            state.notify(format!("{}{more}", choices.iter().take(CHOICES).cloned().collect::<Vec<_>>().join("  ")));
        }
        _ => {}
    }
}

/// So many files are named where a path could go on with several.
pub(super) const CHOICES: usize = 6;
