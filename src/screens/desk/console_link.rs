//! The id of what is selected, and where its system's own console shows it.

use crate::domain::{Account, Untrusted};
use crate::screens::dialog::account_details;
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::screens::tab::Tab;

/// What takes the place of the id in a console's address.
const ID: &str = "{id}";

/// The id of the selected account or row.
fn id(state: &State) -> Option<Untrusted> {
    match state.tab() {
        Tab::Desk | Tab::Locked => account_details::meant(state).map(|account| account.key.id.clone()),
        Tab::Ledger => state.ledger.selected().map(|row| row.key.id.clone()),
        Tab::Lists => state.lists.current().and_then(|(_, one)| Some(one.row.account.as_ref()?.key.id.clone())),
        Tab::Systems => None,
    }
}

/// Why there is no id to copy.
///
/// # Errors
/// The reason, for the footer.
pub fn has_id(state: &State) -> Result<(), String> {
    id(state).map(|_| ()).ok_or_else(|| "no account is selected: there is no id to copy".to_owned())
}

/// Copies it.
pub fn copy_id(state: &mut State) -> Vec<Effect> {
    let Some(id) = id(state) else { return Vec::new() };
    state.copy(id.clipboard(), format!("the id {} was sent to your terminal's clipboard", id.cell()))
}

/// The account's address in its system's own console.
fn console(state: &State, account: &Account) -> Option<String> {
    let provider = state.providers.iter().find(|provider| provider.name == account.key.provider)?;
    let address = provider.console_url.as_ref()?;
    Some(address.replace(ID, &account.key.id.url()))
}

/// Why no address is known.
///
/// # Errors
/// The reason, for the footer.
pub fn has_console(state: &State) -> Result<(), String> {
    let account = account_details::meant(state).ok_or(account_details::NOBODY)?;
    console(state, account).map(|_| ()).ok_or_else(|| {
        let provider = &account.key.provider;
        format!("no console is configured for {provider}: set `console_url = \"https://HOST/{{id}}\"` at this provider")
    })
}

/// Shows it as text, and copies it: a jump host has no browser.
pub fn show_console(state: &mut State) -> Vec<Effect> {
    let Some(address) = account_details::meant(state).and_then(|account| console(state, account)) else {
        return Vec::new();
    };
    let said = format!("{address} (sent to your terminal's clipboard)");
    state.copy(address, said)
}
