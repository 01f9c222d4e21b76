//! What is told on the main screen after the program was left: how that ended which was still at work then.

use crate::domain::Outcome;
use crate::flow::FlowId;
use crate::screens::State;

/// What was at work when the operator left.
#[derive(Clone, Debug, Default)]
pub struct WorkAtExit {
    unlocks: Vec<FlowId>,
    run: bool,
}

impl WorkAtExit {
    /// What is at work now.
    pub fn now(state: &State) -> Self {
        let open = state.unlocks.iter().filter(|unlock| unlock.flow.outcome().is_none());
        // One that was stopped has rows left, too; one that was only looked at is nobody's news.
        let run = state.lists.run.as_ref().is_some_and(|run| !run.is_over()) || state.lists.leaves_rows();
        Self { unlocks: open.map(|unlock| unlock.id).collect(), run }
    }

    /// How it ended, a line each; nothing where nothing was at work.
    pub fn told(&self, state: &State) -> Vec<String> {
        let unlocks = state.unlocks.iter().filter(|unlock| self.unlocks.contains(&unlock.id));
        let mut lines: Vec<String> = unlocks
            .filter_map(|unlock| {
                let (outcome, problem) = unlock.flow.outcome()?;
                let whom = format!("{} in {}", unlock.person.line(), unlock.flow.order().key.provider);
                let next = match outcome {
                    // Where the problem says what is next, it is said once.
                    _ if problem.is_some_and(|problem| !problem.next.is_empty()) => "",
                    Outcome::Unknown => " (`unbolt ledger resolve` looks again)",
                    one if one.is_waiting() => " (`unbolt ledger show --open` lists it)",
                    _ => "",
                };
                let why = problem.map(|problem| format!(": {}", problem.line())).unwrap_or_default();
                Some(format!("{whom}: {}{why}{next}", outcome.in_words()))
            })
            .collect();
        if let Some(run) = state.lists.run.as_ref().filter(|_| self.run) {
            let ((ended, meant), id) = (run.progress(), run.settings().id);
            let left = run.left();
            let next = match &state.session.program {
                Some(_) if left > 0 => format!(", {left} not done: `unbolt bulk resume {id}`"),
                _ if left > 0 => format!(", {left} not done"),
                _ => String::new(),
            };
            lines.push(format!("run {id}: {ended} of {meant} done{next}"));
        }
        lines
    }
}
