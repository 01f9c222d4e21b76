//! Watching accounts: after an unlock by itself, and where somebody asks for it.

use crate::domain::{AccountKey, Outcome};
use crate::flow::FlowId;
use crate::flow::watch::Watch;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// Why there is nothing to watch.
///
/// # Errors
/// The reason, for the footer.
pub fn available(state: &State) -> Result<(), String> {
    state.desk.selected_account().map(|_| ()).ok_or_else(|| "no account is selected to watch".to_owned())
}

/// Begins to watch, or ends it. One that began by itself goes on for its whole time.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    let Some(key) = state.desk.selected_account().map(|account| account.key.clone()) else { return Vec::new() };
    let was_asked = state.watches.iter().any(|watch| *watch.key() == key && watch.is_asked());
    end(state, &key);
    if was_asked {
        state.notify("no longer watching");
    } else {
        state.watches.push(Watch::new(key, true, state.now));
        state.notify("watching this account for about three minutes");
    }
    Vec::new()
}

/// Begins to watch an account that was opened just now: a phone with an old password locks it again within the minute.
pub fn begin(state: &mut State, id: FlowId) {
    let Some(unlock) = state.unlocks.iter().find(|unlock| unlock.id == id) else { return };
    let is_open = unlock.flow.outcome().is_some_and(|(outcome, _)| outcome == Outcome::Unlocked);
    let key = unlock.flow.order().key.clone();
    if is_open && !state.watches.iter().any(|watch| *watch.key() == key) {
        state.watches.push(Watch::new(key, false, state.now));
    }
}

/// Ends the watch over an account; true where there was one.
pub fn end(state: &mut State, key: &AccountKey) -> bool {
    let before = state.watches.len();
    state.watches.retain(|watch| watch.key() != key);
    state.watches.len() < before
}

/// Looks at what is due.
pub fn tick(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    for watch in std::mem::take(&mut state.watches) {
        let (key, is_asked) = (watch.key().clone(), watch.is_asked());
        let (watch, call) = watch.tick(state.now, state.is_on_screen(&key));
        effects.extend(call.map(Effect::Call));
        match watch {
            Some(watch) => state.watches.push(watch),
            None if is_asked => {
                let who = state.desk.cache.get(&key).map(|account| account.username.cell()).unwrap_or_default();
                state.notify(format!("the watch over {who} in {} has ended", key.provider));
            }
            None => state.changed(),
        }
    }
    effects
}
