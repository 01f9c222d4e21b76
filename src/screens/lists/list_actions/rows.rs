//! The rows of a list: dropping one, choosing its account.

use crate::bulk::plan::Verdict;
use crate::screens::action::unless;
use crate::screens::dialog::state::Prompt;
use crate::screens::message::Effect;
use crate::screens::state::State;

use super::can_edit;

/// Why no row is taken out.
///
/// # Errors
/// The reason, for the footer.
pub fn can_drop(state: &State) -> Result<(), String> {
    can_edit(state)?;
    unless(state.lists.rows.is_empty(), "there is no list yet")
}

/// True when the row's account is marked.
pub fn is_marked(state: &State, at: usize) -> bool {
    let account = state.lists.rows.get(at).and_then(|one| one.row.account.as_ref());
    account.is_some_and(|account| state.marks.has(std::slice::from_ref(&account.key)))
}

/// Takes the row out, or puts it back; all marked rows where there are any.
pub fn drop_row(state: &mut State) -> Vec<Effect> {
    let marked: Vec<usize> = (0..state.lists.rows.len()).filter(|at| is_marked(state, *at)).collect();
    let meant = if marked.is_empty() { state.lists.current().map(|(at, _)| at).into_iter().collect() } else { marked };
    let drops = meant.iter().any(|at| state.lists.rows.get(*at).is_some_and(|one| !one.dropped));
    for at in meant {
        if let Some(one) = state.lists.rows.get_mut(at) {
            one.dropped = drops;
        }
    }
    state.just_changed()
}

/// Asks which of several accounts is meant.
pub fn choose(state: &mut State) -> Vec<Effect> {
    match state.lists.current() {
        Some((at, one)) if !one.row.candidates.is_empty() => {
            let candidates = one.row.candidates.clone();
            state.ask(Prompt::Choose { row: at, candidates }, None)
        }
        _ => Vec::new(),
    }
}

/// Why nothing can be chosen for this row.
///
/// # Errors
/// The reason, for the footer.
pub fn can_choose(state: &State) -> Result<(), String> {
    can_edit(state)?;
    match state.lists.current() {
        Some((_, one)) if !one.row.candidates.is_empty() => Ok(()),
        Some((_, one)) if one.row.verdict == Verdict::Ambiguous => {
            Err("there is nothing to choose from: unlock it by itself on the desk".to_owned())
        }
        _ => Err("this row is not ambiguous".to_owned()),
    }
}
