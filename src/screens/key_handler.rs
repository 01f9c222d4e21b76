//! What a key does: an action of its place, an edit of a text field, or a word of why not.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::screens::action::{Action, perform};
use crate::screens::desk::select::moved;
use crate::screens::dialog::state::{Dialog, Prompt};
use crate::screens::keymap::{Chord, KeyContext};
use crate::screens::list_actions;
use crate::screens::lists::state::Source;
use crate::screens::message::Effect;
use crate::screens::state::{State, TOAST};
use crate::screens::tab::Tab;
use crate::screens::text_field::{edit, paste};

/// How long a message stands at least.
const SEEN: Duration = Duration::from_secs(1);

/// How long letters are no commands after one that is none.
const MISTYPED: Duration = Duration::from_secs(1);

/// An answer counts when no other key has come so long after it.
const ALONE: Duration = Duration::from_millis(60);

/// Takes keys that came in one read: each acts, but none of them answers a question.
pub fn burst(state: &mut State, keys: &[KeyEvent]) -> Vec<Effect> {
    state.in_burst = true;
    let effects = keys.iter().flat_map(|key| pressed(state, key)).collect();
    state.in_burst = false;
    effects
}

/// Takes a key that was pressed, or pressed on.
pub fn pressed(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    #[cfg(feature = "panic-key")]
    if key.code == KeyCode::F(12) {
        return vec![Effect::Panic];
    }
    #[cfg(feature = "panic-key")]
    if key.code == KeyCode::F(11) {
        return vec![Effect::PanicInTask];
    }
    // A message belongs to what was done before; who types on has had a second to see it.
    if state.toast.as_ref().is_some_and(|toast| toast.1 + SEEN <= state.now.mono + TOAST) {
        state.toast = None;
        state.changed();
    }
    if let Some(dialog) = state.dialog.as_mut().filter(|dialog| dialog.answer_due.is_some()) {
        dialog.answer_due = None;
        state.notify("no answer: another key came right behind it; press it alone");
        return Vec::new();
    }
    state.desk.asks_once_read = false;
    let place = state.place();
    let action = state.keymap.action(place, Chord::of(key));
    // Type-ahead: nobody has seen the question yet, or not to its end, that this key would answer.
    if let Some(dialog) = state.dialog.as_ref().filter(|dialog| !dialog.hears()) {
        let passes = match action {
            Some(Action::Cancel) => true,
            Some(Action::Up | Action::Down | Action::PageUp | Action::PageDown) => dialog.shown.is_some(),
            Some(Action::Yes) => {
                state.notify("no answer: the question wasn't on the screen yet; press the key again");
                false
            }
            _ => false,
        };
        return action.filter(|_| passes).map_or_else(Vec::new, |action| perform(state, action));
    }
    if is_mistyped(state, place, key, action) {
        return Vec::new();
    }
    if action == Some(Action::Yes) && state.dialog.as_ref().is_some_and(Dialog::sends) {
        return answered(state);
    }
    let action = action.or_else(|| beside_text(state, place, key));
    if let Some(action) = action {
        let (said, focus, asked) = (state.toast.clone(), state.focus, state.dialog.is_some());
        let effects = perform(state, action);
        // A message belongs to its place, and one about an answer to its question.
        if state.toast == said && (state.focus != focus || (asked && state.dialog.is_none())) {
            state.toast = None;
        }
        return effects;
    }
    if place == KeyContext::Confirm {
        // Whoever presses other keys hasn't read the question.
        return perform(state, Action::Cancel);
    }
    if let Some(dialog) = &mut state.dialog {
        let is_letter = matches!(key.code, KeyCode::Char(c) if !c.is_ascii_digit());
        if is_letter && dialog.takes_number() && !key.modifiers.contains(KeyModifiers::CONTROL) {
            state.notify("the number of accounts is typed here");
        } else if dialog.input().is_some_and(|field| edit(field, key)) {
            state.toast = None;
            if place.is_list() {
                dialog.top = 0;
            }
            if let Prompt::Palette { at, .. } = &mut dialog.ask {
                *at = 0;
            }
            state.changed();
        } else if dialog.choose(*key) {
            state.changed();
        } else if dialog.input().is_none() {
            state.notify("nothing is typed here: {key:up} and {key:down} choose");
        }
    } else if place == KeyContext::Query {
        query_key(state, key);
    } else if place == KeyContext::Filter {
        if state.list().is_some_and(|list| edit(&mut list.filter, key)) {
            list_actions::refilter(state);
        }
    } else if state.toast.is_none() && matches!(key.code, KeyCode::Char(_) | KeyCode::Enter | KeyCode::Esc) {
        state.notify("nothing on this key here; {key:help} lists the keys");
    }
    Vec::new()
}

/// An answer that sends something counts when it stands alone: a name list pasted over an open question is no answer.
fn answered(state: &mut State) -> Vec<Effect> {
    if state.in_burst {
        state.notify("no answer: it came together with other keys; press it alone");
        return Vec::new();
    }
    let due = state.now.mono + ALONE;
    if let Some(dialog) = &mut state.dialog {
        dialog.answer_due = Some(due);
    }
    Vec::new()
}

/// While nothing is typed, `?`, `:` and `/` are no letters of a name.
fn beside_text(state: &State, place: KeyContext, key: &KeyEvent) -> Option<Action> {
    let is_empty = place == KeyContext::Query && (state.desk.query.value().is_empty() || state.desk.is_query_old);
    let elsewhere = state.keymap.action(KeyContext::People, Chord::of(key)).filter(|_| is_empty);
    elsewhere.filter(|action| matches!(action, Action::Help | Action::Palette | Action::Search))
}

/// A key in the search field: an earlier text goes with the first letter, and is edited by an arrow; up recalls.
fn query_key(state: &mut State, key: &KeyEvent) {
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
fn is_mistyped(state: &mut State, place: KeyContext, key: &KeyEvent, action: Option<Action>) -> bool {
    let is_letter = matches!(key.code, KeyCode::Char(c) if c.is_alphabetic())
        && key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    if !is_letter || place.is_typing() || state.dialog.is_some() {
        return false;
    }
    if action.is_some_and(|action| state.now.mono >= state.typing_until || !GUARDED.contains(&action)) {
        return false;
    }
    state.typing_until = state.now.mono + MISTYPED;
    let why = why_nothing(place, action);
    state.notify(why);
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

/// Why a letter does nothing here.
fn why_nothing(place: KeyContext, action: Option<Action>) -> &'static str {
    match (Tab::of(place), action) {
        (_, Some(_)) => "ignored: it looked like typing; {key:search} types a name",
        (Tab::Desk, None) => "letters are commands here: {key:search} types a name",
        (_, None) => "nothing on this key here; {key:help} lists the keys",
    }
}

fn typed(state: &mut State) {
    let text = state.desk.query.value().to_owned();
    state.desk.history.1 = None;
    state.desk.search.typed(state.now, &text);
    state.desk.arrange(true);
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
        if let Err(why) = crate::screens::lists::list_actions::can_edit(state) {
            state.notify(why);
            return Vec::new();
        }
        return crate::screens::lists::list_actions::join(state, Source::Text(text.to_owned()));
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

/// Several lines are a list, wherever they are pasted.
fn is_list(text: &str) -> bool {
    text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).nth(1).is_some()
}
