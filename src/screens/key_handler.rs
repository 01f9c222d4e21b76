//! What a key does: an action of its place, an edit of a text field, or a word of why not.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::screens::action::Action;
use crate::screens::dialog::state::Prompt;
use crate::screens::keymap::Chord;
use crate::screens::keymap::KeyContext;
use crate::screens::lists::state::Source;
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::screens::state::TOAST;
use crate::screens::tab::Tab;

/// How long a message stands at least.
const SEEN: Duration = Duration::from_secs(1);

/// How long letters are no commands after one that is none.
const MISTYPED: Duration = Duration::from_secs(1);

/// Takes a key that was pressed, or pressed on.
pub fn pressed(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    #[cfg(feature = "panic-key")]
    if key.code == crossterm::event::KeyCode::F(12) {
        return vec![Effect::Panic];
    }
    #[cfg(feature = "panic-key")]
    if key.code == crossterm::event::KeyCode::F(11) {
        return vec![Effect::PanicInTask];
    }
    // A message belongs to what was done before; who types on has had a second to see it.
    if state.toast.as_ref().is_some_and(|toast| toast.1 + SEEN <= state.now.mono + TOAST) {
        state.toast = None;
        state.changed();
    }
    let place = state.place();
    let action = state.keymap.action(place, Chord::of(key));
    // Type-ahead: nobody has seen the question yet, or not to its end, that this key would answer.
    if let Some(dialog) = state.dialog.as_ref().filter(|dialog| !dialog.hears()) {
        let passes = match action {
            Some(Action::Cancel) => true,
            Some(Action::Up | Action::Down | Action::PageUp | Action::PageDown) => dialog.shown.is_some(),
            _ => false,
        };
        return action
            .filter(|_| passes)
            .map_or_else(Vec::new, |action| crate::screens::perform::perform(state, action));
    }
    if is_mistyped(state, place, key, action) {
        return Vec::new();
    }
    if let Some(action) = action {
        let (said, focus, asked) = (state.toast.clone(), state.focus, state.dialog.is_some());
        let effects = crate::screens::perform::perform(state, action);
        // A message belongs to its place, and one about an answer to its question.
        if state.toast == said && (state.focus != focus || (asked && state.dialog.is_none())) {
            state.toast = None;
        }
        return effects;
    }
    if place == KeyContext::Confirm {
        // Whoever presses other keys hasn't read the question.
        return crate::screens::perform::perform(state, Action::Cancel);
    }
    if let Some(dialog) = &mut state.dialog {
        if dialog.input().is_some_and(|field| crate::screens::text_field::edit(field, key)) {
            state.toast = None;
            if place.is_list() {
                dialog.top = 0;
            }
            if let Prompt::Palette { at, .. } = &mut dialog.ask {
                *at = 0;
            }
            state.changed();
        } else if dialog.input().is_none() {
            state.notify("nothing is typed here: Up and Down choose");
        }
    } else if place == KeyContext::Query {
        let before = state.desk.query.value().to_owned();
        if crate::screens::text_field::edit(&mut state.desk.query, key) {
            state.changed();
        }
        if state.desk.query.value() != before {
            typed(state);
        }
    } else if place == KeyContext::Filter && crate::screens::text_field::edit(&mut state.lists.filter, key) {
        state.lists.arrange();
        state.changed();
    } else if state.toast.is_none()
        && !matches!(place, KeyContext::Query | KeyContext::Filter)
        && matches!(key.code, KeyCode::Char(_) | KeyCode::Enter | KeyCode::Esc)
    {
        state.notify("no key of this place: ? shows what can be done here");
    }
    Vec::new()
}

/// A name typed where letters are commands must not act by its letters: the first letter that is no
/// command makes the following ones none either, for a moment.
fn is_mistyped(state: &mut State, place: KeyContext, key: &KeyEvent, action: Option<Action>) -> bool {
    let is_letter = matches!(key.code, KeyCode::Char(c) if c.is_alphanumeric())
        && key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    let is_command_place = !matches!(place, KeyContext::Query | KeyContext::Filter) && state.dialog.is_none();
    if !is_letter || !is_command_place || (action.is_some() && state.now.mono >= state.typing_until) {
        return false;
    }
    state.typing_until = state.now.mono + MISTYPED;
    state.notify(why_nothing(state, place, key, action));
    true
}

/// True for the number of the tab that is open.
fn is_own_tab(state: &State, place: KeyContext, key: &KeyEvent) -> bool {
    let opens = |other| state.keymap.action(other, Chord::of(key)).and_then(Tab::opened_by);
    [KeyContext::Status, KeyContext::Lists].into_iter().find_map(opens) == Some(Tab::of(place))
}

/// Why a letter does nothing here.
fn why_nothing(state: &State, place: KeyContext, key: &KeyEvent, action: Option<Action>) -> String {
    if action.is_some() {
        return "ignored, as a letter of a word: wait a second and press it again".to_owned();
    }
    if is_own_tab(state, place, key) {
        return "this tab is open already".to_owned();
    }
    let elsewhere = |place| state.keymap.action(place, Chord::of(key)).and_then(Action::word);
    match (Tab::of(place), elsewhere(KeyContext::Status)) {
        (Tab::Desk, Some(word)) if place == KeyContext::Progress => {
            format!("{word} is for an account: Tab goes back to them")
        }
        (Tab::Desk, _) => "letters are commands here: press / to type a name".to_owned(),
        (_, Some(word)) => format!("{word} is for the desk: 1 goes there"),
        (_, None) => "no key of this place: ? shows what can be done here".to_owned(),
    }
}

fn typed(state: &mut State) {
    let text = state.desk.query.value().to_owned();
    state.desk.search.typed(state.now, &text);
    state.desk.arrange(true);
    crate::screens::desk::select::moved(state);
    state.changed();
}

/// Pasted text only ever enters text fields.
pub fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(dialog) = &mut state.dialog {
        if dialog.hears()
            && let Some(field) = dialog.input()
        {
            crate::screens::text_field::paste(field, text);
            state.changed();
        }
    } else if state.focus == KeyContext::Lists || (!state.focus.is_bulk() && is_list(text)) {
        if let Err(why) = crate::screens::lists::list_actions::can_edit(state) {
            state.notify(why);
            return Vec::new();
        }
        return crate::screens::lists::list_actions::join(state, Source::Text(text.to_owned()));
    } else if state.focus == KeyContext::Filter {
        crate::screens::text_field::paste(&mut state.lists.filter, text);
        state.lists.arrange();
        state.changed();
    } else if state.focus == KeyContext::Query {
        crate::screens::text_field::paste(&mut state.desk.query, text);
        typed(state);
    } else {
        state.notify("pasted text goes into a text field: press / first");
    }
    Vec::new()
}

/// Several lines are a list, wherever they are pasted.
fn is_list(text: &str) -> bool {
    text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).nth(1).is_some()
}
