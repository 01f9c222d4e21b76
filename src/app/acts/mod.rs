//! One user action per file. Each says why it can't be done now, or does it.

pub mod answer;
pub mod bulk;
mod copy;
pub mod details;
pub mod help;
pub mod line;
mod log;
pub mod palette;
mod panes;
pub mod quit;
mod refresh;
pub mod runs;
pub mod select;
pub mod tabs;
mod ticket;
mod unlock;
pub mod unlock_all;
mod watch;

use super::action::Action;
use super::dialog::{Ask, Dialog};
use super::event::Effect;
use super::keymap::Place;
use super::state::State;

/// True in the tabs that are looked at.
fn is_looked_at(place: Place) -> bool {
    matches!(place, Place::Locked | Place::Ledger | Place::Providers)
}

/// Does it, or says why not.
pub fn perform(state: &mut State, action: Action) -> Vec<Effect> {
    if let Err(reason) = availability(state, action) {
        state.say(reason);
        return Vec::new();
    }
    match action {
        Action::Quit => quit::quit(state),
        Action::Redraw => vec![Effect::Redraw],
        Action::Suspend => vec![Effect::Suspend],
        Action::Help => help::open(state),
        Action::Palette => palette::open(state),
        Action::NextPane => panes::go(state, 1),
        Action::PreviousPane => panes::go(state, -1),
        Action::Search => panes::to(state, Place::Query),
        Action::LeaveQuery | Action::People => panes::to(state, Place::People),
        Action::Open | Action::Refresh | Action::Mark | Action::Send if is_looked_at(state.focus) => match action {
            Action::Open => tabs::open(state),
            Action::Mark => tabs::mark(state),
            Action::Send => tabs::send(state),
            _ => on_purpose(tabs::again(state)),
        },
        Action::Open => select::open(state),
        Action::Up => select::step(state, -1),
        Action::Down => select::step(state, 1),
        Action::PageUp => select::page(state, -1),
        Action::PageDown => select::page(state, 1),
        Action::First => select::step(state, isize::MIN / 2),
        Action::Last => select::step(state, isize::MAX / 2),
        Action::Unlock => unlock::ask(state),
        Action::Everywhere => unlock_all::ask(state),
        Action::Refresh => on_purpose(refresh::refresh(state)),
        Action::Watch => watch::toggle(state),
        Action::Ticket => ticket::ask(state),
        Action::Desk => panes::to(state, Place::People),
        Action::Bulk => bulk::show(state),
        Action::Mark => bulk::mark(state),
        Action::Send => bulk::send(state),
        Action::OpenList => bulk::open_list(state),
        Action::DropRow => bulk::drop_row(state),
        Action::Choose => bulk::choose(state),
        Action::Filter => bulk::filter(state),
        Action::Sort => bulk::sort(state),
        Action::SaveList => bulk::save(state),
        Action::Go => runs::go(state),
        Action::Pause => runs::pause(state),
        Action::Stop => runs::stop(state),
        Action::GoOn => runs::go_on(state),
        Action::Retry => runs::retry(state),
        Action::NewList => bulk::clear(state),
        Action::Locked => tabs::locked(state),
        Action::Ledger => tabs::ledger(state),
        Action::Providers => tabs::providers(state),
        Action::Copy if state.focus == Place::Ledger && state.dialog.is_none() => tabs::copy(state),
        Action::Copy if state.focus.is_bulk() && state.dialog.is_none() => runs::copy(state),
        Action::Copy if state.dialog.is_some() => details::copy(state),
        Action::Copy => copy::copy(state),
        Action::Details => details::open(state),
        Action::Log => log::toggle(state),
        Action::Method => answer::method(state),
        Action::Yes => answer::yes(state),
        Action::Cancel => answer::cancel(state),
    }
}

/// Puts a question on the screen.
fn ask(state: &mut State, ask: Ask) -> Vec<Effect> {
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
        Action::Unlock => unlock::available(state),
        Action::Everywhere => unlock_all::available(state),
        Action::Open if is_looked_at(state.focus) => tabs::can_open(state),
        Action::Refresh if is_looked_at(state.focus) => tabs::can_ask_again(state),
        Action::Open => select::can_open(state),
        Action::Refresh => refresh::available(state),
        Action::Watch => watch::available(state),
        Action::OpenList | Action::SaveList if state.session.service => bulk::may_use_files(state),
        Action::SaveList if state.bulk.rows.is_empty() => Err("the list is empty: there is nothing to save".to_owned()),
        Action::OpenList | Action::DropRow | Action::Send => bulk::can_edit(state),
        Action::Choose => bulk::can_choose(state),
        Action::Go => runs::can_go(state),
        Action::Pause | Action::Stop => runs::is_live(state),
        Action::GoOn => runs::can_go_on(state),
        Action::Retry => runs::can_retry(state),
        Action::NewList => bulk::can_clear(state),
        Action::Copy if state.focus == Place::Ledger && state.dialog.is_none() => tabs::can_open(state),
        Action::Copy if state.focus.is_bulk() && state.dialog.is_none() => runs::has_run(state),
        Action::Copy if state.dialog.is_none() => copy::available(state),
        Action::Details => details::available(state),
        _ => Ok(()),
    }
}

/// Asked on purpose: where a login was refused, it is tried again.
fn on_purpose(effects: Vec<Effect>) -> Vec<Effect> {
    std::iter::once(Effect::ForgetRefusals).chain(effects).collect()
}
