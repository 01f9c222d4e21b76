//! What passes by itself with the time.

use crate::screens::action::{Action, perform};
use crate::screens::desk::watch;
use crate::screens::message::Effect;
use crate::screens::session_unlocks;
use crate::screens::state::{PATIENCE_AT_END, State};

use super::{abandon, calls};

/// With a new question: whom nobody looks at any more is forgotten.
pub(super) fn forget_old(state: &mut State) {
    let unlocks = state.unlocks.iter().map(|unlock| unlock.flow.order().key.clone());
    let watched = state.watches.iter().map(|watch| watch.key().clone());
    let named =
        state.marks.keys().cloned().chain(unlocks).chain(watched).chain(state.desk.account().cloned()).collect();
    state.desk.forget_old(&named);
}

pub(super) fn tick(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let text = state.desk.query.value().to_owned();
    let mut effects = calls(state.desk.search.tick(now, &text));
    if let Some(dialog) = state.dialog.as_mut().filter(|dialog| dialog.answer_due.is_some_and(|due| due <= now.mono)) {
        dialog.answer_due = None;
        effects.extend(perform(state, Action::Yes));
    }
    if !effects.is_empty() {
        forget_old(state);
        state.changed();
    }
    if state.desk.follow_due.is_some_and(|due| due <= now.mono) {
        effects.extend(calls(state.desk.follow(now.mono, false)));
        state.changed();
    }
    if state.toast.as_ref().is_some_and(|toast| toast.1 <= now.mono) {
        state.toast = None;
        state.changed();
    }
    if state.desk.accounts().iter().any(|account| state.desk.is_stale(&account.key, now.mono)) {
        state.changed();
    }
    effects.extend(watch::tick(state));
    let due = state.unlocks.iter_mut().filter(|unlock| unlock.flow.wake().is_some_and(|wake| wake <= now.mono));
    let ticked: Vec<_> = due.map(|unlock| session_unlocks::effects(unlock.id, unlock.flow.tick(now))).collect();
    if !ticked.is_empty() {
        state.changed();
    }
    effects.extend(ticked.into_iter().flatten());
    if state.lists.wake().is_some_and(|wake| wake <= now.mono) {
        effects.extend(state.lists.tick(now));
        state.changed();
    }
    if state.policy.idle_lock.is_some_and(|idle| state.touched + idle <= now.mono) {
        // Whoever comes back begins anew: no question stands open, and nobody is taken for verified.
        (state.touched, state.dialog, state.ticket, state.verified) = (now.mono, None, None, None);
        state.changed();
        if state.is_at_work() {
            // It is seen to its end first.
        } else if state.policy.idle_command.is_empty() {
            (state.leaving, state.idled) = (Some(Some(now.mono + PATIENCE_AT_END)), true);
        } else {
            effects.push(Effect::Lock);
        }
    }
    if state.leaving.flatten().is_some_and(|until| until <= now.mono) {
        state.leaving = Some(None);
        effects.extend(abandon(state));
    }
    effects
}

/// Records every unlock that waits for a device as waiting.
pub(super) fn leave_waiting(state: &mut State) -> Vec<Effect> {
    let waiting = state.unlocks.iter_mut().filter(|unlock| unlock.flow.waits_for_device());
    waiting.flat_map(|unlock| session_unlocks::effects(unlock.id, unlock.flow.abandon(state.now))).collect()
}
