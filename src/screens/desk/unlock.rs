//! Asking for an unlock. It acts on the account that the screen shows as selected, by its id.

use tui_input::Input;

use crate::domain::{Account, AccountKey, Lock, MayUnlock};
use crate::flow::unlock_delegation;
use crate::policy::Denial;
use crate::policy::consent::typed_id_reason;
use crate::screens::dialog::state::{Confirm, Prompt};
use crate::screens::keymap::KeyContext;
use crate::screens::message::Effect;
use crate::screens::state::State;

use crate::screens::desk::accounts::{RowKey, SystemRow};
use crate::screens::desk::ticket;

/// Why nothing can be unlocked at all.
///
/// # Errors
/// The reason, for the footer.
pub fn may_write(state: &State) -> Result<(), String> {
    if state.policy.read_only { Err("read-only: this desk only looks (rule `read_only`)".to_owned()) } else { Ok(()) }
}

/// Why the selected account can't be unlocked now.
///
/// # Errors
/// The reason, for the footer.
pub fn available(state: &State) -> Result<(), String> {
    may_write(state)?;
    if state.desk.shown.is_none() || (state.focus != KeyContext::Status && state.desk.shown != state.desk.selected) {
        return Err("look at a person first: {key:open}".to_owned());
    }
    if !state.desk.is_row_settled && meant(state).len() < 2 {
        // Nobody unlocks what an account above it may turn out to be; the operator's own choice of a row counts at once.
        let names = state.desk.still_reading().join(", ");
        return Err(format!("still reading {names}; {{key:down}} chooses a row that is read"));
    }
    match meant(state).as_slice() {
        [] => Err(without_account(state)),
        [account] => may_ask(state, account),
        // Which of them is asked first.
        _ => Ok(()),
    }
}

/// The selected row is a system in which nothing can be unlocked.
fn without_account(state: &State) -> String {
    let rows = state.desk.system_rows();
    match state.desk.row_position().and_then(|at| rows.get(at)) {
        Some(SystemRow::NotRead(name, problem)) => {
            format!("{name} was not read: {}; {{key:refresh}} tries again", problem.what)
        }
        Some(SystemRow::Reading(name)) => format!("still reading {name}"),
        Some(SystemRow::NoAccount(name)) => format!("there is no account of this person in {name}"),
        _ => "no account is selected any more: choose one".to_owned(),
    }
}

/// Why this account can't be unlocked now.
fn may_ask(state: &State, account: &Account) -> Result<(), String> {
    if is_in_flight(state, account) {
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
        Lock::Open => Err(match account.after_unlock_warning() {
            Some(warning) => format!("not locked; {warning}"),
            None => "the account is open; there is nothing to unlock".to_owned(),
        }),
        Lock::NotReported if account.kind.capabilities().lock_state => {
            Err("the system told no lock state of this account: only what reads as locked is unlocked".to_owned())
        }
        // A Mac: the question says that nobody can see whether it is locked.
        Lock::NotReported => Ok(()),
        Lock::Unknown { problem: None } => Err("still reading this account".to_owned()),
        Lock::Unknown { problem: Some(problem) } => {
            Err(format!("the lock state can't be read: {}; {{key:refresh}} tries again", problem.what))
        }
    }
}

/// True while this account is being unlocked.
pub(super) fn is_in_flight(state: &State, account: &Account) -> bool {
    state.unlocks.iter().any(|unlock| unlock.flow.order().key == account.key && unlock.flow.outcome().is_none())
}

/// The accounts that can be meant: the selected one; from the list, each that is locked.
fn meant(state: &State) -> Vec<&Account> {
    let mut locked = state.desk.accounts();
    locked.retain(|account| state.focus != KeyContext::Status && account.lock.is_locked());
    unlock_delegation::without_confirming(&mut locked);
    if locked.is_empty() { state.desk.selected_account().into_iter().collect() } else { locked }
}

/// Asks for the unlock, or first which of several accounts is meant.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let keys: Vec<AccountKey> = meant(state).into_iter().map(|account| account.key.clone()).collect();
    match keys.as_slice() {
        [key] => ask_for(state, key),
        // The ticket comes first: an Enter that is held down, and chooses, must not answer that too.
        _ => {
            let standing = state.standing();
            ticket::ask_first(state, Prompt::Which(keys), None, &standing)
        }
    }
}

/// One of several was chosen: it is the selected one now.
pub fn chosen(state: &mut State, key: &AccountKey) -> Vec<Effect> {
    // While the question stood, it may have been opened, or its person left the screen.
    let account = state.desk.accounts().into_iter().find(|account| account.key == *key);
    let may = account.map_or_else(|| Err("that account is gone".to_owned()), |account| may_ask(state, account));
    if let Err(why) = may {
        return state.say(why);
    }
    (state.desk.row, state.desk.is_row_settled) = (Some(RowKey::Account(key.clone())), true);
    ask_for(state, key)
}

fn ask_for(state: &mut State, key: &AccountKey) -> Vec<Effect> {
    let Some(account) = state.desk.cache.get(key) else { return Vec::new() };
    let objections = state.objections(account);
    if let Some(objection @ Denial::Refuse(_)) = objections.first() {
        let (account, ticket) = (Box::new(account.clone()), state.audit().ticket);
        state.notify(objection.problem().line());
        return vec![Effect::NoteRefusal { account, ticket, objection: objection.clone() }];
    }
    let rule = objections.iter().find(|one| matches!(one, Denial::TypeId(_))).map(|one| one.rule().clone());
    let earlier = state.still_open(&account.key);
    let needs_id = typed_id_reason(account, &objections).is_some() || earlier.is_some();
    let typed = needs_id.then(Input::default);
    let confirm = Confirm { key: account.key.clone(), person: account.label().clone(), rule, earlier };
    ticket::ask_first(state, Prompt::Unlock(confirm), typed, &objections)
}
