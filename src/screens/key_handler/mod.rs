//! What a key does: an action of its place, an edit of a text field, or a word of why not.

mod typing;

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::screens::action::{Action, perform};
use crate::screens::dialog::state::Dialog;
use crate::screens::keymap::{Chord, KeyContext};
use crate::screens::list_actions;
use crate::screens::message::Effect;
use crate::screens::state::{State, TOAST};
use crate::screens::text_field::edit;

use typing::{is_mistyped, query_key};

pub use typing::{pasted, recall};

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
    match key.code {
        KeyCode::F(12) => return vec![Effect::Panic],
        KeyCode::F(11) => return vec![Effect::PanicInTask],
        _ => {}
    }
    // A message belongs to what was done before; who types on has had a second to see it.
    if state.toast.as_ref().is_some_and(|toast| toast.1 + SEEN <= state.now.mono + TOAST) {
        state.toast = None;
        state.changed();
    }
    if let Some(dialog) = state.dialog.as_mut().filter(|dialog| dialog.answer_due.is_some()) {
        dialog.answer_due = None;
        return state.say("no answer: another key came right behind it; press it alone");
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
            dialog.at = 0;
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
        return state.say("no answer: it came together with other keys; press it alone");
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

/// Several lines are a list, wherever they are pasted.
fn is_list(text: &str) -> bool {
    text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).nth(1).is_some()
}
