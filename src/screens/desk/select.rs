//! Moving the selection, and looking at what is selected.

use crate::screens::desk::state::FOLLOW;
use crate::screens::dialog::state::Prompt;
use crate::screens::keymap::KeyContext;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// The lines of a box that a page goes by.
const BOX_PAGE: usize = 12;

/// The selection in the list has moved: the status pane follows after a rest.
pub fn moved(state: &mut State) {
    // Nobody selected is followed too: the last caller's state must not stand beside the next one's name.
    let follows = state.desk.selected != state.desk.shown;
    state.desk.follow_due = follows.then(|| state.now.mono + FOLLOW);
}

/// Moves by rows in whatever has the focus.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    state.changed();
    if let Some(dialog) = &mut state.dialog {
        if let Prompt::Palette { filter, actions, at } = &mut dialog.ask {
            let many = crate::screens::dialog::palette::fitting(actions, filter.value()).len();
            *at = at.saturating_add_signed(by).min(many.saturating_sub(1));
        } else if let Some((at, many)) = dialog.choice() {
            *at = at.saturating_add_signed(by).min(many.saturating_sub(1));
        } else if !dialog.scroll(by) && !dialog.place().is_list() {
            state.notify("there is no more of it");
        }
        return Vec::new();
    }
    match state.focus {
        KeyContext::Lists | KeyContext::Filter => {
            state.lists.step(by);
            Vec::new()
        }
        KeyContext::Locked | KeyContext::Ledger | KeyContext::Systems => {
            crate::screens::list_tab_actions::step(state, by);
            Vec::new()
        }
        KeyContext::Status => {
            let keys: Vec<_> = state.desk.accounts().iter().map(|account| account.key.clone()).collect();
            let at = keys.iter().position(|key| Some(key) == state.desk.account.as_ref()).unwrap_or(0);
            let next = at.saturating_add_signed(by).min(keys.len().saturating_sub(1));
            state.desk.account = keys.get(next).cloned();
            Vec::new()
        }
        KeyContext::Progress => {
            state.scrolled = state.scrolled.saturating_add_signed(by.saturating_neg()).min(state.hidden);
            Vec::new()
        }
        _ => {
            state.desk.step(by);
            moved(state);
            if by > 0 && state.desk.nears_end() {
                return state.desk.search.further().into_iter().map(Effect::Call).collect();
            }
            Vec::new()
        }
    }
}

/// Moves by a page.
pub fn page(state: &mut State, by: isize) -> Vec<Effect> {
    let page = match state.focus {
        // A box shows at least so many lines where it has room at all.
        _ if state.dialog.is_some() => BOX_PAGE,
        KeyContext::Lists | KeyContext::Filter => state.lists.page,
        KeyContext::Locked | KeyContext::Ledger | KeyContext::Systems => state.systems.lines.page,
        _ => state.desk.page,
    };
    let rows = isize::try_from(page.max(2) - 1).unwrap_or(1);
    step(state, by * rows)
}

/// A row can be opened when it answers the text on the screen.
///
/// # Errors
/// Why it can't.
pub fn can_open(state: &State) -> Result<(), String> {
    if state.desk.position().is_some() {
        Ok(())
    } else if state.desk.search.is_pending() {
        Err("still searching for what you typed".to_owned())
    } else if state.desk.rows.is_empty() {
        Err("nobody matches; change the text".to_owned())
    } else {
        Err("nobody is selected any more: choose a row".to_owned())
    }
}

/// Looks at the selected person.
pub fn open(state: &mut State) -> Vec<Effect> {
    crate::screens::focus::to(state, KeyContext::Status)
}
