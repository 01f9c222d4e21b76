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
    state.just_changed()
}

/// What was typed has changed, or is cleared.
pub fn refilter(state: &mut State) {
    match state.tab() {
        Tab::Locked => state.locked.arrange(),
        Tab::Ledger => state.ledger.arrange(),
        Tab::Systems => state.systems.arrange(),
        Tab::Lists if state.lists.shows_runs() => state.lists.runs.arrange(),
        Tab::Lists => state.lists.arrange(),
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
    let columns = state.list_and_rows().map_or(0, |(_, rows)| rows.columns());
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
    let at = state.list_and_rows().and_then(|(list, rows)| matching(list, rows, is_forward));
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
fn matching(list: &ListState, rows: &dyn Rows, is_forward: bool) -> Option<usize> {
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
