//! The one place where the state changes.

mod tick;

use crate::flow::EngineCall;
use crate::screens::message::{Effect, Event, Message};
use crate::screens::state::{PATIENCE_AT_END, State};
use crate::screens::tab::Tab;
use crate::screens::{layout, responses, session_unlocks};

use tick::{leave_waiting, tick};

/// Takes an event and gives the effects that follow from it.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let before = state.revision;
    state.now = event.at;
    // Somebody is there.
    if matches!(event.message, Message::Key(_) | Message::Keys(_) | Message::Line(_) | Message::Resumed) {
        state.touched = event.at.mono;
    }
    let mut effects = match event.message {
        Message::Started => {
            state.changed();
            calls(state.desk.search.ask(""))
        }
        Message::Key(key) => crate::screens::key_handler::pressed(state, &key),
        Message::Keys(keys) => crate::screens::key_handler::burst(state, &keys),
        Message::Line(line) => crate::screens::text_command::take(state, &line),
        Message::NoMoreLines => crate::screens::quit::leave(state),
        Message::Paste(text) => crate::screens::key_handler::pasted(state, &text),
        Message::Resize(width, height) => {
            resized(state, (width, height));
            Vec::new()
        }
        Message::Tick => tick(state),
        Message::Reply(reply) => responses::replied(state, *reply),
        Message::Exchange(exchange) => {
            state.note_exchange(exchange);
            Vec::new()
        }
        Message::Drawn { revision, shown, hidden } => {
            state.hidden = hidden;
            state.scrolled = state.scrolled.min(hidden);
            if let Some(dialog) = state.dialog.as_mut().filter(|dialog| dialog.since <= revision) {
                dialog.drawn(shown);
            }
            Vec::new()
        }
        Message::Notice(text) => state.say(text),
        Message::LeftOpenEarlier(words) => crate::screens::lists::run_actions::tell_left_with(state, &words),
        Message::LeftOpen(key, words) => {
            state.left_open.insert(key, words);
            Vec::new()
        }
        Message::Heard => heard(state),
        what @ (Message::PlanBegun(..)
        | Message::Planned(..)
        | Message::PlanEnded(..)
        | Message::Chosen(..)
        | Message::Frozen(_)
        | Message::Runs(_)
        | Message::RunOpened(_)
        | Message::RunResumed(..)
        | Message::RowLooked(..)
        | Message::Noted(_)
        | Message::Saved(_)
        | Message::PathCompleted { .. }) => crate::screens::lists::responses::taken(state, what),
        Message::Locked(generation, news) => {
            if generation == state.locked.generation {
                state.locked.take(*news);
                state.changed();
            }
            Vec::new()
        }
        Message::LedgerRead(rows) => {
            state.ledger.take(rows, event.at.wall);
            state.just_changed()
        }
        Message::LedgerVerifying(percent) => crate::screens::ledger::actions::verifying(state, percent),
        Message::LedgerVerified(result) => crate::screens::ledger::actions::verified(state, result),
        Message::Checked(name, found, health) => {
            state.note_health(&name, *health);
            state.systems.take(&state.desk.providers, name, found, event.at.wall);
            state.just_changed()
        }
        Message::Terminate => {
            // The first word counts: a second signal doesn't start the wait anew.
            if !matches!(state.leaving, Some(Some(_))) {
                state.leaving = Some(Some(event.at.mono + PATIENCE_AT_END));
            }
            Vec::new()
        }
        Message::Resumed => vec![Effect::Redraw],
    };
    go_on_leaving(state, &mut effects);
    state.spin();
    state.turn_minute();
    if state.revision != before {
        fit(state);
    }
    effects
}

/// While the program ends: nothing more is sent, what is at work is waited for, and then it is over.
fn go_on_leaving(state: &mut State, effects: &mut Vec<Effect>) {
    if state.leaving.is_none() {
        return;
    }
    state.unlocks.iter_mut().for_each(|unlock| unlock.flow.send_no_more());
    // Waiting for a device is no reason to stay: it is recorded as waiting, and the device answers all the same.
    effects.extend(leave_waiting(state));
    // A run begins nothing more; what is at work is waited for.
    if state.lists.in_flight() > 0 {
        effects.extend(state.lists.change_run(state.now, |run| run.leave("the operator left")));
    }
    if state.in_flight() == 0 {
        effects.push(Effect::Quit);
    }
}

fn resized(state: &mut State, size: (u16, u16)) {
    state.size = size;
    state.changed();
    if let Some(dialog) = &mut state.dialog {
        // A frame of the other size that is still on its way shows nothing of it.
        (dialog.top, dialog.shown, dialog.since) = (0, None, state.revision);
    }
}

/// The lists know how many of their rows are visible, whatever stands above them now.
fn fit(state: &mut State) {
    let layout = layout::layout(state);
    // Borders, text field and heads are no rows.
    state.desk.page = usize::from(layout.search.height.saturating_sub(4)).max(1);
    state.desk.scroll();
    let of_log = usize::from(layout.progress.height.saturating_sub(3)).max(1);
    // The other tabs' lists are fitted when they show.
    let (page, lists) = match state.tab() {
        Tab::Desk => (of_log, vec![&mut state.log.list]),
        Tab::Locked => (layout.locked_rows, vec![&mut state.locked.list]),
        Tab::Lists => (layout.list_rows, vec![&mut state.lists.list, &mut state.lists.runs.list]),
        Tab::Ledger => (layout.list_rows, vec![&mut state.ledger.list]),
        Tab::Systems => (layout.list_rows, vec![&mut state.systems.list]),
    };
    for list in lists {
        list.page = page;
        list.scroll();
    }
}

fn calls(calls: Vec<EngineCall>) -> Vec<Effect> {
    calls.into_iter().map(Effect::Call).collect()
}

/// Whoever waits for a device looks at once.
fn heard(state: &mut State) -> Vec<Effect> {
    // It may have been one of these; the gate before a record knows.
    state.left_open.clear();
    let unlocks = state.unlocks.iter_mut();
    let effects = unlocks.flat_map(|unlock| session_unlocks::effects(unlock.id, unlock.flow.heard(state.now)));
    effects.chain(state.lists.drive(|run| run.heard(state.now))).collect()
}

/// Records every unlock in flight as unknown: the program has to end.
pub fn abandon(state: &mut State) -> Vec<Effect> {
    let unlocks = state.unlocks.iter_mut();
    let effects = unlocks.flat_map(|unlock| session_unlocks::effects(unlock.id, unlock.flow.abandon(state.now)));
    effects.chain(state.lists.drive(|run| run.abandon(state.now))).collect()
}
