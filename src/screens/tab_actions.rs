//! Actions that every tab has in its own way: the one of the tab that shows is done.

use super::action::unless;
use super::desk::{request_log, select, ticket_note, unlock as desk_unlock};
use super::dialog::account_details;
use super::dialog::state::Prompt;
use super::lists::run_actions;
use super::message::Effect;
use super::state::State;
use super::tab::Tab;
use super::{ledger, locked, systems};

/// Why nobody can be looked at.
///
/// # Errors
/// The reason, for the footer.
pub fn can_open(state: &State) -> Result<(), String> {
    let is_nobody = match state.tab() {
        Tab::Desk => return select::can_open(state),
        Tab::Locked => state.locked.selected().is_none(),
        Tab::Ledger => state.ledger.selected().is_none(),
        Tab::Lists | Tab::Systems => true,
    };
    unless(is_nobody, "nothing is selected")
}

/// Looks at the selected person on the desk.
pub fn open(state: &mut State) -> Vec<Effect> {
    match state.tab() {
        Tab::Locked => locked::actions::open(state),
        Tab::Ledger => ledger::actions::open(state),
        _ => select::open(state),
    }
}

/// Why nothing can be read again now.
///
/// # Errors
/// The reason, for the footer.
pub fn can_read_again(state: &State) -> Result<(), String> {
    let is_busy = match state.tab() {
        Tab::Desk => return select::can_refresh(state),
        Tab::Locked => state.locked.is_asking(),
        Tab::Ledger => state.ledger.reading,
        Tab::Systems => return systems::actions::can_check(state),
        Tab::Lists => return Err("rows are read again when they are run".to_owned()),
    };
    unless(is_busy, "the last question is still being answered")
}

/// Reads again what shows. Asked on purpose: where a login was refused, it is tried again.
pub fn read_again(state: &mut State) -> Vec<Effect> {
    let effects = match state.tab() {
        Tab::Locked => locked::actions::ask(state),
        Tab::Ledger => ledger::actions::show(state),
        Tab::Systems => systems::actions::check(state),
        _ => select::refresh(state),
    };
    std::iter::once(Effect::ForgetRefusals).chain(effects).collect()
}

/// Why nothing can be unlocked.
///
/// # Errors
/// The reason, for the footer.
pub fn can_unlock(state: &State) -> Result<(), String> {
    match state.tab() {
        Tab::Desk => desk_unlock::available(state),
        Tab::Locked => desk_unlock::may_write(state).and_then(|()| can_open(state)),
        _ => Err("unlock works on the desk ({key:desk})".to_owned()),
    }
}

/// Asks for an unlock; from Locked its person is looked at first, because nothing is unlocked unread.
pub fn unlock(state: &mut State) -> Vec<Effect> {
    match state.tab() {
        Tab::Locked => {
            let effects = locked::actions::open(state);
            state.desk.asks_once_read = true;
            state.notify("reading first; then it asks");
            effects
        }
        _ => desk_unlock::ask(state),
    }
}

/// Why there are no details.
///
/// # Errors
/// The reason, for the footer.
pub fn can_show_details(state: &State) -> Result<(), String> {
    account_details::meant(state).map(|_| ()).ok_or_else(|| account_details::NOBODY.to_owned())
}

/// Why there is nothing to copy.
///
/// # Errors
/// The reason, for the footer.
pub fn can_copy(state: &State) -> Result<(), String> {
    if state.dialog.is_some() {
        return Ok(());
    }
    match state.tab() {
        Tab::Desk if state.reads_log() => Ok(()),
        Tab::Desk => ticket_note::available(state),
        Tab::Lists => run_actions::has_run(state),
        Tab::Ledger => can_open(state),
        Tab::Locked | Tab::Systems => Err("a note is about an unlock: it is copied on the desk".to_owned()),
    }
}

/// Copies what there is to copy.
pub fn copy(state: &mut State) -> Vec<Effect> {
    if state.dialog.as_ref().is_some_and(|dialog| matches!(dialog.ask, Prompt::Details(_))) {
        return account_details::copy(state);
    }
    match state.tab() {
        Tab::Lists => run_actions::copy(state),
        Tab::Ledger => ledger::actions::copy(state),
        Tab::Desk if state.reads_log() => request_log::copy(state),
        _ => ticket_note::copy(state),
    }
}
