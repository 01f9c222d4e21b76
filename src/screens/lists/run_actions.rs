//! What is done with a list as a whole: its plan is frozen and run, and the run is paused, stopped and gone on with.

use tui_input::Input;

use crate::bulk::plan::Verdict;
use crate::bulk::{Run, alarm};
use crate::screens::dialog::state::Prompt;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// More rows than this are confirmed by their number.
const ORDINARY: usize = 10;

/// Runs the list, or goes on with its run: which of the two follows from the list.
pub fn run(state: &mut State) -> Vec<Effect> {
    if state.lists.run.is_some() { go_on(state) } else { go(state) }
}

/// Why there is nothing to run.
///
/// # Errors
/// The reason, for the footer.
pub fn can_run(state: &State) -> Result<(), String> {
    match &state.lists.run {
        Some(run) if run.is_paused() => Err("the run is paused: {key:pause} resumes it".to_owned()),
        Some(_) => can_go_on(state),
        None => can_go(state),
    }
}

/// Asks for the go: what happens, to how many, and what looks wrong about it.
pub fn go(state: &mut State) -> Vec<Effect> {
    let kept = state.lists.kept();
    state.lists.alarms = alarm::alarms(&kept, &state.unlocked_accounts());
    let typed = (state.lists.meant() > ORDINARY).then(Input::default);
    state.ask(Prompt::Bulk { typed })
}

/// Why it can't begin.
///
/// # Errors
/// The reason, for the footer.
pub fn can_go(state: &State) -> Result<(), String> {
    crate::screens::lists::list_actions::can_edit(state)?;
    if state.lists.planning > 0 {
        return Err("the list is still being looked up".to_owned());
    }
    crate::screens::desk::unlock::may_write(state)?;
    let most = state.policy.bulk_max_rows;
    match state.lists.meant() {
        0 => Err("nothing on this list is to be unlocked".to_owned()),
        n if n > most => Err(format!("{n} are more than the policy's {most} for one run")),
        _ => Ok(()),
    }
}

/// The go was given, for exactly what the question showed.
pub fn begin(state: &mut State) -> Vec<Effect> {
    if let Err(why) = can_go(state) {
        state.notify(why);
        return Vec::new();
    }
    state.lists.freezing = true;
    state.changed();
    let papers = state.papers();
    // It was said about this list; the next one is another one.
    state.verified = None;
    vec![Effect::Freeze { rows: state.lists.kept(), papers }]
}

/// Asks whether a run that stopped goes on.
pub fn go_on(state: &mut State) -> Vec<Effect> {
    let typed = (state.lists.left() > ORDINARY).then(Input::default);
    state.ask(Prompt::GoOn { typed })
}

/// It does.
pub fn gone_on(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    state.lists.change_run(now, Run::go_on)
}

/// Why a run can't go on.
///
/// # Errors
/// The reason, for the footer.
pub fn can_go_on(state: &State) -> Result<(), String> {
    crate::screens::desk::unlock::may_write(state)?;
    has_run(state)?;
    match &state.lists.run {
        Some(run) if run.stopped().is_some() && run.progress().0 < run.progress().1 => Ok(()),
        _ => Err("the run was not stopped".to_owned()),
    }
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
    let now = state.now;
    state.changed();
    state.lists.change_run(now, |run| {
        if run.is_paused() {
            run.go_on();
        } else {
            run.pause();
        }
    })
}

/// Stops the run; what is at work is finished.
pub fn stop(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    state.lists.change_run(now, |run| run.stop("stopped by the operator"))
}

/// Asks whether what failed is done again.
pub fn retry(state: &mut State) -> Vec<Effect> {
    let typed = (state.lists.failed() > ORDINARY).then(Input::default);
    state.ask(Prompt::Retry { typed })
}

/// It is.
pub fn retried(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    state.lists.change_run(now, |run| {
        run.retry_failed();
    })
}

/// Why there is nothing to pause, stop or retry.
///
/// # Errors
/// The reason, for the footer.
pub fn has_run(state: &State) -> Result<(), String> {
    if state.lists.run.is_some() { Ok(()) } else { Err("nothing is run yet: {key:run} begins it".to_owned()) }
}

/// Why nothing is done again.
///
/// # Errors
/// The reason, for the footer.
pub fn can_retry(state: &State) -> Result<(), String> {
    crate::screens::desk::unlock::may_write(state)?;
    has_run(state)?;
    match &state.lists.run {
        // What was not begun is no failure: it goes on with a question of its own.
        Some(run) if run.is_paused() => Err("the run is paused: {key:pause} goes on with it".to_owned()),
        Some(run) if run.stopped().is_some() && state.lists.left() > 0 => {
            Err("the run is stopped with rows not done: {key:run} goes on with them first".to_owned())
        }
        _ if state.lists.failed() == 0 => Err("no row has failed".to_owned()),
        _ => Ok(()),
    }
}

/// The report of the run for the ticket.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some(run) = &state.lists.run else { return Vec::new() };
    let sum: Vec<String> = run.totals().iter().map(|(word, n)| format!("{n} {}", word.replace('_', " "))).collect();
    let (ended, meant) = run.progress();
    let text = format!("bulk unlock {}: {ended} of {meant} rows: {}", run.settings().id, sum.join(", "));
    state.notify("sent to your terminal");
    vec![Effect::Copy(text)]
}

/// How many rows the question is about; rows with other verdicts stay as they are.
#[must_use]
pub fn left_out(state: &State) -> usize {
    state.lists.rows.iter().filter(|one| one.dropped || one.row.verdict != Verdict::Unlock).count()
}
