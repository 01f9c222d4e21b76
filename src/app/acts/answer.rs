//! Answering a question.

use crate::app::dialog::{Ask, Confirm};
use crate::app::event::Effect;
use crate::app::session_unlocks;
use crate::app::state::{ForCall, State};
use crate::domain::{Papers, Untrusted};
use crate::policy::{Objection, Verification};

use super::{ask, bulk, palette, quit, runs, unlock};

/// The answer is yes, or the text that was typed.
pub fn yes(state: &mut State) -> Vec<Effect> {
    if let Some(why) = unready(state).or_else(|| mistyped(state)) {
        state.say(why);
        return Vec::new();
    }
    let Some(dialog) = state.dialog.take() else { return Vec::new() };
    state.changed();
    match dialog.ask {
        Ask::Help { .. } | Ask::Details { .. } => Vec::new(),
        Ask::Palette { filter, actions, at } => match palette::fitting(&actions, filter.value()).get(at) {
            Some(action) => super::perform(state, *action),
            None => Vec::new(),
        },
        Ask::OpenList(input) => bulk::opened(state, input.value()),
        Ask::SaveList(input) => bulk::saved(state, input.value()),
        Ask::Choose { row, candidates, at } => match candidates.into_iter().nth(at) {
            Some(candidate) => {
                state.bulk.planning += 1;
                vec![Effect::Choose { generation: state.bulk.generation, row, candidate }]
            }
            None => Vec::new(),
        },
        Ask::Which { keys, at } => keys.get(at).map_or_else(Vec::new, |key| unlock::chosen(state, key)),
        Ask::NewList => bulk::cleared(state),
        Ask::GoOn { .. } => runs::gone_on(state),
        Ask::Retry { .. } => runs::retried(state),
        Ask::Leave => quit::leave(state),
        Ask::Bulk { .. } => runs::begin(state),
        Ask::Ticket { input, then } => {
            let id = Untrusted::from(input.value().trim());
            let person = state.desk.shown.clone();
            state.say(if id.is_blank() { "no ticket".to_owned() } else { format!("ticket {}", id.cell()) });
            state.ticket = (!id.is_blank()).then_some(ForCall { text: id, person, at: state.now.mono });
            then.map_or_else(Vec::new, |then| ask(state, *then))
        }
        Ask::Everywhere { keys, person } => {
            keys.iter().flat_map(|key| session_unlocks::start(state, key, &person, false, true)).collect()
        }
        Ask::Unlock(Confirm { key, person, typed, .. }) => {
            session_unlocks::start(state, &key, &person, typed.is_some(), false)
        }
    }
}

/// What is wrong with the text that was to be typed.
fn mistyped(state: &State) -> Option<String> {
    let (typed, wanted) = match &state.dialog.as_ref()?.ask {
        Ask::Unlock(Confirm { key, typed: Some(typed), .. }) => {
            let is_id = key.id.same_name(typed.value().trim());
            return (!is_id).then(|| "that is not the account's id; nothing was sent".to_owned());
        }
        Ask::Bulk { typed } => (typed, state.bulk.meant()),
        Ask::GoOn { typed } => (typed, state.bulk.left()),
        Ask::Retry { typed } => (typed, state.bulk.failed()),
        _ => return None,
    };
    let is_number = typed.as_ref()?.value().trim().parse() == Ok(wanted);
    (!is_number).then(|| "that is not the number of accounts; nothing was sent".to_owned())
}

/// What the policy still wants before this question may be answered with yes.
fn unready(state: &State) -> Option<String> {
    let is_go = match &state.dialog.as_ref()?.ask {
        Ask::Unlock(_) | Ask::Everywhere { .. } | Ask::Bulk { .. } => true,
        Ask::Ticket { input, .. } => {
            let ticket = Some(Untrusted::from(input.value().trim())).filter(|ticket| !ticket.is_blank());
            let papers = Papers { ticket: ticket.clone(), ..state.papers() };
            let stands = state.policy.standing(&papers, &state.now.wall.to_zoned(state.session.host_zone.clone()));
            // No ticket is a fine answer, unless an unlock waits that needs one.
            let is_needed =
                ticket.is_some() || matches!(&state.dialog.as_ref()?.ask, Ask::Ticket { then: Some(_), .. });
            let wrong = stands.into_iter().find(|one| matches!(one, Objection::Ticket(_)) && is_needed);
            return wrong.map(|one| one.rule().says.clone());
        }
        _ => false,
    };
    let own_tickets = matches!(&state.dialog.as_ref()?.ask, Ask::Bulk { .. }) && state.bulk.has_tickets();
    let stands = state.standing().into_iter();
    let first = stands.filter(|one| !(own_tickets && matches!(one, Objection::Ticket(_)))).find(|_| is_go)?;
    Some(first.problem().line())
}

/// The next way of verification.
pub fn method(state: &mut State) -> Vec<Effect> {
    let is_go = matches!(
        state.dialog.as_ref().map(|dialog| &dialog.ask),
        Some(Ask::Unlock(_) | Ask::Everywhere { .. } | Ask::Bulk { .. })
    );
    if !is_go || state.policy.verification == Verification::Off {
        return Vec::new();
    }
    let now = state.papers().verified;
    let at = now.and_then(|now| state.policy.methods.iter().position(|one| now.same_name(one)));
    let next = at.map_or(0, |at| at + 1);
    let person = if state.focus.is_bulk() { None } else { state.desk.shown.clone() };
    let text = state.policy.methods.get(next).map(|method| Untrusted::from(method.as_str()));
    state.verified = text.map(|text| ForCall { text, person, at: state.now.mono });
    state.changed();
    Vec::new()
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
