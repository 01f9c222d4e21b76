//! Asking for an unlock. It acts on the account that the screen shows as selected, by its id.

use tui_input::Input;

use crate::app::dialog::{Ask, Confirm};
use crate::app::event::Effect;
use crate::app::keymap::Place;
use crate::app::state::State;
use crate::domain::{Account, Cause, Lock, MayUnlock};
use crate::policy::Objection;

use super::ticket;

/// Why nothing can be unlocked at all.
///
/// # Errors
/// The reason, for the footer.
pub fn may_write(state: &State) -> Result<(), String> {
    if state.policy.read_only { Err("read-only: this desk only looks (rule `read_only`)".to_owned()) } else { Ok(()) }
}

/// Why the selected account can't be unlocked now.
pub fn available(state: &State) -> Result<(), String> {
    may_write(state)?;
    if state.desk.shown.is_none() || (state.focus != Place::Status && state.desk.shown != state.desk.selected) {
        return Err("look at a person first: Enter".to_owned());
    }
    let Some(account) = target(state)? else {
        return Err("no account is selected any more: choose one".to_owned());
    };
    let in_flight = |unlock: &crate::app::unlocks::DeskUnlock| {
        unlock.flow.request().key == account.key && unlock.flow.outcome().is_none()
    };
    if state.unlocks.iter().any(in_flight) {
        return Err("this account is being unlocked already".to_owned());
    }
    if account.enabled == Some(false) {
        return Err("the account is disabled: an unlock does not enable it".to_owned());
    }
    if let MayUnlock::No(why) = &account.may_unlock {
        return Err(why.cell());
    }
    match &account.lock {
        Lock::Locked { .. } if !account.is_read() => Err("still reading this account".to_owned()),
        Lock::Locked { .. } => Ok(()),
        Lock::Open => Err("the account is open; there is nothing to unlock".to_owned()),
        // A Mac: the question says that nobody can see whether it is locked.
        Lock::NotReported => Ok(()),
        Lock::Unknown { problem: None } => Err("still reading this account".to_owned()),
        Lock::Unknown { problem: Some(problem) } => Err(format!("the lock state can't be read: {}", problem.what)),
    }
}

/// The account that is meant: the selected one; from the list, the only locked one.
fn target(state: &State) -> Result<Option<&Account>, String> {
    if state.focus == Place::Status {
        return Ok(state.desk.selected_account());
    }
    let accounts = state.desk.accounts();
    let mut locked = accounts.iter().filter(|account| account.lock.is_locked());
    match (locked.next(), locked.next()) {
        (Some(_), Some(_)) => Err("several accounts are locked: choose one in Provider status (Tab)".to_owned()),
        (Some(account), None) => Ok(Some(account)),
        (None, _) => Ok(state.desk.selected_account()),
    }
}

pub fn ask(state: &mut State) -> Vec<Effect> {
    let Ok(Some(account)) = target(state) else { return Vec::new() };
    let objections = state.objections(account);
    if let Some(objection @ Objection::Refuse(_)) = objections.first() {
        let (account, ticket) = (Box::new(account.clone()), state.papers().ticket);
        state.say(objection.problem().line());
        return vec![Effect::NoteRefusal { account, ticket, objection: objection.clone() }];
    }
    let rule = objections.iter().find(|one| matches!(one, Objection::TypeId(_))).map(|one| one.rule().clone());
    let needs_id = account.lock.cause() == Some(Cause::Admin) || account.guess.is_some() || rule.is_some();
    let typed = needs_id.then(Input::default);
    let confirm = Confirm { key: account.key.clone(), person: account.label().clone(), typed, rule };
    ticket::ask_first(state, Ask::Unlock(confirm), &objections)
}
