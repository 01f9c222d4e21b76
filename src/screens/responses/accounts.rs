//! What an answer about one account changes on the screen.

use crate::domain::{Account, AccountKey, Lock, Problem};
use crate::screens::desk::watch;
use crate::screens::message::Effect;
use crate::screens::session_unlocks;
use crate::screens::state::State;

/// Takes in an account that was read just now. A lock that came back after an unlock stays told until somebody acts.
pub(super) fn note_account(state: &mut State, account: Account) -> Vec<Effect> {
    let key = account.key.clone();
    let mut news = session_unlocks::note_relock(state, &account);
    let was_open = state.desk.cache.get(&key).is_some_and(|known| !known.lock.is_locked());
    if was_open && account.lock.is_locked() && watch::end(state, &key) {
        // What was watched for has come.
        let text = format!("{} in {}: locked again", account.label().cell(), key.provider);
        news = news.or(Some(text));
    }
    if state.desk.cache.put(account) {
        state.desk.read_at.insert(key, state.now.mono);
    }
    // The rows keep their order: what is known has changed, not what is selected.
    state.desk.arrange(false);
    match news {
        Some(text) => {
            state.notify(text);
            vec![Effect::Bell]
        }
        None => Vec::new(),
    }
}

pub(super) fn gone(state: &mut State, key: &AccountKey) -> Vec<Effect> {
    // A mark is dropped with its row: whatever is marked can be sent.
    state.marks.remove([key]);
    state.desk.cache.remove(key);
    state.desk.arrange(false);
    if state.desk.shown.as_ref() == Some(key) {
        state.desk.shown = None;
        (state.desk.row, state.desk.is_row_settled) = (None, false);
    }
    state.say(format!("{}: the account no longer exists", key.provider))
}

pub(super) fn unread(state: &mut State, key: &AccountKey, problem: &Problem) -> Vec<Effect> {
    if let Some(account) = state.desk.cache.get(key) {
        let lock = Lock::Unknown { problem: Some(Box::new(problem.clone())) };
        let mut account = account.clone();
        account.lock = lock;
        account.layers.clear();
        account.problem = Some(problem.clone());
        state.desk.cache.replace(account);
    }
    // Its own row tells it, for as long as it is so.
    Vec::new()
}
