//! Answering a question, and completing what is typed.

use tui_input::Input;

use crate::bulk::run::MOST_BY_YES;
use crate::domain::{AuditContext, Untrusted};
use crate::policy::{Denial, VerificationRequirement};
use crate::screens::action::perform;
use crate::screens::desk::{ticket, unlock};
use crate::screens::dialog::palette;
use crate::screens::dialog::state::{Confirm, Dialog, Prompt};
use crate::screens::keymap::KeyContext;
use crate::screens::list_actions;
use crate::screens::lists;
use crate::screens::message::Effect;
use crate::screens::quit;
use crate::screens::session_unlocks;
use crate::screens::state::{PerCall, State};
use crate::screens::tab::Tab;
use crate::widgets::format::first_of;

/// So many files are named where a path could go on with several.
const CHOICES: usize = 6;

/// The answer is yes, or the text that was typed.
pub fn yes(state: &mut State) -> Vec<Effect> {
    if state.dialog.is_none() {
        // Enter in a filter.
        return list_actions::keep_filter(state);
    }
    if let Some(why) = unready(state).or_else(|| mistyped(state)) {
        return state.say(why);
    }
    if let Some(typed) = state.dialog.as_mut().and_then(|dialog| dialog.ticket.take()) {
        ticket::set(state, typed.value());
        return Vec::new();
    }
    let Some(dialog) = state.dialog.take() else { return Vec::new() };
    state.changed();
    let typed = dialog.field.as_ref().map_or("", Input::value);
    match dialog.ask {
        Prompt::Help(_) | Prompt::Details(_) => Vec::new(),
        Prompt::Palette(actions) => {
            palette::fitting(&actions, typed).get(dialog.at).map_or_else(Vec::new, |action| perform(state, *action))
        }
        Prompt::AddLines => lists::list_actions::added(state, typed),
        Prompt::EditLine(line, input) => lists::list_actions::edited(state, line, &input, typed),
        Prompt::OpenList => lists::list_actions::opened(state, typed),
        Prompt::SaveList => lists::list_actions::saved(state, typed),
        Prompt::Choose { row, candidates } => match candidates.into_iter().nth(dialog.at) {
            Some(candidate) => {
                state.lists.planning += 1;
                vec![Effect::Choose { generation: state.lists.generation, row, candidate }]
            }
            None => Vec::new(),
        },
        Prompt::Which(keys) => keys.get(dialog.at).map_or_else(Vec::new, |key| unlock::chosen(state, key)),
        Prompt::NewList => lists::list_actions::cleared(state),
        Prompt::GoOn => lists::run_actions::gone_on(state, false),
        Prompt::Retry => lists::run_actions::gone_on(state, true),
        Prompt::Leave => quit::leave(state),
        Prompt::Bulk => lists::run_actions::begin(state),
        Prompt::Ticket { then } => {
            ticket::set(state, typed);
            then.map_or_else(Vec::new, |(question, field)| state.ask(*question, field))
        }
        Prompt::Everywhere { keys, person } => {
            keys.iter().flat_map(|key| session_unlocks::start(state, key, &person, false, true)).collect()
        }
        Prompt::Unlock(Confirm { key, person, .. }) => {
            session_unlocks::start(state, &key, &person, dialog.field.is_some(), false)
        }
    }
}

/// What the policy still wants before this question may be answered with yes.
fn unready(state: &State) -> Option<String> {
    let dialog = state.dialog.as_ref()?;
    let asked = dialog.field.as_ref().filter(|_| matches!(dialog.ask, Prompt::Ticket { .. }));
    if let Some(typed) = dialog.ticket.as_ref().or(asked) {
        let ticket = Some(Untrusted::from(typed.value().trim())).filter(|ticket| !ticket.is_blank());
        // No ticket is a fine answer, unless an unlock waits that needs one.
        if ticket.is_none() && !matches!(dialog.ask, Prompt::Ticket { then: Some(_) }) {
            return None;
        }
        let audit = AuditContext { ticket, ..state.audit() };
        let stands = state.policy.standing(&audit, &state.now.wall.to_zoned(state.session.host_zone.clone()));
        let wrong = stands.into_iter().find(|one| matches!(one, Denial::Ticket(_)));
        return wrong.map(|one| one.rule().says.clone());
    }
    if !dialog.is_about_unlocks() {
        return None;
    }
    let own_tickets = matches!(dialog.ask, Prompt::Bulk) && state.lists.has_tickets();
    let first = state.standing().into_iter().find(|one| !(own_tickets && matches!(one, Denial::Ticket(_))))?;
    Some(first.problem().line())
}

/// What is wrong with the text that was to be typed. Many accounts want their number, whatever the question has a field for.
fn mistyped(state: &State) -> Option<String> {
    let dialog = state.dialog.as_ref().filter(|dialog| dialog.ticket.is_none())?;
    let typed = dialog.field.as_ref().map(|field| field.value().trim());
    let is_number = |count: usize| typed.map_or(count <= MOST_BY_YES, |typed| typed.parse() == Ok(count));
    let (is_right, meant) = match &dialog.ask {
        Prompt::Unlock(confirm) => (typed.is_none_or(|typed| confirm.key.id.same_name(typed)), "the account's id"),
        Prompt::Bulk => (is_number(state.lists.meant()), "the number of accounts"),
        Prompt::GoOn => (is_number(state.lists.left()), "the number of accounts"),
        Prompt::Retry => (is_number(state.lists.failed()), "the number of accounts"),
        _ => return None,
    };
    (!is_right).then(|| format!("that is not {meant}; nothing was sent"))
}

/// The next way of verification.
pub fn method(state: &mut State) -> Vec<Effect> {
    let is_go = state.dialog.as_ref().is_some_and(Dialog::is_about_unlocks);
    if !is_go || state.policy.verification == VerificationRequirement::Off {
        return Vec::new();
    }
    let now = state.audit().verified;
    let at = now.and_then(|now| state.policy.methods.iter().position(|one| now.same_name(one)));
    let next = at.map_or(0, |at| at + 1);
    let person = if state.tab() == Tab::Lists { None } else { state.desk.shown.clone() };
    let text = state.policy.methods.get(next).map(|method| Untrusted::from(method.as_str()));
    state.verified = text.map(|text| PerCall { text, person, at: state.now.mono });
    state.just_changed()
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
        [_, _, ..] if !is_longer => state.notify(first_of(choices, CHOICES, "  ")),
        _ => {}
    }
}
