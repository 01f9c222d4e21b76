//! Answering a question.

use crate::app::dialog::{Ask, Dialog};
use crate::app::event::Effect;
use crate::app::state::{State, Ticket};
use crate::app::unlocks;
use crate::domain::Untrusted;

use super::{bulk, unlock};

/// The answer is yes, or the text that was typed.
pub fn yes(state: &mut State) -> Vec<Effect> {
    let Some(dialog) = state.dialog.take() else { return Vec::new() };
    state.changed();
    match dialog.ask {
        Ask::Help { .. } | Ask::Details { .. } => Vec::new(),
        Ask::OpenList(input) => bulk::opened(state, input.value()),
        Ask::SaveList(input) => bulk::saved(state, input.value()),
        Ask::Choose { row, candidates, at } => match candidates.into_iter().nth(at) {
            Some(candidate) => {
                state.bulk.planning += 1;
                vec![Effect::Choose { generation: state.bulk.generation, row, candidate }]
            }
            None => Vec::new(),
        },
        Ask::NewList => bulk::cleared(state),
        Ask::GoOn => bulk::gone_on(state),
        Ask::Bulk { typed } => {
            let wanted = state.bulk.meant().to_string();
            match typed {
                Some(typed) if typed.value().trim() != wanted => {
                    state.say("that is not the number of accounts; nothing was sent");
                    state.dialog =
                        Some(Dialog { ask: Ask::Bulk { typed: Some(typed) }, since: dialog.since, drawn: true });
                    Vec::new()
                }
                _ => bulk::begin(state),
            }
        }
        Ask::Ticket { input, then } => {
            let id = Untrusted::from(input.value().trim());
            let person = state.desk.shown.clone();
            state.say(if id.is_blank() { "no ticket".to_owned() } else { format!("ticket {}", id.cell()) });
            state.ticket = (!id.is_blank()).then_some(Ticket { id, person, at: state.now.mono });
            if let Some(confirm) = then {
                unlock::confirm(state, *confirm);
            }
            Vec::new()
        }
        Ask::Everywhere { keys, person } => {
            keys.iter().flat_map(|key| unlocks::start(state, key, &person, false, true)).collect()
        }
        Ask::Unlock(confirm) => match &confirm.typed {
            None => unlocks::start(state, &confirm.key, &confirm.person, false, false),
            Some(typed) if confirm.key.id.same_name(typed.value().trim()) => {
                unlocks::start(state, &confirm.key, &confirm.person, true, false)
            }
            Some(_) => {
                state.say("that is not the account's id; nothing was sent");
                let since = dialog.since;
                state.dialog = Some(Dialog { ask: Ask::Unlock(confirm), since, drawn: true });
                Vec::new()
            }
        },
    }
}

/// The question is dropped; nothing is done.
pub fn cancel(state: &mut State) -> Vec<Effect> {
    let was_unlock = state
        .dialog
        .take()
        .is_some_and(|dialog| matches!(dialog.ask, Ask::Unlock(_) | Ask::Everywhere { .. } | Ask::Bulk { .. }));
    if was_unlock {
        state.say("cancelled; nothing was sent");
    }
    state.changed();
    Vec::new()
}
