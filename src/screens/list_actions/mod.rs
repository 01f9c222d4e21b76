//! What every list can do, whatever its rows are: filter, order, marks, going from match to match.

mod marks;

use super::keymap::KeyContext;
use super::list_state::{ListState, Rows};
use super::message::Effect;
use super::state::State;
use super::tab::Tab;

pub use marks::{can_mark, mark, mark_all, mark_range};

/// Begins to type the filter of the list that shows.
pub fn filter(state: &mut State) -> Vec<Effect> {
    state.filter_of = state.focus;
    state.focus = KeyContext::Filter;
    state.changed();
    Vec::new()
}

/// What was typed has changed, or is cleared.
pub fn refilter(state: &mut State) {
    match state.tab() {
        Tab::Locked => state.locked.arrange(),
        Tab::Ledger => state.ledger.arrange(),
        Tab::Systems => state.systems.arrange(),
        Tab::Lists => state.lists.arrange_shown(),
        Tab::Desk => state.log.arrange(),
    }
    state.changed();
}

/// The filter stays on.
pub fn keep_filter(state: &mut State) -> Vec<Effect> {
    state.focus = state.filter_of;
    if let Some(list) = state.list()
        && list.filter.value().trim().is_empty()
    {
        list.filter.reset();
    }
    refilter(state);
    Vec::new()
}

/// The filter is taken off.
pub fn clear_filter(state: &mut State) -> Vec<Effect> {
    state.focus = state.filter_of;
    clear(state)
}

/// The filter of the list that shows is taken off.
pub fn clear(state: &mut State) -> Vec<Effect> {
    let Some(list) = state.list() else { return Vec::new() };
    let was_on = !list.filter.value().is_empty();
    list.filter.reset();
    refilter(state);
    if was_on {
        state.notify("the filter is off; {key:next_match} goes to the next row that held it");
    }
    Vec::new()
}

/// Orders by the next column.
pub fn sort(state: &mut State) -> Vec<Effect> {
    let columns = match state.tab() {
        Tab::Locked => state.locked.columns(),
        Tab::Ledger => state.ledger.columns(),
        Tab::Systems => state.systems.columns(),
        Tab::Lists if state.lists.shows_runs() => state.lists.runs.columns(),
        Tab::Lists => state.lists.columns(),
        Tab::Desk => state.log.columns(),
    };
    match state.list() {
        Some(list) => {
            list.sort_on(columns);
            refilter(state);
        }
        None => {
            state.desk.sort_on();
            state.changed();
        }
    }
    Vec::new()
}

/// Why there is no match to go to.
///
/// # Errors
/// The reason, for the footer.
pub fn has_sought(state: &State) -> Result<(), String> {
    match state.list_ref() {
        Some(list) if !list.sought.is_empty() => Ok(()),
        _ => Err("nothing was looked for yet: {key:filter} filters".to_owned()),
    }
}

/// The next row that holds the text of the last filter, or the one before.
pub fn to_match(state: &mut State, is_forward: bool) -> Vec<Effect> {
    let at = match state.tab() {
        Tab::Locked => matching(&state.locked.list, &state.locked, is_forward),
        Tab::Ledger => matching(&state.ledger.list, &state.ledger, is_forward),
        Tab::Systems => matching(&state.systems.list, &state.systems, is_forward),
        Tab::Lists if state.lists.shows_runs() => matching(&state.lists.runs.list, &state.lists.runs, is_forward),
        Tab::Lists => matching(&state.lists.list, &state.lists, is_forward),
        Tab::Desk if state.reads_log() => matching(&state.log.list, &state.log, is_forward),
        Tab::Desk => None,
    };
    match (at, state.list()) {
        (Some(at), Some(list)) => {
            list.at = at;
            list.scroll();
            state.changed();
        }
        _ => {
            let sought = state.list_ref().map(|list| list.sought.clone()).unwrap_or_default();
            state.notify(format!("no other row holds `{}`", crate::domain::Untrusted::from(sought).cell()));
        }
    }
    Vec::new()
}

/// The place of the next match after the selected row, or before it; round at the ends.
fn matching(list: &ListState, rows: &impl Rows, is_forward: bool) -> Option<usize> {
    let len = list.shown.len();
    let step = |n: usize| if is_forward { (list.at + n) % len } else { (list.at + len - n) % len };
    let holds = |place: &usize| list.shown.get(*place).is_some_and(|row| rows.fits(*row as usize, &list.sought));
    (1..len).map(step).find(holds)
}

fn shown(state: &State) -> usize {
    if state.tab() == Tab::Desk { state.desk.rows.len() } else { state.list_ref().map_or(0, |list| list.shown.len()) }
}

fn place(state: &State) -> usize {
    if state.tab() == Tab::Desk {
        state.desk.position().unwrap_or(0)
    } else {
        state.list_ref().map_or(0, |list| list.at)
    }
}
