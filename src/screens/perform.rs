//! One user action per file. Each says why it can't be done now, or does it.

use crate::screens::action::Action;
use crate::screens::dialog::state::Dialog;
use crate::screens::dialog::state::Prompt;
use crate::screens::keymap::KeyContext;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// True in the tabs that are looked at.
pub fn is_list_tab(place: KeyContext) -> bool {
    matches!(place, KeyContext::Locked | KeyContext::Ledger | KeyContext::Systems)
}

/// Does it, or says why not.
pub fn perform(state: &mut State, action: Action) -> Vec<Effect> {
    if let Err(reason) = availability(state, action) {
        state.notify(reason);
        return Vec::new();
    }
    match action {
        Action::Quit => crate::screens::quit::quit(state),
        Action::Redraw => vec![Effect::Redraw],
        Action::Suspend => vec![Effect::Suspend],
        Action::Help => crate::screens::dialog::help::open(state),
        Action::Palette => crate::screens::dialog::palette::open(state),
        Action::NextPane => crate::screens::focus::go(state, 1),
        Action::PreviousPane => crate::screens::focus::go(state, -1),
        Action::Search => crate::screens::focus::to(state, KeyContext::Query),
        Action::LeaveQuery | Action::People => crate::screens::focus::to(state, KeyContext::People),
        Action::Open | Action::Refresh | Action::Mark | Action::Send if is_list_tab(state.focus) => match action {
            Action::Open => crate::screens::list_tab_actions::open(state),
            Action::Mark => crate::screens::list_tab_actions::mark(state),
            Action::Send => crate::screens::list_tab_actions::send(state),
            _ => on_purpose(crate::screens::list_tab_actions::again(state)),
        },
        Action::Open => crate::screens::desk::select::open(state),
        Action::Up => crate::screens::desk::select::step(state, -1),
        Action::Down => crate::screens::desk::select::step(state, 1),
        Action::PageUp => crate::screens::desk::select::page(state, -1),
        Action::PageDown => crate::screens::desk::select::page(state, 1),
        Action::First => crate::screens::desk::select::step(state, isize::MIN / 2),
        Action::Last => crate::screens::desk::select::step(state, isize::MAX / 2),
        Action::Unlock => crate::screens::desk::unlock::ask(state),
        Action::UnlockAll => crate::screens::desk::unlock_all::ask(state),
        Action::Refresh => on_purpose(crate::screens::desk::refresh::refresh(state)),
        Action::Watch => crate::screens::desk::watch::toggle(state),
        Action::Ticket => crate::screens::desk::ticket::ask(state),
        Action::Desk => crate::screens::focus::to(state, KeyContext::People),
        Action::Lists => crate::screens::lists::list_actions::show(state),
        Action::Mark => crate::screens::lists::list_actions::mark(state),
        Action::Send => crate::screens::lists::list_actions::send(state),
        Action::OpenList => crate::screens::lists::list_actions::open_list(state),
        Action::DropRow => crate::screens::lists::list_actions::drop_row(state),
        Action::Choose => crate::screens::lists::list_actions::choose(state),
        Action::Filter => crate::screens::lists::list_actions::filter(state),
        Action::Sort => crate::screens::lists::list_actions::sort(state),
        Action::SaveList => crate::screens::lists::list_actions::save(state),
        Action::Go => crate::screens::lists::run_actions::go(state),
        Action::Pause => crate::screens::lists::run_actions::pause(state),
        Action::Stop => crate::screens::lists::run_actions::stop(state),
        Action::GoOn => crate::screens::lists::run_actions::go_on(state),
        Action::Retry => crate::screens::lists::run_actions::retry(state),
        Action::NewList => crate::screens::lists::list_actions::clear(state),
        Action::Locked => crate::screens::list_tab_actions::locked(state),
        Action::Ledger => crate::screens::list_tab_actions::ledger(state),
        Action::Systems => crate::screens::list_tab_actions::providers(state),
        Action::Copy if state.focus == KeyContext::Ledger && state.dialog.is_none() => {
            crate::screens::list_tab_actions::copy(state)
        }
        Action::Copy if state.focus.is_bulk() && state.dialog.is_none() => {
            crate::screens::lists::run_actions::copy(state)
        }
        Action::Copy if state.dialog.is_some() => crate::screens::dialog::account_details::copy(state),
        Action::Copy => crate::screens::desk::copy_note::copy(state),
        Action::Details => crate::screens::dialog::account_details::open(state),
        Action::Log => crate::screens::desk::request_log::toggle(state),
        Action::Method => crate::screens::dialog::confirm::method(state),
        Action::Yes => crate::screens::dialog::confirm::yes(state),
        Action::Cancel => crate::screens::dialog::confirm::cancel(state),
    }
}

/// Puts a question on the screen.
pub fn ask(state: &mut State, ask: Prompt) -> Vec<Effect> {
    state.changed();
    state.dialog = Some(Dialog { ask, since: state.revision, top: 0, shown: None });
    Vec::new()
}

/// Whether an action can be done now, or the reason why not.
///
/// # Errors
/// The reason, for the footer.
pub fn availability(state: &State, action: Action) -> Result<(), String> {
    match action {
        Action::Unlock => crate::screens::desk::unlock::available(state),
        Action::UnlockAll => crate::screens::desk::unlock_all::available(state),
        Action::Open if is_list_tab(state.focus) => crate::screens::list_tab_actions::can_open(state),
        Action::Refresh if is_list_tab(state.focus) => crate::screens::list_tab_actions::can_ask_again(state),
        Action::Open => crate::screens::desk::select::can_open(state),
        Action::Refresh => crate::screens::desk::refresh::available(state),
        Action::Watch => crate::screens::desk::watch::available(state),
        Action::OpenList | Action::SaveList if state.session.service => {
            crate::screens::lists::list_actions::may_use_files(state)
        }
        Action::SaveList if state.lists.rows.is_empty() => {
            Err("the list is empty: there is nothing to save".to_owned())
        }
        Action::OpenList | Action::DropRow | Action::Send => crate::screens::lists::list_actions::can_edit(state),
        Action::Choose => crate::screens::lists::list_actions::can_choose(state),
        Action::Go => crate::screens::lists::run_actions::can_go(state),
        Action::Pause | Action::Stop => crate::screens::lists::run_actions::is_live(state),
        Action::GoOn => crate::screens::lists::run_actions::can_go_on(state),
        Action::Retry => crate::screens::lists::run_actions::can_retry(state),
        Action::NewList => crate::screens::lists::list_actions::can_clear(state),
        Action::Copy if state.focus == KeyContext::Ledger && state.dialog.is_none() => {
            crate::screens::list_tab_actions::can_open(state)
        }
        Action::Copy if state.focus.is_bulk() && state.dialog.is_none() => {
            crate::screens::lists::run_actions::has_run(state)
        }
        Action::Copy if state.dialog.is_none() => crate::screens::desk::copy_note::available(state),
        Action::Details => crate::screens::dialog::account_details::available(state),
        _ => Ok(()),
    }
}

/// Asked on purpose: where a login was refused, it is tried again.
fn on_purpose(effects: Vec<Effect>) -> Vec<Effect> {
    std::iter::once(Effect::ForgetRefusals).chain(effects).collect()
}
