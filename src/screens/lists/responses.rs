//! What comes back of work on a list, taken into the state.

use crate::screens::dialog::confirm;
use crate::screens::message::{Effect, Message};
use crate::screens::state::State;

use super::run_actions;

/// What came of work on the list.
pub fn taken(state: &mut State, what: Message) -> Vec<Effect> {
    match what {
        Message::PlanBegun(generation, ..)
        | Message::Planned(generation, _)
        | Message::PlanEnded(generation, _)
        | Message::Chosen(generation, ..)
            if generation != state.lists.generation =>
        {
            Vec::new()
        }
        Message::PlanBegun(_, lines, guess) => {
            state.lists.lines += lines;
            if let Some(encoding) = guess {
                state.lists.guess = guess;
                state.notify(format!(
                    "the list is taken as {encoding}, a guess: look at its names, or save it as UTF-8"
                ));
            }
            state.just_changed()
        }
        Message::Planned(_, rows) => {
            state.lists.add(rows);
            state.just_changed()
        }
        Message::PlanEnded(_, result) => {
            state.lists.planning = state.lists.planning.saturating_sub(1);
            match result {
                Ok(()) => state.changed(),
                Err(why) => state.notify(format!("the list: {why}")),
            }
            Vec::new()
        }
        Message::Chosen(_, at, result) => {
            state.lists.planning = state.lists.planning.saturating_sub(1);
            match *result {
                Ok(row) => state.lists.put(at, row),
                Err(problem) => state.notify(problem.line()),
            }
            state.just_changed()
        }
        Message::Frozen(result) => {
            state.changed();
            match *result {
                Ok(begun) => state.lists.begin(begun, state.now),
                Err(problem) => {
                    state.lists.freezing = false;
                    state.say(problem.line())
                }
            }
        }
        Message::Runs(read) => {
            let is_first = !state.lists.runs.is_read;
            state.lists.runs.take(read);
            if is_first && let Some(words) = run_actions::left_lately(state) {
                state.notify(words);
            }
            state.changed();
            Vec::new()
        }
        Message::RunOpened(result) => {
            state.lists.resumes = false;
            match *result {
                Ok(begun) => run_actions::opened(state, begun),
                Err(problem) => state.say(problem.line()),
            }
        }
        Message::RunResumed(id, result) => run_actions::resumed(state, id, result),
        Message::RowLooked(id, row, outcome, again) if run_actions::is_run(state, id) => {
            state.changed();
            state.lists.drive(|run| run.looked(state.now, row, outcome, again))
        }
        Message::Noted(Err(problem)) => {
            state.notify(problem.line());
            state.lists.change_run(state.now, |run| run.stop("the ledger can't be written"))
        }
        Message::PathCompleted { typed, path, choices } => {
            confirm::completed(state, &typed, path, &choices);
            Vec::new()
        }
        Message::Saved(Ok(path)) => state.say(format!("saved to {}", path.display())),
        Message::Saved(Err(why)) => state.say(why),
        _ => Vec::new(),
    }
}
