//! What a run says of itself, while it goes and at its end.

use crate::bulk::plan::Row;
use crate::bulk::report::{RowResult, counts, word};
use crate::bulk::run::{RowState, Run};
use crate::cli::console::{progress, say, shows_progress};
use crate::cli::exit::{Exit, counted};
use crate::cli::style;
use crate::cli::table::{self, TableField};
use crate::domain::Outcome;
use crate::engine::Core;

use super::RunOptions;
use super::report::{print_json, tone};

pub fn finish(run: &Run, stopped: Option<&str>, by_signal: bool, unrecorded: bool, running: &RunOptions) -> Exit {
    let id = run.settings().id;
    if running.json {
        print_json(id, told(run));
    }
    let (ended, meant) = run.progress();
    let left = if ended < meant { format!("; {} not done", meant - ended) } else { String::new() };
    say(&format!("{ended} of {meant} rows finished: {}{left}", counts(run.totals()).join(", ")));
    if let Some(why) = stopped {
        say(&format!(
            "the run stopped: {why}. Next: `unbolt bulk report {id}`; go on with `unbolt bulk resume {id}`; --retry-failed takes the failed rows, too"
        ));
    }
    let outcomes: Vec<Outcome> = run.outcomes().collect();
    if by_signal {
        return Exit::Interrupted;
    }
    if unrecorded {
        // A full ledger is one code, whichever record it was that found no room.
        return if outcomes.iter().any(|outcome| outcome.is_done()) { Exit::Mixed } else { Exit::Refused };
    }
    // A row was locked when it was planned: what was left alone still is.
    let outcomes: Vec<Outcome> = outcomes.into_iter().map(|outcome| counted(outcome, true)).collect();
    match Exit::of(&outcomes) {
        Exit::Done if ended < meant && ended > 0 => Exit::Mixed,
        Exit::Done if ended < meant => Exit::Failed,
        exit => exit,
    }
}

/// The rows as they are now, each with its word.
fn told(run: &Run) -> impl Iterator<Item = (&Row, &'static str, RowResult)> {
    run.rows().iter().enumerate().map(|(at, row)| {
        let state = run.state(at);
        let ended = match state {
            RowState::Ended(outcome, problem) => {
                let why = problem.as_ref().map(|problem| problem.line()).unwrap_or_default();
                RowResult { outcome: Some(*outcome), why: why.into() }
            }
            _ => RowResult::default(),
        };
        (row, word(row, &ended, *state != RowState::NotMeant), ended)
    })
}

/// Of a row's line: its line in the list, system, what the list says, outcome.
const ROW_WIDTHS: [u16; 4] = [6, 12, 24, 14];

/// One line per row as it ends; on a terminal one line that is renewed.
pub struct ProgressPrinter {
    told: usize,
    ended: usize,
    before: usize,
    silent: bool,
    bar: bool,
}

impl ProgressPrinter {
    pub fn new(json: bool, before: usize, run: &Run) -> Self {
        Self { told: 0, ended: run.progress().0, before, silent: json, bar: shows_progress() }
    }

    pub fn tell(&mut self, core: &Core, run: &Run) {
        let (ended, meant) = run.progress();
        if ended == self.ended {
            return;
        }
        self.ended = ended;
        if self.bar {
            let rate = run.pace(self.before, core.now().mono);
            let rate = rate
                .map_or_else(String::new, |(rate, left)| format!(", {rate:.1} a second, {} s left", left.as_secs()));
            return progress(&format!("{ended} of {meant}{rate}"));
        }
        if self.silent {
            return;
        }
        for at in run.log().iter().skip(self.told) {
            if let RowState::Ended(outcome, problem) = run.state(*at)
                && let Some(row) = run.rows().get(*at)
            {
                let theme = style::text().theme;
                let fields = [
                    TableField::new(row.line.to_string(), theme.muted),
                    TableField::plain(row.provider_name()),
                    TableField::plain(row.input.line()),
                    TableField::new(outcome.in_words(), tone(*outcome)).piped(outcome.word()),
                    TableField::plain(problem.as_ref().map(|problem| problem.line()).unwrap_or_default()),
                ];
                table::stream(&ROW_WIDTHS, &fields);
            }
        }
        self.told = run.log().len();
    }
}
