//! Leaving. An unlock in flight is waited for; who insists leaves with its outcome recorded as unknown.

use crate::app::event::Effect;
use crate::app::state::State;
use crate::app::update::abandon;

pub fn quit(state: &mut State) -> Vec<Effect> {
    let in_flight = state.in_flight();
    if in_flight == 0 {
        return vec![Effect::Quit];
    }
    if state.leaving.is_some() {
        return abandon(state, state.now);
    }
    state.leaving = Some(None);
    let waiting = state.unlocks.iter().filter(|unlock| unlock.flow.waits_for_device()).count();
    if in_flight > waiting {
        state.say(format!(
            "waiting for {} unlock(s) in flight; quit again to leave at once, the outcome recorded as unknown",
            in_flight - waiting
        ));
    }
    Vec::new()
}
