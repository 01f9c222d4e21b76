//! Retrying the failed rows, and copying them.

use tui_input::Input;

use crate::bulk::plan::Verdict;
use crate::bulk::run::MOST_BY_YES;
use crate::screens::dialog::state::Prompt;
use crate::screens::lists::run_note;
use crate::screens::message::Effect;
use crate::screens::state::State;

use super::BY_ID;

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
