//! Answering a question.

mod ticket;

use crate::domain::{AuditContext, Untrusted};
use crate::policy::{Denial, Verification};
use crate::screens::desk::unlock;
use crate::screens::dialog::palette;
use crate::screens::dialog::state::{Confirm, Dialog, Prompt};
use crate::screens::list_actions;
use crate::screens::message::Effect;
use crate::screens::quit;
use crate::screens::session_unlocks;
use crate::screens::state::{PerCall, State};
use crate::screens::tab::Tab;

use ticket::{mistyped, set_ticket};

pub use ticket::{complete, completed, edit_ticket, has_ticket_field};

/// The answer is yes, or the text that was typed.
pub fn yes(state: &mut State) -> Vec<Effect> {
    if state.dialog.is_none() {
        // Enter in a filter.
        return list_actions::keep_filter(state);
    }
    if let Some(why) = unready(state).or_else(|| mistyped(state)) {
        state.notify(why);
        return Vec::new();
    }
    if let Some(typed) = state.dialog.as_mut().and_then(|dialog| dialog.ticket.take()) {
        set_ticket(state, typed.value());
        return Vec::new();
    }
    let Some(dialog) = state.dialog.take() else { return Vec::new() };
    state.changed();
    match dialog.ask {
        Prompt::Help { .. } | Prompt::Details { .. } => Vec::new(),
        Prompt::Palette { filter, actions, at } => match palette::fitting(&actions, filter.value()).get(at) {
            Some(action) => crate::screens::action::perform(state, *action),
            None => Vec::new(),
        },
        Prompt::AddLines(input) => crate::screens::lists::list_actions::added(state, input.value()),
        Prompt::EditLine { line, input } => crate::screens::lists::list_actions::edited(state, line, input.value()),
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
            set_ticket(state, input.value());
            then.map_or_else(Vec::new, |then| state.ask(*then))
        }
        Prompt::Everywhere { keys, person } => {
            keys.iter().flat_map(|key| session_unlocks::start(state, key, &person, false, true)).collect()
        }
        Prompt::Unlock(Confirm { key, person, typed, .. }) => {
            session_unlocks::start(state, &key, &person, typed.is_some(), false)
        }
    }
}

/// What the policy still wants before this question may be answered with yes.
fn unready(state: &State) -> Option<String> {
    if let Some(typed) = state.dialog.as_ref()?.ticket.as_ref().map(|typed| typed.value().trim()) {
        let ticket = Some(Untrusted::from(typed)).filter(|ticket| !ticket.is_blank())?;
        let audit = AuditContext { ticket: Some(ticket), ..state.audit() };
        let stands = state.policy.standing(&audit, &state.now.wall.to_zoned(state.session.host_zone.clone()));
        let wrong = stands.into_iter().find(|one| matches!(one, Denial::Ticket(_)));
        return wrong.map(|one| one.rule().says.clone());
    }
    let is_go = match &state.dialog.as_ref()?.ask {
        Prompt::Unlock(_) | Prompt::Everywhere { .. } | Prompt::Bulk { .. } => true,
        Prompt::Ticket { input, .. } => {
            let ticket = Some(Untrusted::from(input.value().trim())).filter(|ticket| !ticket.is_blank());
            let audit = AuditContext { ticket: ticket.clone(), ..state.audit() };
            let stands = state.policy.standing(&audit, &state.now.wall.to_zoned(state.session.host_zone.clone()));
            // No ticket is a fine answer, unless an unlock waits that needs one.
            let is_needed =
                ticket.is_some() || matches!(&state.dialog.as_ref()?.ask, Prompt::Ticket { then: Some(_), .. });
            let wrong = stands.into_iter().find(|one| matches!(one, Denial::Ticket(_)) && is_needed);
            return wrong.map(|one| one.rule().says.clone());
        }
        _ => false,
    };
    let own_tickets = matches!(&state.dialog.as_ref()?.ask, Prompt::Bulk { .. }) && state.lists.has_tickets();
    let stands = state.standing().into_iter();
    let first = stands.filter(|one| !(own_tickets && matches!(one, Denial::Ticket(_)))).find(|_| is_go)?;
    Some(first.problem().line())
}

/// The next way of verification.
pub fn method(state: &mut State) -> Vec<Effect> {
    let is_go = state.dialog.as_ref().is_some_and(Dialog::is_about_unlocks);
    if !is_go || state.policy.verification == Verification::Off {
        return Vec::new();
    }
    let now = state.audit().verified;
    let at = now.and_then(|now| state.policy.methods.iter().position(|one| now.same_name(one)));
    let next = at.map_or(0, |at| at + 1);
    let person = if state.tab() == Tab::Lists { None } else { state.desk.shown.clone() };
    let text = state.policy.methods.get(next).map(|method| Untrusted::from(method.as_str()));
    state.verified = text.map(|text| PerCall { text, person, at: state.now.mono });
    state.changed();
    Vec::new()
}

/// The question is dropped, and nothing is done; a field of it, or a filter, is left.
pub fn cancel(state: &mut State) -> Vec<Effect> {
    state.changed();
    if state.dialog.is_none() {
        return list_actions::clear_filter(state);
    }
    if state.dialog.as_mut().is_some_and(|dialog| dialog.ticket.take().is_some()) {
        return Vec::new();
    }
    if state.dialog.take().is_some_and(|dialog| dialog.is_about_unlocks()) {
        state.notify("cancelled; nothing was sent");
    }
    Vec::new()
}
