//! What is done with a list as a whole: its plan is frozen and run, and the run is paused, stopped and gone on with.

use tui_input::Input;

use crate::app::dialog::Ask;
use crate::app::event::Effect;
use crate::app::state::State;
use crate::bulk::plan::Verdict;
use crate::bulk::{Run, alarm};

use super::{ask, bulk};

/// More rows than this are confirmed by their number.
const ORDINARY: usize = 10;

/// Asks for the go: what happens, to how many, and what looks wrong about it.
pub fn go(state: &mut State) -> Vec<Effect> {
    let kept = state.bulk.kept();
    state.bulk.alarms = alarm::alarms(&kept, &state.unlocked_accounts());
    let typed = (state.bulk.meant() > ORDINARY).then(Input::default);
    ask(state, Ask::Bulk { typed })
}

/// Why it can't begin.
///
/// # Errors
/// The reason, for the footer.
pub fn can_go(state: &State) -> Result<(), String> {
    bulk::can_edit(state)?;
    if state.bulk.planning > 0 {
        return Err("the list is still being looked up".to_owned());
    }
    super::unlock::may_write(state)?;
    let most = state.policy.bulk_max_rows;
    match state.bulk.meant() {
        0 => Err("nothing on this list is to be unlocked".to_owned()),
        n if n > most => Err(format!("{n} are more than the policy's {most} for one run")),
        _ => Ok(()),
    }
}

/// The go was given, for exactly what the question showed.
pub fn begin(state: &mut State) -> Vec<Effect> {
    if let Err(why) = can_go(state) {
        state.say(why);
        return Vec::new();
    }
    state.bulk.freezing = true;
    state.changed();
    let papers = state.papers();
    // It was said about this list; the next one is another one.
    state.verified = None;
    vec![Effect::Freeze { rows: state.bulk.kept(), papers }]
}

/// Asks whether a run that stopped goes on.
pub fn go_on(state: &mut State) -> Vec<Effect> {
    let typed = (state.bulk.left() > ORDINARY).then(Input::default);
    ask(state, Ask::GoOn { typed })
}

/// It does.
pub fn gone_on(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    state.bulk.change_run(now, Run::go_on)
}

/// Why a run can't go on.
///
/// # Errors
/// The reason, for the footer.
pub fn can_go_on(state: &State) -> Result<(), String> {
    super::unlock::may_write(state)?;
    has_run(state)?;
    match &state.bulk.run {
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
    match &state.bulk.run {
        Some(run) if run.stopped().is_some() => Err("the run is stopped: G goes on with it".to_owned()),
        Some(run) if run.is_over() => Err("the run is over".to_owned()),
        _ => Ok(()),
    }
}

/// Has the run rest, or go on.
pub fn pause(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    state.bulk.change_run(now, |run| {
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
    state.bulk.change_run(now, |run| run.stop("stopped by the operator"))
}

/// Asks whether what failed is done again.
pub fn retry(state: &mut State) -> Vec<Effect> {
    let typed = (state.bulk.failed() > ORDINARY).then(Input::default);
    ask(state, Ask::Retry { typed })
}

/// It is.
pub fn retried(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    state.bulk.change_run(now, |run| {
        run.retry_failed();
    })
}

/// Why there is nothing to pause, stop or retry.
///
/// # Errors
/// The reason, for the footer.
pub fn has_run(state: &State) -> Result<(), String> {
    if state.bulk.run.is_some() { Ok(()) } else { Err("nothing is run yet: g begins it".to_owned()) }
}

/// Why nothing is done again.
///
/// # Errors
/// The reason, for the footer.
pub fn can_retry(state: &State) -> Result<(), String> {
    super::unlock::may_write(state)?;
    has_run(state)?;
    match &state.bulk.run {
        // What was not begun is no failure: it goes on with a question of its own.
        Some(run) if run.is_paused() => Err("the run is paused: p goes on with it".to_owned()),
        Some(run) if run.stopped().is_some() && state.bulk.left() > 0 => {
            Err("the run is stopped with rows not done: G goes on with them first".to_owned())
        }
        _ if state.bulk.failed() == 0 => Err("no row has failed".to_owned()),
        _ => Ok(()),
    }
}

/// The report of the run for the ticket.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some(run) = &state.bulk.run else { return Vec::new() };
    let sum: Vec<String> = run.totals().iter().map(|(word, n)| format!("{n} {}", word.replace('_', " "))).collect();
    let (ended, meant) = run.progress();
    let text = format!("bulk unlock {}: {ended} of {meant} rows: {}", run.settings().id, sum.join(", "));
    state.say("sent to your terminal");
    vec![Effect::Copy(text)]
}

/// How many rows the question is about; rows with other verdicts stay as they are.
#[must_use]
pub fn left_out(state: &State) -> usize {
    state.bulk.rows.iter().filter(|one| one.dropped || one.row.verdict != Verdict::Unlock).count()
}
