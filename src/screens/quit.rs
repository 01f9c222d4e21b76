//! Leaving. An unlock in flight is waited for; who insists leaves with its outcome recorded as unknown.

use crate::screens::dialog::state::Prompt;
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::screens::update::abandon;
use crate::widgets::format::count;

/// Asks first where a list would be lost; who says it twice has said it.
pub fn quit(state: &mut State) -> Vec<Effect> {
    let asked = state.dialog.as_ref().is_some_and(|dialog| matches!(dialog.ask, Prompt::Leave));
    let loses = match &state.lists.run {
        Some(run) => !run.is_over() && state.lists.left() > 0,
        None => state.lists.is_unsaved(),
    };
    if !asked && state.leaving.is_none() && loses {
        return state.ask(Prompt::Leave, None);
    }
    leave(state)
}

/// Leaves, once nothing is in flight.
pub fn leave(state: &mut State) -> Vec<Effect> {
    let in_flight = state.in_flight();
    if in_flight == 0 {
        return vec![Effect::Quit];
    }
    if state.leaving.is_some() {
        return abandon(state);
    }
    state.leaving = Some(None);
    let waiting = state.unlocks.iter().filter(|unlock| unlock.flow.waits_for_device()).count();
    if in_flight > waiting {
        let at_work = in_flight - waiting;
        let unlocks = count(at_work, "unlock", "unlocks");
        // The choice stands first: a narrow footer shows it.
        let last = state.unlocks.iter().filter_map(|unlock| unlock.flow.ends_by()).max();
        let left = last.map_or_else(String::new, |last| {
            format!(", at most {} s", last.saturating_sub(state.now.mono).as_secs_f64().ceil())
        });
        state.notify(format!("waiting for {unlocks}{left}; quit again: leave, recorded as unknown"));
    }
    Vec::new()
}
