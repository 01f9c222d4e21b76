//! Going from pane to pane, from tab to tab, and back the way one came.

use crate::domain::{AccountKey, Untrusted};

use super::desk::select;
use super::keymap::KeyContext;
use super::list_actions;
use super::message::Effect;
use super::state::State;
use super::tab::Tab;

const RING: [KeyContext; 3] = [KeyContext::People, KeyContext::Status, KeyContext::Progress];

/// The next pane, or the one before.
pub fn next_pane(state: &mut State, by: isize) -> Vec<Effect> {
    if state.tab() != Tab::Desk {
        return Vec::new();
    }
    let from = if state.focus == KeyContext::Query { KeyContext::People } else { state.focus };
    let at = RING.iter().position(|place| *place == from).unwrap_or(0);
    let next = (at + RING.len()).saturating_add_signed(by) % RING.len();
    to(state, RING.get(next).copied().unwrap_or(KeyContext::People))
}

/// Gives the keys to a place.
pub fn to(state: &mut State, place: KeyContext) -> Vec<Effect> {
    state.desk.picked |= place != KeyContext::Query;
    if Tab::of(place) != state.tab() {
        // The way back is the way one came, and a tab has its own pane.
        (state.back, state.zoomed) = (None, false);
    }
    state.focus = place;
    state.changed();
    if place == KeyContext::Status {
        if let Some(key) = state.desk.selected.clone() {
            state.desk.remember(&key);
        }
        return state.desk.follow(state.now.mono, false).into_iter().map(Effect::Call).collect();
    }
    Vec::new()
}

/// Types a name: what stands there goes with the first letter, and is edited by an arrow.
pub fn search(state: &mut State) -> Vec<Effect> {
    // What is looked through is filtered, everywhere by this key.
    if state.reads_log() {
        return super::list_actions::filter(state);
    }
    state.desk.is_query_old = !state.desk.query.value().is_empty();
    to(state, KeyContext::Query)
}

/// To the desk, and there to the list of people.
pub fn people(state: &mut State) -> Vec<Effect> {
    to(state, KeyContext::People)
}

/// Back the way one came: from the accounts of somebody who was opened from another tab, to that tab.
pub fn back(state: &mut State) -> Vec<Effect> {
    if state.zoomed {
        return zoom(state);
    }
    // A filter that is on is cleared first: nobody comes back to a list that is silently short.
    if state.list_ref().is_some_and(|list| !list.filter.value().is_empty()) {
        return list_actions::clear(state);
    }
    match state.back.take() {
        Some(place) => to(state, place),
        None if state.focus == KeyContext::People => {
            state.say("this is the list of people: {key:search} types a name, {key:quit} leaves")
        }
        None => people(state),
    }
}

/// Looks at the person of an account that another tab names; the way back leads there.
pub fn look_at(state: &mut State, key: &AccountKey, username: &Untrusted, from: KeyContext) -> Vec<Effect> {
    state.desk.ask_for(username.as_data(), state.now);
    let is_known = state.desk.rows.iter().any(|person| person.accounts.contains(key));
    let effects = if is_known {
        state.desk.selected = Some(key.clone());
        state.desk.scroll();
        to(state, KeyContext::Status)
    } else {
        select::moved(state);
        to(state, KeyContext::People)
    };
    state.back = Some(from);
    effects
}

/// Gives the pane the whole screen, or its place again.
pub fn zoom(state: &mut State) -> Vec<Effect> {
    state.zoomed = !state.zoomed;
    state.changed();
    Vec::new()
}
