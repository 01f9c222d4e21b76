//! Unlocking every locked account of a person in one act. Deliberate locks and disabled accounts stay out,
//! and the question says so.

use crate::domain::{Account, AccountKey};
use crate::policy::Denial;
use crate::policy::consent::opens_ordinarily;
use crate::screens::desk::ticket::ask_first;
use crate::screens::desk::unlock::{is_in_flight, may_write};
use crate::screens::dialog::state::Prompt;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// Why there is nothing to unlock everywhere.
///
/// # Errors
/// The reason, for the footer.
pub fn available(state: &State) -> Result<(), String> {
    may_write(state)?;
    if state.desk.shown.is_none() || state.desk.shown != state.desk.selected {
        return Err("look at a person first: {key:open}".to_owned());
    }
    let reading = state.desk.still_reading();
    if !reading.is_empty() {
        let names = reading.join(", ");
        return Err(format!("still reading {names}; {{key:unlock}} unlocks one account that is read"));
    }
    let accounts = state.desk.accounts();
    if accounts.iter().any(|account| is_in_flight(state, account)) {
        return Err("an account of this person is being unlocked already".to_owned());
    }
    if !chosen(state).is_empty() {
        return Ok(());
    }
    // What is locked all the same has to be asked for by itself.
    let is_locked = accounts.iter().any(|account| account.lock.is_locked());
    Err(if is_locked {
        "locked on purpose, disabled or ruled out: choose a row, then {key:unlock}".to_owned()
    } else {
        "no account of this person is known to be locked".to_owned()
    })
}

/// The accounts that an unlock everywhere opens.
pub fn chosen(state: &State) -> Vec<AccountKey> {
    let is_opened = |account: &&Account| opens_ordinarily(account) && !is_ruled_out(state, account);
    state.desk.accounts().into_iter().filter(is_opened).map(|account| account.key.clone()).collect()
}

/// True when a rule stands against this account, or wants its id typed.
pub fn is_ruled_out(state: &State, account: &Account) -> bool {
    state.objections(account).iter().any(|one| matches!(one, Denial::Refuse(_) | Denial::TypeId(_)))
}

/// Puts the question on the screen.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let keys = chosen(state);
    let Some(person) = state.desk.person() else { return Vec::new() };
    let meant = state.desk.accounts().into_iter().filter(|account| keys.contains(&account.key));
    let objections: Vec<Denial> = meant.flat_map(|account| state.objections(account)).collect();
    ask_first(state, Prompt::Everywhere { keys, person: person.name }, None, &objections)
}
