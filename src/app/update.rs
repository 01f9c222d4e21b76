//! The one place where the state changes.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::domain::Stamp;
use crate::flow::watch::Watch;
use crate::flow::{Call, FlowId};

use super::action::Action;
use super::acts;
use super::bulk::Source;
use super::dialog::{Ask, Dialog};
use super::event::{Effect, Event, What};
use super::input;
use super::keymap::{Chord, Place};
use super::layout;
use super::replies;
use super::state::{PATIENCE_AT_END, State, TOAST};
use super::tabs::Tab;
use super::unlocks;

/// How long a message stands at least.
const SEEN: Duration = Duration::from_secs(1);

/// How long letters are no commands after one that is none.
const MISTYPED: Duration = Duration::from_secs(1);

/// Takes an event and gives the effects that follow from it.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    state.now = event.at;
    let mut effects = match event.what {
        What::Started => {
            fit(state);
            calls(state.desk.search.ask(""))
        }
        What::Key(key) => {
            state.touched = event.at.mono;
            key_pressed(state, &key)
        }
        What::Line(line) => {
            state.touched = event.at.mono;
            acts::line::take(state, &line)
        }
        What::NoMoreLines => acts::perform(state, Action::Quit),
        What::Paste(text) => pasted(state, &text),
        What::Resize(width, height) => {
            state.size = (width, height);
            fit(state);
            state.changed();
            Vec::new()
        }
        What::Tick => tick(state),
        What::Reply(reply) => replies::replied(state, *reply),
        What::Exchange(exchange) => {
            state.note_exchange(exchange);
            Vec::new()
        }
        What::Drawn { revision, whole } => {
            if let Some(dialog) = state.dialog.as_mut().filter(|dialog| dialog.since <= revision) {
                dialog.drawn = whole;
            }
            Vec::new()
        }
        What::Notice(text) => {
            state.say(text);
            Vec::new()
        }
        What::Heard => heard(state),
        what @ (What::Planned(..)
        | What::PlanEnded(..)
        | What::Chosen(..)
        | What::Frozen(_)
        | What::Noted(_)
        | What::Saved(_)) => replies::of_list(state, what),
        What::Locked(generation, news) => {
            if generation == state.locked.generation {
                state.locked.take(*news);
                state.changed();
            }
            Vec::new()
        }
        What::LedgerRead(rows) => {
            state.ledger.take(rows, event.at.wall);
            state.changed();
            Vec::new()
        }
        What::Checked(name, found) => {
            let order: Vec<_> = state.providers.iter().map(|provider| provider.name.clone()).collect();
            state.checks.take(&order, name, found, event.at.wall);
            state.changed();
            Vec::new()
        }
        What::Terminate => {
            // The first word counts: a second signal doesn't start the wait anew.
            if !matches!(state.leaving, Some(Some(_))) {
                state.leaving = Some(Some(event.at.mono + PATIENCE_AT_END));
            }
            Vec::new()
        }
        What::Resumed => {
            state.touched = event.at.mono;
            vec![Effect::Redraw]
        }
    };
    if state.leaving.is_some() {
        // Waiting for a device is no reason to stay: it is recorded as waiting, and the device answers all the same.
        effects.extend(leave_waiting(state, event.at));
        // A run begins nothing more; what is at work is waited for.
        if state.bulk.in_flight() > 0 {
            effects.extend(state.bulk.change_run(event.at, |run| run.stop("the operator left")));
        }
    }
    if state.leaving.is_some() && state.in_flight() == 0 {
        effects.push(Effect::Quit);
    }
    state.spin();
    effects
}

/// The list knows how many of its rows are visible.
pub fn fit(state: &mut State) {
    state.desk.page = layout::people_rows(&layout::layout(state.size, state.focus));
    state.desk.scroll();
    let page = layout::tab_rows(state.size);
    for lines in [&mut state.locked.lines, &mut state.ledger.lines, &mut state.checks.lines] {
        lines.page = page;
    }
    state.locked.lines.scroll(state.locked.rows.len());
    state.ledger.lines.scroll(state.ledger.rows.len());
    let len = state.checks.rows().count();
    state.checks.lines.scroll(len);
    state.bulk.page = layout::bulk_rows(state.size);
    state.bulk.scroll();
}

fn calls(calls: Vec<Call>) -> Vec<Effect> {
    calls.into_iter().map(Effect::Call).collect()
}

fn key_pressed(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    #[cfg(feature = "panic-key")]
    if key.code == crossterm::event::KeyCode::F(12) {
        return vec![Effect::Panic];
    }
    #[cfg(feature = "panic-key")]
    if key.code == crossterm::event::KeyCode::F(11) {
        return vec![Effect::PanicInTask];
    }
    // A message belongs to what was done before; who types on has had a second to see it.
    if state.toast.as_ref().is_some_and(|toast| toast.1 + SEEN <= state.now.mono + TOAST) {
        state.toast = None;
        state.changed();
    }
    // Type-ahead: nobody has seen the question yet that this key would answer.
    let place = state.place();
    if state.dialog.as_ref().is_some_and(|dialog| !dialog.drawn) {
        let cancels = state.keymap.action(place, Chord::of(key)) == Some(Action::Cancel);
        return if cancels { acts::perform(state, Action::Cancel) } else { Vec::new() };
    }
    let action = state.keymap.action(place, Chord::of(key));
    if is_mistyped(state, place, key, action) {
        return Vec::new();
    }
    if let Some(action) = action {
        let (said, focus, asked) = (state.toast.clone(), state.focus, state.dialog.is_some());
        let effects = acts::perform(state, action);
        // A message belongs to its place, and one about an answer to its question.
        if state.toast == said && (state.focus != focus || (asked && state.dialog.is_none())) {
            state.toast = None;
        }
        return effects;
    }
    if place == Place::Confirm
        && let Some(Dialog { ask: Ask::Choose { .. }, .. }) = &state.dialog
    {
        match key.code {
            KeyCode::Up => return acts::perform(state, Action::Up),
            KeyCode::Down => return acts::perform(state, Action::Down),
            KeyCode::Enter => return acts::perform(state, Action::Yes),
            _ => {}
        }
    }
    if place == Place::Confirm {
        // Whoever presses other keys hasn't read the question.
        return acts::perform(state, Action::Cancel);
    }
    if let Some(dialog) = &mut state.dialog {
        if dialog.input().is_some_and(|field| input::edit(field, key)) {
            state.toast = None;
            if let Ask::Help { top: at, .. } | Ask::Details { top: at, .. } | Ask::Palette { at, .. } = &mut dialog.ask
            {
                *at = 0;
            }
            state.changed();
        }
    } else if place == Place::Query {
        let before = state.desk.query.value().to_owned();
        if input::edit(&mut state.desk.query, key) {
            state.changed();
        }
        if state.desk.query.value() != before {
            typed(state);
        }
    } else if place == Place::BulkFilter && input::edit(&mut state.bulk.filter, key) {
        state.bulk.arrange();
        state.changed();
    } else if state.toast.is_none()
        && !matches!(place, Place::Query | Place::BulkFilter)
        && matches!(key.code, KeyCode::Char(_) | KeyCode::Enter | KeyCode::Esc)
    {
        state.say("no key of this place: ? shows what can be done here");
    }
    Vec::new()
}

/// A name typed where letters are commands must not act by its letters: the first letter that is no
/// command makes the following ones none either, for a moment.
fn is_mistyped(state: &mut State, place: Place, key: &KeyEvent, action: Option<Action>) -> bool {
    let is_letter = matches!(key.code, KeyCode::Char(c) if c.is_alphanumeric())
        && key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    let is_command_place = !matches!(place, Place::Query | Place::BulkFilter) && state.dialog.is_none();
    if !is_letter || !is_command_place || (action.is_some() && state.now.mono >= state.typing_until) {
        return false;
    }
    state.typing_until = state.now.mono + MISTYPED;
    state.say(why_nothing(state, place, key, action));
    true
}

/// Why a letter does nothing here.
fn why_nothing(state: &State, place: Place, key: &KeyEvent, action: Option<Action>) -> String {
    if action.is_some() {
        return "ignored, as a letter of a word: wait a second and press it again".to_owned();
    }
    let elsewhere = |place| state.keymap.action(place, Chord::of(key)).and_then(Action::word);
    match (Tab::of(place), elsewhere(Place::Status)) {
        (Tab::Desk, Some(word)) if place == Place::Progress => {
            format!("{word} is for an account: Tab goes back to them")
        }
        (Tab::Desk, _) => "letters are commands here: press / to type a name".to_owned(),
        (_, Some(word)) => format!("{word} is for the desk: 1 goes there"),
        (_, None) => "no key of this place: ? shows what can be done here".to_owned(),
    }
}

fn typed(state: &mut State) {
    let text = state.desk.query.value().to_owned();
    state.desk.search.typed(state.now, &text);
    state.desk.arrange(true);
    acts::select::moved(state);
    state.changed();
}

/// Pasted text only ever enters text fields.
fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(dialog) = &mut state.dialog {
        if dialog.drawn
            && let Some(field) = dialog.input()
        {
            input::paste(field, text);
            state.changed();
        }
    } else if state.focus == Place::Bulk || (!state.focus.is_bulk() && is_list(text)) {
        if let Err(why) = acts::bulk::can_edit(state) {
            state.say(why);
            return Vec::new();
        }
        return acts::bulk::plan(state, Source::Text(text.to_owned()));
    } else if state.focus == Place::BulkFilter {
        input::paste(&mut state.bulk.filter, text);
        state.bulk.arrange();
        state.changed();
    } else if state.focus == Place::Query {
        input::paste(&mut state.desk.query, text);
        typed(state);
    } else {
        state.say("pasted text goes into a text field: press / first");
    }
    Vec::new()
}

/// Several lines are a list, wherever they are pasted.
fn is_list(text: &str) -> bool {
    text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).nth(1).is_some()
}

fn tick(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let text = state.desk.query.value().to_owned();
    let mut effects = calls(state.desk.search.tick(now, &text));
    if !effects.is_empty() {
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
    let is_there = |watch: &Watch| {
        let is_shown = state.desk.accounts().iter().any(|account| account.key == *watch.key());
        is_shown && Tab::of(state.focus) == Tab::Desk
    };
    if state.watch.as_ref().is_some_and(|watch| !is_there(watch)) {
        state.watch = None;
        state.say("the watch is over: its person left the screen");
    }
    if let Some(watch) = state.watch.take() {
        let (watch, call) = watch.tick(now);
        let ended = watch.is_none();
        state.watch = watch;
        effects.extend(call.map(Effect::Call));
        if ended {
            state.say("the watch is over");
        }
    }
    let due: Vec<FlowId> = state
        .unlocks
        .iter()
        .filter(|unlock| unlock.flow.wake().is_some_and(|wake| wake <= now.mono))
        .map(|unlock| unlock.id)
        .collect();
    for id in due {
        if let Some(unlock) = state.unlock_mut(id) {
            let calls = unlock.flow.tick(now);
            effects.extend(unlocks::effects(id, calls));
            state.changed();
        }
    }
    if state.bulk.wake().is_some_and(|wake| wake <= now.mono) {
        effects.extend(state.bulk.tick(now));
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
        effects.extend(abandon(state, now));
    }
    effects
}

/// Records every unlock that waits for a device as waiting.
fn leave_waiting(state: &mut State, now: Stamp) -> Vec<Effect> {
    let waiting = state.unlocks.iter_mut().filter(|unlock| unlock.flow.waits_for_device());
    waiting.flat_map(|unlock| unlocks::effects(unlock.id, unlock.flow.abandon(now))).collect()
}

/// Whoever waits for a device looks at once.
fn heard(state: &mut State) -> Vec<Effect> {
    let waiting = state.unlocks.iter_mut().map(|unlock| unlocks::effects(unlock.id, unlock.flow.heard()));
    let effects: Vec<Effect> = waiting.flatten().collect();
    effects.into_iter().chain(state.bulk.heard()).collect()
}

/// Records every unlock in flight as unknown: the program has to end.
pub fn abandon(state: &mut State, now: Stamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    for unlock in &mut state.unlocks {
        effects.extend(unlocks::effects(unlock.id, unlock.flow.abandon(now)));
    }
    effects.extend(state.bulk.abandon(now));
    effects
}
