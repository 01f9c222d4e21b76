//! What is done with a list as a whole: its plan is frozen and run, and the run is paused, stopped and gone on with.

mod resume;

use jiff::SignedDuration;
use uuid::Uuid;

use crate::bulk::run::ReadyRun;
use crate::screens::action::unless;
use crate::screens::lists::run_note;
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::widgets::format::{clock, count};

use resume::{go, go_on};

pub use resume::{begin, can_retry, can_run, gone_on, resumed, retry};

/// Why the screen doesn't go on with a run that takes in locks on purpose.
const BY_ID: &str = "--confirm ID for each lock on purpose: this run goes on by `unbolt bulk resume RUN`";

/// A run that was left longer ago than this isn't named at the start.
const LATELY: SignedDuration = SignedDuration::from_hours(24);

/// Runs the list, or goes on with its run, or looks at the selected run of before: which of them follows from what shows.
pub fn run(state: &mut State) -> Vec<Effect> {
    match &state.lists.run {
        Some(_) => go_on(state),
        None if state.lists.shows_runs() => look_at(state),
        None => go(state),
    }
}

/// Takes the selected run up. Nothing goes on before somebody says so.
fn look_at(state: &mut State) -> Vec<Effect> {
    let Some(id) = state.lists.runs.selected().map(|run| run.id) else { return Vec::new() };
    state.lists.resumes = true;
    state.changed();
    vec![Effect::OpenRun(id)]
}

/// A run of before shows as it was left.
pub fn opened(state: &mut State, begun: ReadyRun) -> Vec<Effect> {
    if !state.lists.shows_runs() {
        state.notify("a list has come meanwhile: {key:new_list} begins a new one, and then the run can be opened");
        return vec![Effect::Release(begun.settings.id)];
    }
    state.lists.open_run(begun, state.now);
    state.changed();
    match state.lists.left() {
        0 if state.lists.failed() > 0 => state.say("{key:retry} tries the failed rows again; {key:copy} copies a note"),
        0 => state.say("this run is finished; {key:copy} copies a note"),
        n => state.say(format!("{} left: {{key:run}} goes on with the run", count(n, "row", "rows"))),
    }
}

/// Tells what the start tells at the same moment, and then of that run.
pub fn tell_left_with(state: &mut State, words: &str) -> Vec<Effect> {
    let run = left_lately(state).map(|words| format!("; {words}")).unwrap_or_default();
    state.say(format!("{words}{run}"))
}

/// The run that this operator left lately, in words: it is named at the start.
pub fn left_lately(state: &State) -> Option<String> {
    let since = state.now.wall.checked_sub(LATELY).unwrap_or(state.now.wall);
    let run = state.lists.runs.left_by(state.session.operator_name.as_data(), since)?;
    let at = clock(run.at, state.now.wall, &state.session.zone);
    let left = count(usize::try_from(run.left()).unwrap_or(usize::MAX), "row", "rows");
    Some(format!("a run of {at} has {left} left: {{key:lists}}, then {{key:run}} opens it"))
}

/// True while that run is the one of this tab.
pub fn is_run(state: &State, id: Uuid) -> bool {
    state.lists.run.as_ref().is_some_and(|run| run.settings().id == id)
}

/// Why there is nothing to pause, stop or retry.
///
/// # Errors
/// The reason, for the footer.
pub fn has_run(state: &State) -> Result<(), String> {
    unless(state.lists.run.is_none(), "nothing is run yet: {key:run} begins it")
}

/// Why a run can't rest or be stopped.
///
/// # Errors
/// The reason, for the footer.
pub fn is_live(state: &State) -> Result<(), String> {
    has_run(state)?;
    match &state.lists.run {
        Some(run) if run.stopped().is_some() => Err("the run is stopped: {key:run} goes on with it".to_owned()),
        Some(run) if run.is_over() => Err("the run is finished".to_owned()),
        _ => Ok(()),
    }
}

/// Has the run rest, or go on.
pub fn pause(state: &mut State) -> Vec<Effect> {
    state.changed();
    state.lists.change_run(state.now, |run| {
        if run.is_paused() {
            run.go_on();
        } else {
            run.pause();
        }
    })
}

/// Stops the run; what is at work is finished.
pub fn stop(state: &mut State) -> Vec<Effect> {
    state.changed();
    state.lists.change_run(state.now, |run| run.stop("stopped by the operator"))
}

/// The note on the run for the ticket.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some(note) = run_note::note(state) else { return Vec::new() };
    state.copy(note, "the note on the run was sent to your terminal's clipboard")
}
