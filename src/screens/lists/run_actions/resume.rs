//! Starting a run, resuming it, and retrying its failed rows.

use tui_input::Input;
use uuid::Uuid;

use crate::bulk::anomaly;
use crate::bulk::run::MOST_BY_YES;
use crate::domain::Problem;
use crate::screens::action::unless;
use crate::screens::dialog::state::Prompt;
use crate::screens::message::Effect;
use crate::screens::state::State;

use super::{BY_ID, has_run, is_run};

/// It is recorded that a run of before goes on, or it can't.
pub fn resumed(state: &mut State, id: Uuid, result: Result<(), Problem>) -> Vec<Effect> {
    if !is_run(state, id) {
        return Vec::new();
    }
    match result {
        Ok(()) => {
            state.changed();
            state.lists.resumes = false;
            state.lists.follows = true;
            let retries = std::mem::take(&mut state.lists.retries);
            move_on(state, retries)
        }
        Err(problem) => state.say(problem.line()),
    }
}

/// Why there is nothing to run.
///
/// # Errors
/// The reason, for the footer.
pub fn can_run(state: &State) -> Result<(), String> {
    match &state.lists.run {
        Some(run) if run.is_paused() => Err("the run is paused: {key:pause} resumes it".to_owned()),
        Some(_) => can_go_on(state),
        None if state.lists.shows_runs() && state.lists.resumes => Err("the run is being read".to_owned()),
        None if state.lists.shows_runs() => Ok(()),
        None => can_go(state),
    }
}

/// Asks for the go: what happens, to how many, and what looks wrong about it.
pub(super) fn go(state: &mut State) -> Vec<Effect> {
    let kept = state.lists.kept();
    state.lists.alarms = anomaly::alarms(&kept, &state.unlocked_accounts());
    let typed = (state.lists.meant() > MOST_BY_YES).then(Input::default);
    state.ask(Prompt::Bulk, typed)
}

/// Why it can't begin.
fn can_go(state: &State) -> Result<(), String> {
    crate::screens::lists::list_actions::can_edit(state)?;
    unless(state.lists.planning > 0, "the list is still being looked up")?;
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
        return state.say(why);
    }
    state.lists.freezing = true;
    state.changed();
    let audit = state.audit();
    // It was said about this list; the next one is another one.
    state.verified = None;
    vec![Effect::Freeze { rows: state.lists.kept(), audit }]
}

/// Asks whether a run that stopped goes on.
pub(super) fn go_on(state: &mut State) -> Vec<Effect> {
    let typed = (state.lists.left() > MOST_BY_YES).then(Input::default);
    state.ask(Prompt::GoOn, typed)
}

/// It does, or what failed is done again.
pub fn gone_on(state: &mut State, retries: bool) -> Vec<Effect> {
    state.changed();
    if let Some(run) = state.lists.run.as_ref().filter(|_| state.lists.resumes) {
        // That it goes on in this process is recorded before anything is sent.
        let effects = vec![Effect::ResumeRun(run.settings().id)];
        state.lists.retries = retries;
        return effects;
    }
    state.lists.follows |= !retries;
    move_on(state, retries)
}

fn move_on(state: &mut State, retries: bool) -> Vec<Effect> {
    state.lists.change_run(state.now, |run| {
        if retries {
            run.retry_failed();
        } else {
            run.go_on();
        }
    })
}

/// Why a run can't go on.
fn can_go_on(state: &State) -> Result<(), String> {
    crate::screens::desk::unlock::may_write(state)?;
    has_run(state)?;
    match &state.lists.run {
        Some(run) if run.needs_ids(false) => Err(BY_ID.to_owned()),
        Some(run) if run.stopped().is_some() && run.left() > 0 => Ok(()),
        _ => Err("the run is still running".to_owned()),
    }
}

/// Asks whether what failed is done again.
pub fn retry(state: &mut State) -> Vec<Effect> {
    let typed = (state.lists.failed() > MOST_BY_YES).then(Input::default);
    state.ask(Prompt::Retry, typed)
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
        Some(run) if run.needs_ids(true) => Err(BY_ID.to_owned()),
        _ => Ok(()),
    }
}
