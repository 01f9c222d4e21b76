//! Marking rows.

use crate::domain::AccountKey;
use crate::screens::action::unless;
use crate::screens::desk::select;
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::screens::tab::Tab;

use super::{place, shown};

/// Why nothing can be marked.
///
/// # Errors
/// The reason, for the footer.
pub fn can_mark(state: &State) -> Result<(), String> {
    unless(row_accounts(state, None).is_empty(), "no account is selected to mark")
}

/// The accounts behind a row that shows, by its place; behind the selected one without a place.
fn row_accounts(state: &State, place: Option<usize>) -> Vec<AccountKey> {
    match state.tab() {
        Tab::Desk => {
            let at = place.or_else(|| state.desk.position());
            at.and_then(|at| state.desk.rows.get(at)).map(|person| person.accounts.clone()).unwrap_or_default()
        }
        Tab::Locked => {
            let list = &state.locked.list;
            let row = list.shown.get(place.unwrap_or(list.at)).map(|at| *at as usize);
            row.map(|row| state.locked.keys(row)).unwrap_or_default()
        }
        Tab::Lists => {
            let list = &state.lists.list;
            let row = list.shown.get(place.unwrap_or(list.at)).and_then(|at| state.lists.rows.get(*at as usize));
            row.and_then(|one| one.row.account.as_ref()).map(|account| account.key.clone()).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Marks the selected row, or takes its mark away, and goes on to the next.
pub fn mark(state: &mut State) -> Vec<Effect> {
    let accounts = row_accounts(state, None);
    if !state.marks.remove(&accounts) {
        add(state, &accounts);
    }
    state.last_mark = Some((state.tab(), place(state)));
    select::step(state, 1)
}

/// Marks every row from the last mark to the selected one.
pub fn mark_range(state: &mut State) -> Vec<Effect> {
    let here = place(state);
    let from = state.last_mark.filter(|(tab, _)| *tab == state.tab()).map_or(here, |(_, at)| at);
    for at in from.min(here)..=from.max(here) {
        let accounts = row_accounts(state, Some(at));
        add(state, &accounts);
    }
    state.last_mark = Some((state.tab(), here));
    state.just_changed()
}

/// Marks every row that the filter shows; where all of them are, takes their marks away.
pub fn mark_all(state: &mut State) -> Vec<Effect> {
    let rows: Vec<Vec<AccountKey>> = (0..shown(state)).map(|at| row_accounts(state, Some(at))).collect();
    if rows.iter().all(|accounts| accounts.is_empty() || state.marks.has(accounts)) {
        state.marks.remove(rows.iter().flatten());
    } else {
        for accounts in &rows {
            add(state, accounts);
        }
    }
    state.just_changed()
}

/// Marks a row. What is marked is known on the desk as well: it is looked up there when it goes to a list.
fn add(state: &mut State, accounts: &[AccountKey]) {
    state.marks.add(accounts);
    for key in accounts {
        if state.desk.cache.get(key).is_none()
            && let Some(account) = state.locked.account(key).cloned()
        {
            state.desk.cache.put(account);
        }
    }
}
