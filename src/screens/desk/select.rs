//! Moving the selection, and looking at what is selected.

use std::time::Duration;

use tui_input::Input;

use crate::screens::desk::state::FOLLOW;
use crate::screens::dialog::palette;
use crate::screens::dialog::state::Prompt;
use crate::screens::key_handler::recall;
use crate::screens::keymap::KeyContext;
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::screens::tab::Tab;

/// The lines of a box that a page goes by.
const BOX_PAGE: usize = 12;

/// The selection in the list has moved: the status pane follows after a rest.
pub fn moved(state: &mut State) {
    // Nobody selected is followed too: the last caller's state must not stand beside the next one's name.
    let follows = state.desk.selected != state.desk.shown;
    // Until somebody has chosen or typed, the person on top is looked at at once.
    let rest = if state.touched == Duration::ZERO { Duration::ZERO } else { FOLLOW };
    state.desk.follow_due = follows.then(|| state.now.mono + rest);
}

/// Moves by rows in whatever has the focus.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    state.changed();
    if let Some(dialog) = &mut state.dialog {
        let filter = dialog.field.as_ref().map_or("", Input::value);
        let choices = match &dialog.ask {
            Prompt::Palette(actions) => Some(palette::fitting(actions, filter).len()),
            _ => dialog.choices(),
        };
        if let Some(many) = choices {
            dialog.at = dialog.at.saturating_add_signed(by).min(many.saturating_sub(1));
        } else if !dialog.scroll(by) && !dialog.place().is_list() {
            state.notify("there is no more of it");
        }
        return Vec::new();
    }
    // An earlier text stands in the field: up and down go through what was asked before.
    let recalls = state.desk.is_query_old || state.desk.history.1.is_some();
    if state.focus == KeyContext::Query && recalls && by.abs() == 1 && recall(state, by < 0) {
        return Vec::new();
    }
    if let Some(list) = state.list() {
        list.step(by);
        // Whoever moves looks at something: the cursor stays there.
        state.lists.follows &= state.tab() != Tab::Lists;
        return Vec::new();
    }
    match state.focus {
        KeyContext::Status => {
            let at = state.desk.row_position().unwrap_or(0);
            let last = state.desk.system_rows().len().saturating_sub(1);
            state.desk.choose_row(at.saturating_add_signed(by).min(last));
        }
        // No list is filtered here: the keys that move do nothing.
        KeyContext::Filter => {}
        KeyContext::Progress => {
            state.scrolled = state.scrolled.saturating_add_signed(by.saturating_neg()).min(state.hidden);
        }
        _ => {
            state.desk.step(by);
            moved(state);
            if by > 0 && state.desk.nears_end() {
                return state.desk.search.further().into_iter().map(Effect::Call).collect();
            }
        }
    }
    Vec::new()
}

/// Moves by a page.
pub fn page(state: &mut State, by: isize) -> Vec<Effect> {
    // A box shows at least so many lines where it has room at all.
    let of_list = state.list_ref().map_or(state.desk.page, |list| list.page);
    let page = if state.dialog.is_some() { BOX_PAGE } else { of_list };
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

/// Why there is nobody to read again.
///
/// # Errors
/// The reason, for the footer.
pub fn can_refresh(state: &State) -> Result<(), String> {
    state.desk.selected.as_ref().map(|_| ()).ok_or_else(|| "nobody is selected".to_owned())
}

/// Reads the accounts of the person again.
pub fn refresh(state: &mut State) -> Vec<Effect> {
    state.changed();
    state.desk.follow(state.now.mono, true).into_iter().map(Effect::Call).collect()
}

/// Looks at the selected person.
pub fn open(state: &mut State) -> Vec<Effect> {
    state.desk.remember_query();
    crate::screens::focus::to(state, KeyContext::Status)
}
