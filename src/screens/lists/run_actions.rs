//! What is done with a list as a whole: its plan is frozen and run, and the run is paused, stopped and gone on with.

use jiff::SignedDuration;
use tui_input::Input;
use uuid::Uuid;

use crate::bulk::plan::Verdict;
use crate::bulk::run::{MOST_BY_YES, ReadyRun};
use crate::bulk::{Run, anomaly};
use crate::domain::Problem;
use crate::screens::dialog::state::Prompt;
use crate::screens::lists::run_note;
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::widgets::format::clock;

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
    let now = state.now;
    state.lists.open_run(begun, now);
    crate::screens::update::fit(state);
    match state.lists.left() {
        0 if state.lists.failed() > 0 => {
            state.notify("{key:retry} tries the failed rows again; {key:copy} copies a note");
        }
        0 => state.notify("this run is finished; {key:copy} copies a note"),
        n => state.notify(format!("{} left: {{key:run}} goes on with the run", rows(n))),
    }
    Vec::new()
}

/// Names the run that this operator left lately, at the start.
pub fn tell_left(state: &mut State) {
    if let Some(words) = left_lately(state) {
        state.notify(words);
    }
}

/// Tells what the start tells at the same moment, and then of that run.
pub fn tell_left_with(state: &mut State, words: &str) {
    let run = left_lately(state).map(|words| format!("; {words}")).unwrap_or_default();
    state.notify(format!("{words}{run}"));
}

/// The run that this operator left lately, in words.
fn left_lately(state: &State) -> Option<String> {
    let since = state.now.wall.checked_sub(LATELY).unwrap_or(state.now.wall);
    let operator = state.session.operator_name.as_data().to_owned();
    let run = state.lists.runs.left_by(&operator, since)?;
    let at = clock(run.at, state.now.wall, &state.session.zone);
    let left = rows(usize::try_from(run.left()).unwrap_or(usize::MAX));
    Some(format!("a run of {at} has {left} left: {{key:lists}}, then {{key:run}} opens it"))
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

/// True while that run is the one of this tab.
#[must_use]
pub fn is_run(state: &State, id: Uuid) -> bool {
    state.lists.run.as_ref().is_some_and(|run| run.settings().id == id)
}

/// It is recorded that a run of before goes on, or it can't.
pub fn resumed(state: &mut State, id: Uuid, result: Result<(), Problem>) -> Vec<Effect> {
    if !is_run(state, id) {
        return Vec::new();
    }
    let now = state.now;
    match result {
        Ok(()) => {
            state.changed();
            state.lists.resumes = false;
            let retries = std::mem::take(&mut state.lists.retries);
            state.lists.follows = true;
            state.lists.change_run(now, |run| {
                if retries {
                    run.retry_failed();
                } else {
                    run.go_on();
                }
            })
        }
        Err(problem) => {
            state.notify(problem.line());
            Vec::new()
        }
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
pub fn go(state: &mut State) -> Vec<Effect> {
    let kept = state.lists.kept();
    state.lists.alarms = anomaly::alarms(&kept, &state.unlocked_accounts());
    let typed = (state.lists.meant() > MOST_BY_YES).then(Input::default);
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
    let audit = state.audit();
    // It was said about this list; the next one is another one.
    state.verified = None;
    vec![Effect::Freeze { rows: state.lists.kept(), audit }]
}

/// Asks whether a run that stopped goes on.
pub fn go_on(state: &mut State) -> Vec<Effect> {
    let typed = (state.lists.left() > MOST_BY_YES).then(Input::default);
    state.ask(Prompt::GoOn { typed })
}

/// It does.
pub fn gone_on(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    match (state.lists.resumes, &state.lists.run) {
        // That it goes on in this process is recorded before anything is sent.
        (true, Some(run)) => vec![Effect::ResumeRun(run.settings().id)],
        _ => {
            state.lists.follows = true;
            state.lists.change_run(now, Run::go_on)
        }
    }
}

/// Why a run can't go on.
///
/// # Errors
/// The reason, for the footer.
pub fn can_go_on(state: &State) -> Result<(), String> {
    crate::screens::desk::unlock::may_write(state)?;
    has_run(state)?;
    match &state.lists.run {
        Some(run) if run.needs_ids(false) => Err(BY_ID.to_owned()),
        Some(run) if run.stopped().is_some() && run.progress().0 < run.progress().1 => Ok(()),
        _ => Err("the run is still running".to_owned()),
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
    let typed = (state.lists.failed() > MOST_BY_YES).then(Input::default);
    state.ask(Prompt::Retry { typed })
}

/// It is.
pub fn retried(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    if let (true, Some(run)) = (state.lists.resumes, &state.lists.run) {
        state.lists.retries = true;
        return vec![Effect::ResumeRun(run.settings().id)];
    }
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
        Some(run) if run.needs_ids(true) => Err(BY_ID.to_owned()),
        _ => Ok(()),
    }
}

/// The note on the run for the ticket.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some(note) = run_note::note(state) else { return Vec::new() };
    state.notify("the note on the run was sent to your terminal's clipboard");
    vec![Effect::Copy(note)]
}

/// How many rows the question is about; rows with other verdicts stay as they are.
#[must_use]
pub fn left_out(state: &State) -> usize {
    state.lists.rows.iter().filter(|one| one.dropped || one.row.verdict != Verdict::Unlock).count()
}
