//! Showing everything that a system says of the selected account, and copying it.

use jiff::tz::TimeZone;
use tui_input::Input;

use crate::domain::Account;
use crate::screens::desk::account_sheet::sheet;
use crate::screens::dialog::state::{Dialog, Prompt};
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::screens::tab::Tab;

/// Why there are none.
pub const NOBODY: &str = "no account is selected: {key:open} looks at a person";

/// The account that is meant: the selected one of the desk, or of Locked.
pub fn meant(state: &State) -> Option<&Account> {
    if state.tab() == Tab::Locked { state.locked.selected() } else { state.desk.selected_account() }
}

/// Opens them.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some(account) = meant(state).cloned() else { return Vec::new() };
    let key = account.key.clone();
    if state.desk.cache.get(&key).is_none() {
        state.desk.cache.put(account);
    }
    state.ask(Prompt::Details(key), Some(Input::default()))
}

/// The lines of an account: groups as headings, facts under them; only those that contain the filter, in themselves
/// or in their heading.
pub fn lines(account: &Account, zone: &TimeZone, filter: &str) -> Vec<(bool, String)> {
    let wanted = filter.trim().to_lowercase();
    let mut lines: Vec<(bool, String)> = Vec::new();
    let mut group = String::new();
    for fact in sheet(account, zone) {
        let line = fact.line();
        let own = fact.group.cell();
        if ![&line, &own].iter().any(|text| text.to_lowercase().contains(&wanted)) {
            continue;
        }
        if own != group {
            lines.push((true, own.clone()));
            group = own;
        }
        lines.push((false, line));
    }
    lines
}

/// Copies what the dialog shows.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some(Dialog { ask: Prompt::Details(key), field: Some(filter), .. }) = &state.dialog else { return Vec::new() };
    let Some(account) = state.desk.cache.get(key) else { return Vec::new() };
    let text: Vec<String> =
        lines(account, &state.session.zone, filter.value()).into_iter().map(|(_, line)| line).collect();
    state.copy(text.join("\n"), format!("{} lines were sent to your terminal's clipboard", text.len()))
}
