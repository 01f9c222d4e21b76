//! Asking for an unlock. It acts on the account that the screen shows as selected, by its id.

use tui_input::Input;

use crate::app::dialog::{Ask, Confirm, Dialog};
use crate::app::event::Effect;
use crate::app::keymap::Place;
use crate::app::state::State;
use crate::domain::{Account, Cause, Lock, MayUnlock};

use super::ticket;

/// Why the selected account can't be unlocked now.
pub fn available(state: &State) -> Result<(), String> {
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
    let needs_id = account.lock.cause() == Some(Cause::Admin) || account.guess.is_some();
    let confirm =
        Confirm { key: account.key.clone(), person: account.label().clone(), typed: needs_id.then(Input::default) };
    // A ticket of another caller, or of an earlier call, is asked again.
    let holds = state.desk.shown.as_ref().is_some_and(|person| state.ticket_for(person).is_some());
    if state.ticket.is_some() && !holds {
        ticket::ask_then(state, Some(confirm));
    } else {
        self::confirm(state, confirm);
    }
    Vec::new()
}

/// Puts the question on the screen.
pub fn confirm(state: &mut State, confirm: Confirm) {
    state.changed();
    state.dialog = Some(Dialog { ask: Ask::Unlock(confirm), since: state.revision, drawn: false });
}
