//! What comes back of calls, taken into the state.

mod accounts;

use crate::domain::Account;
use crate::flow::{EngineCall, FlowId, Reply, UnlockEvent, unlock_delegation};
use crate::screens::action::{Action, perform};
use crate::screens::desk::accounts::LookUp;
use crate::screens::desk::watch;
use crate::screens::lists::state::ListsTab;
use crate::screens::message::Effect;
use crate::screens::session_unlocks;
use crate::screens::session_unlocks::SessionUnlock;
use crate::screens::state::State;

use accounts::{gone, note_account, unread};

/// Takes a reply.
pub fn replied(state: &mut State, reply: Reply) -> Vec<Effect> {
    state.changed();
    match reply {
        Reply::Found { provider, generation, result, health } => {
            state.note_health(&provider, *health);
            if let Some(page) = state.desk.search.answered(&provider, generation, result) {
                if let Some(problem) = page.problems.first() {
                    let rows = page.problems.len();
                    state.notify(format!("{provider}: {rows} unreadable rows: {}", problem.line()));
                }
                for account in page.accounts {
                    state.desk.cache.put(account);
                }
                let before = state.desk.selected.clone();
                state.desk.arrange(false);
                if state.desk.selected != before {
                    crate::screens::desk::select::moved(state);
                }
            }
            state.desk.settle_row();
            // Another account of the person on screen may have come to light.
            state.desk.follow_shown(state.now.mono).into_iter().map(Effect::Call).collect()
        }
        Reply::Looked { provider, query, result, health } => {
            state.note_health(&provider, *health);
            let answer = match &result {
                Ok(_) => LookUp::Answered,
                Err(problem) => LookUp::Failed(Box::new(problem.clone())),
            };
            state.desk.look_ups.insert((provider, query), answer);
            state.desk.settle_row();
            match result {
                Ok(page) => {
                    for account in page.accounts {
                        state.desk.cache.put(account);
                    }
                    state.desk.arrange(false);
                    state.desk.follow_shown(state.now.mono).into_iter().map(Effect::Call).collect()
                }
                // Its own state line tells it.
                Err(_) => Vec::new(),
            }
        }
        Reply::Read { key, result, health } => {
            state.note_health(&key.provider, *health);
            state.desk.reading.remove(&key);
            let effects = match result {
                Ok(Some(account)) => note_account(state, *account),
                Ok(None) => gone(state, &key),
                Err(problem) => unread(state, &key, &problem),
            };
            state.desk.settle_row();
            effects.into_iter().chain(ask_once_read(state)).collect()
        }
        Reply::Unlock(id, event, health) => {
            if let Some((provider, health)) = health {
                state.note_health(&provider, *health);
            }
            match ListsTab::row_of(id) {
                Some(row) => {
                    // The desk shows what the run has read.
                    let read = match &event {
                        UnlockEvent::Read(Ok(Some(account))) => Some(account),
                        UnlockEvent::Polled(polled) => polled.account.as_ref(),
                        _ => None,
                    };
                    let told = read.map(|account| note_account(state, (**account).clone())).unwrap_or_default();
                    told.into_iter().chain(state.lists.drive(|run| run.handle(state.now, row, event))).collect()
                }
                None => unlock_event(state, id, event),
            }
        }
    }
}

/// Asks for the unlock that was wanted before its person was read.
fn ask_once_read(state: &mut State) -> Vec<Effect> {
    // What was read before may be another lock by now: each of the person's accounts is read anew first.
    let waits = state.desk.asks_once_read && !state.desk.still_reading().is_empty();
    if waits || !std::mem::take(&mut state.desk.asks_once_read) {
        return Vec::new();
    }
    perform(state, Action::Unlock)
}

fn unlock_event(state: &mut State, id: FlowId, event: UnlockEvent) -> Vec<Effect> {
    let now = state.now;
    let draws = state.draws;
    let Some(unlock) = state.unlocks.iter_mut().find(|unlock| unlock.id == id) else { return Vec::new() };
    let had_ended = unlock.flow.outcome().is_some();
    let was_read = matches!(event, UnlockEvent::Read(_) | UnlockEvent::Polled(_));
    let calls = unlock.flow.handle(now, event);
    let account = unlock.flow.account().filter(|_| was_read).cloned();
    let ended = unlock.flow.outcome().filter(|_| !had_ended).map(|(outcome, problem)| {
        let whom = format!("{} in {}", unlock.person.cell(), unlock.flow.order().key.provider);
        let warning = unlock.flow.account().filter(|_| outcome.is_done()).and_then(Account::after_unlock_warning);
        let word = outcome.in_words();
        match (problem, warning) {
            // Where there is a pane of steps, it tells the rest.
            (Some(_), _) if draws => format!("{whom}: {word}"),
            (Some(problem), _) => format!("{whom}: {word} — {}", problem.line()),
            (None, Some(warning)) => format!("{whom}: {word}, but {warning}"),
            (None, None) => format!("{whom}: {word}"),
        }
    });
    let key = unlock.flow.order().key.clone();
    let mut effects = account.map(|account| note_account(state, account)).unwrap_or_default();
    if let Some(text) = ended {
        // Whoever only confirms is asked once more.
        let confirming =
            state.desk.cache.iter().filter(|other| unlock_delegation::unlocked_at(other).as_ref() == Some(&key));
        effects.extend(confirming.map(|other| Effect::Call(EngineCall::Read(other.key.clone()))).collect::<Vec<_>>());
        watch::begin(state, id);
        state.marks.remove([&key]);
        let text = partly(state, id).unwrap_or(text);
        state.notify(text);
    }
    effects.extend(session_unlocks::effects(id, calls));
    effects
}

/// What came of several that were confirmed together, where not all of them were opened: the last good word alone would
/// hide that.
fn partly(state: &State, id: FlowId) -> Option<String> {
    let last = state.unlocks.iter().find(|unlock| unlock.id == id)?;
    let together = |unlock: &&SessionUnlock| unlock.confirmed_at == last.confirmed_at && unlock.person == last.person;
    let together: Vec<&SessionUnlock> = state.unlocks.iter().filter(together).collect();
    let outcomes: Vec<_> = together.iter().filter_map(|unlock| Some((unlock, unlock.flow.outcome()?.0))).collect();
    let other = outcomes.iter().filter(|(_, outcome)| !outcome.is_done());
    let other: Vec<String> = other
        .map(|(unlock, outcome)| format!("{}: {}", unlock.flow.order().key.provider, outcome.in_words()))
        .collect();
    let is_worth_it = together.len() > 1 && outcomes.len() == together.len() && !other.is_empty();
    let opened = outcomes.len() - other.len();
    let person = last.person.cell();
    is_worth_it.then(|| format!("{person}: {opened} of {} opened; {}", together.len(), other.join(", ")))
}
