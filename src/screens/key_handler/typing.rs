//! Letters: into the search, or mistyped where they are commands.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::screens::action::Action;
use crate::screens::desk::select::moved;
use crate::screens::keymap::KeyContext;
use crate::screens::list_actions;
use crate::screens::lists::list_actions::{can_edit, join};
use crate::screens::lists::state::ListSource;
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::screens::tab::Tab;
use crate::screens::text_field::{edit, paste};

use super::{MISTYPED, is_list};

/// A key in the search field: an earlier text goes with the first letter, and is edited by an arrow; up recalls.
pub(super) fn query_key(state: &mut State, key: &KeyEvent) {
    let before = state.desk.query.value().to_owned();
    let is_letter = matches!(key.code, KeyCode::Char(_)) && !key.modifiers.contains(KeyModifiers::CONTROL);
    if state.desk.is_query_old && (is_letter || matches!(key.code, KeyCode::Backspace | KeyCode::Delete)) {
        state.desk.query.reset();
    }
    let was_old = std::mem::take(&mut state.desk.is_query_old);
    if edit(&mut state.desk.query, key) || was_old {
        state.changed();
    }
    if state.desk.query.value() != before {
        typed(state);
    }
}

/// A name typed where letters are commands must not act by its letters: the first letter that is no command makes the
/// next ones that would unlock or run something none either, for a moment.
pub(super) fn is_mistyped(state: &mut State, place: KeyContext, key: &KeyEvent, action: Option<Action>) -> bool {
    let is_letter = matches!(key.code, KeyCode::Char(c) if c.is_alphabetic())
        && key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    if !is_letter || place.is_typing() || state.dialog.is_some() {
        return false;
    }
    if action.is_some_and(|action| state.now.mono >= state.typing_until || !GUARDED.contains(&action)) {
        return false;
    }
    state.typing_until = state.now.mono + MISTYPED;
    state.notify(match (Tab::of(place), action) {
        (_, Some(_)) => "ignored: it looked like typing; {key:search} types a name",
        (Tab::Desk, None) => "letters are commands here: {key:search} types a name",
        (_, None) => "nothing on this key here; {key:help} lists the keys",
    });
    true
}

/// What a letter of a name must not do.
const GUARDED: [Action; 10] = [
    Action::Unlock,
    Action::UnlockAll,
    Action::Copy,
    Action::First,
    Action::Last,
    Action::Send,
    Action::DropRow,
    Action::Stop,
    Action::Retry,
    Action::Quit,
];

fn typed(state: &mut State) {
    state.desk.history.1 = None;
    state.desk.typed(state.now);
    moved(state);
    state.changed();
}

/// Recalls an earlier question, or a later one again.
pub fn recall(state: &mut State, back: bool) -> bool {
    let (texts, at) = (&state.desk.history.0, state.desk.history.1);
    let next = match (at, back) {
        (None, true) => Some(0),
        (Some(at), true) => Some((at + 1).min(texts.len().saturating_sub(1))),
        (Some(at), false) => at.checked_sub(1),
        (None, false) => return false,
    };
    let text = next.and_then(|at| texts.get(at)).cloned();
    if back && text.is_none() {
        return false;
    }
    state.desk.query = tui_input::Input::new(text.unwrap_or_default());
    state.desk.is_query_old = false;
    typed(state);
    state.desk.history.1 = next;
    true
}

/// Pasted text only ever enters text fields.
pub fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    if state.dialog.as_mut().is_some_and(|dialog| dialog.answer_due.take().is_some()) {
        state.notify("no answer: a paste came right behind it; press the key alone");
    } else if let Some(dialog) = &mut state.dialog {
        if dialog.hears()
            && let Some(field) = dialog.input()
        {
            paste(field, text);
            state.changed();
        }
    } else if state.focus == KeyContext::Lists || (state.focus != KeyContext::Filter && is_list(text)) {
        return match can_edit(state) {
            Ok(()) => join(state, ListSource::Text(text.to_owned())),
            Err(why) => state.say(why),
        };
    } else if state.focus == KeyContext::Filter {
        if let Some(list) = state.list() {
            paste(&mut list.filter, text);
        }
        list_actions::refilter(state);
    } else if state.focus == KeyContext::Query {
        if std::mem::take(&mut state.desk.is_query_old) {
            state.desk.query.reset();
        }
        paste(&mut state.desk.query, text);
        typed(state);
    } else {
        state.notify("pasted text goes into a text field: {key:search} first");
    }
    Vec::new()
}
