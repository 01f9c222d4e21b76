//! Answering a question.

use crate::domain::Papers;
use crate::domain::Untrusted;
use crate::policy::Objection;
use crate::policy::Verification;
use crate::screens::dialog::state::Confirm;
use crate::screens::dialog::state::Prompt;
use crate::screens::message::Effect;
use crate::screens::session_unlocks;
use crate::screens::state::PerCall;
use crate::screens::state::State;

use crate::screens::desk::unlock;
use crate::screens::dialog::palette;
use crate::screens::perform::ask;
use crate::screens::quit;

/// The answer is yes, or the text that was typed.
pub fn yes(state: &mut State) -> Vec<Effect> {
    if let Some(why) = unready(state).or_else(|| mistyped(state)) {
        state.notify(why);
        return Vec::new();
    }
    let Some(dialog) = state.dialog.take() else { return Vec::new() };
    state.changed();
    match dialog.ask {
        Prompt::Help { .. } | Prompt::Details { .. } => Vec::new(),
        Prompt::Palette { filter, actions, at } => match palette::fitting(&actions, filter.value()).get(at) {
            Some(action) => crate::screens::perform::perform(state, *action),
            None => Vec::new(),
        },
        Prompt::OpenList(input) => crate::screens::lists::list_actions::opened(state, input.value()),
        Prompt::SaveList(input) => crate::screens::lists::list_actions::saved(state, input.value()),
        Prompt::Choose { row, candidates, at } => match candidates.into_iter().nth(at) {
            Some(candidate) => {
                state.lists.planning += 1;
                vec![Effect::Choose { generation: state.lists.generation, row, candidate }]
            }
            None => Vec::new(),
        },
        Prompt::Which { keys, at } => keys.get(at).map_or_else(Vec::new, |key| unlock::chosen(state, key)),
        Prompt::NewList => crate::screens::lists::list_actions::cleared(state),
        Prompt::GoOn { .. } => crate::screens::lists::run_actions::gone_on(state),
        Prompt::Retry { .. } => crate::screens::lists::run_actions::retried(state),
        Prompt::Leave => quit::leave(state),
        Prompt::Bulk { .. } => crate::screens::lists::run_actions::begin(state),
        Prompt::Ticket { input, then } => {
            let id = Untrusted::from(input.value().trim());
            let person = state.desk.shown.clone();
            state.notify(if id.is_blank() { "no ticket".to_owned() } else { format!("ticket {}", id.cell()) });
            state.ticket = (!id.is_blank()).then_some(PerCall { text: id, person, at: state.now.mono });
            then.map_or_else(Vec::new, |then| ask(state, *then))
        }
        Prompt::Everywhere { keys, person } => {
            keys.iter().flat_map(|key| session_unlocks::start(state, key, &person, false, true)).collect()
        }
        Prompt::Unlock(Confirm { key, person, typed, .. }) => {
            session_unlocks::start(state, &key, &person, typed.is_some(), false)
        }
    }
}

/// What is wrong with the text that was to be typed.
fn mistyped(state: &State) -> Option<String> {
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

/// What the policy still wants before this question may be answered with yes.
fn unready(state: &State) -> Option<String> {
    let is_go = match &state.dialog.as_ref()?.ask {
        Prompt::Unlock(_) | Prompt::Everywhere { .. } | Prompt::Bulk { .. } => true,
        Prompt::Ticket { input, .. } => {
            let ticket = Some(Untrusted::from(input.value().trim())).filter(|ticket| !ticket.is_blank());
            let papers = Papers { ticket: ticket.clone(), ..state.papers() };
            let stands = state.policy.standing(&papers, &state.now.wall.to_zoned(state.session.host_zone.clone()));
            // No ticket is a fine answer, unless an unlock waits that needs one.
            let is_needed =
                ticket.is_some() || matches!(&state.dialog.as_ref()?.ask, Prompt::Ticket { then: Some(_), .. });
            let wrong = stands.into_iter().find(|one| matches!(one, Objection::Ticket(_)) && is_needed);
            return wrong.map(|one| one.rule().says.clone());
        }
        _ => false,
    };
    let own_tickets = matches!(&state.dialog.as_ref()?.ask, Prompt::Bulk { .. }) && state.lists.has_tickets();
    let stands = state.standing().into_iter();
    let first = stands.filter(|one| !(own_tickets && matches!(one, Objection::Ticket(_)))).find(|_| is_go)?;
    Some(first.problem().line())
}

/// The next way of verification.
pub fn method(state: &mut State) -> Vec<Effect> {
    let is_go = matches!(
        state.dialog.as_ref().map(|dialog| &dialog.ask),
        Some(Prompt::Unlock(_) | Prompt::Everywhere { .. } | Prompt::Bulk { .. })
    );
    if !is_go || state.policy.verification == Verification::Off {
        return Vec::new();
    }
    let now = state.papers().verified;
    let at = now.and_then(|now| state.policy.methods.iter().position(|one| now.same_name(one)));
    let next = at.map_or(0, |at| at + 1);
    let person = if state.focus.is_bulk() { None } else { state.desk.shown.clone() };
    let text = state.policy.methods.get(next).map(|method| Untrusted::from(method.as_str()));
    state.verified = text.map(|text| PerCall { text, person, at: state.now.mono });
    state.changed();
    Vec::new()
}

/// The question is dropped; nothing is done.
pub fn cancel(state: &mut State) -> Vec<Effect> {
    let was_unlock = state.dialog.take().is_some_and(|dialog| {
        matches!(dialog.ask, Prompt::Unlock(_) | Prompt::Everywhere { .. } | Prompt::Bulk { .. })
    });
    if was_unlock {
        state.notify("cancelled; nothing was sent");
    }
    state.changed();
    Vec::new()
}
