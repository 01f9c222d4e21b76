//! `unbolt bulk report RUN`

use std::io::{IsTerminal as _, stdout};

use ratatui::style::Style;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bulk::plan::{Row, Verdict, totals};
use crate::bulk::report::{ReportFormat, RowResult, counts, json_row, label, lines, matters, why, word};
use crate::cli::args::Cli;
use crate::cli::console::say;
use crate::cli::exit::Exit;
use crate::cli::output::{data_rows, out};
use crate::cli::table::{self, TableField};
use crate::cli::{json, setup, style};
use crate::domain::{Outcome, Untrusted};
use crate::engine::bulk::{plan_store, runs};
use crate::engine::time_zone;
use crate::ledger::{RowHistory, RunHistory, RunListEntry};
use crate::widgets::columns::Column;
use crate::widgets::format::{moment, stretch, ticket};

use super::ReportArgs;

pub fn run(cli: &Cli, arguments: &ReportArgs) -> Result<Exit, Exit> {
    let core = setup::core(cli)?;
    let id = runs::named(&core, &arguments.run).map_err(Exit::Usage.saying())?;
    let (plan, _, journal) = plan_store::open_own(&core, id).map_err(Exit::Failed.saying())?;
    let memory = journal.run(id);
    if memory.started.is_none() {
        return Err(Exit::Failed.because("this plan was never run"));
    }
    let recorded = journal.recorded_run(id);
    print(id, &plan.rows, (&memory, recorded.as_ref()), arguments);
    Ok(Exit::Done)
}

/// What the ledger knows of a row.
fn ended(memory: &RunHistory, at: usize) -> RowResult {
    match memory.rows.get(&at) {
        Some(RowHistory::Ended(outcome, why)) => RowResult { outcome: Some(*outcome), why: why.clone() },
        Some(RowHistory::Left(unlocked)) => {
            let outcome = unlocked.heard.or(unlocked.outcome).map_or(Outcome::Unknown, |(outcome, _)| outcome);
            RowResult { outcome: Some(outcome), why: unlocked.why.clone() }
        }
        Some(RowHistory::Again) | None => RowResult::default(),
    }
}

fn print(id: Uuid, rows: &[Row], (memory, recorded): (&RunHistory, Option<&RunListEntry>), arguments: &ReportArgs) {
    let meant = |row: &Row| {
        let started =
            memory.started.as_ref().is_some_and(|started| started.verdicts.iter().any(|v| v == row.verdict.word()));
        started || row.verdict == Verdict::Unlock
    };
    let told = || {
        rows.iter().enumerate().map(|(at, row)| {
            let ended = ended(memory, at);
            (row, word(row, &ended, meant(row)), ended)
        })
    };
    if arguments.json {
        return print_json(id, told());
    }
    let form = match (arguments.csv, arguments.jsonl, arguments.markdown) {
        (true, ..) => Some(ReportFormat::Csv),
        (_, true, _) => Some(ReportFormat::JsonLines),
        (_, _, true) => Some(ReportFormat::Markdown),
        _ => None,
    };
    let is_for_people = matches!(form, None | Some(ReportFormat::Markdown));
    let is_shown = |row: &Row, ended: &RowResult| !is_for_people || arguments.all || matters(row, ended, meant(row));
    let shown: Vec<_> = told().filter(|(row, _, ended)| is_shown(row, ended)).collect();
    let hidden = rows.len() - shown.len();
    let more = if hidden == 0 { String::new() } else { format!("; {hidden} rows need nothing: --all shows them") };
    let totals = totals(told().map(|(_, word, _)| word));
    let sum = format!("{}{more}", counts(totals).join(", "));
    match form {
        None => print_table(&head(id, recorded, false), shown, &sum),
        Some(ReportFormat::Markdown) => {
            let lines = lines(ReportFormat::Markdown, shown.into_iter());
            for line in head(id, recorded, true).into_iter().chain(lines) {
                out(&line);
            }
            out(&format!("\n{sum}"));
        }
        Some(form) => data_rows(lines(form, shown.into_iter()).map(|line| line + "\n")),
    }
}

/// The document of a run: its rows, and how many ended how.
pub(super) fn print_json<'a>(id: Uuid, told: impl Iterator<Item = (&'a Row, &'static str, RowResult)>) {
    let told = told.map(|(row, word, ended)| (word, json_row(row, word, &ended)));
    let (words, rows): (Vec<&str>, Vec<Value>) = told.unzip();
    json::print(json!({"run": id.to_string(), "rows": rows, "totals": totals(words)}));
}

const COLUMNS: [Column; 5] = [
    Column::fact("LINE", 4, 2),
    Column::fact("OUTCOME", 8, 0),
    Column::name("SYSTEM", 6, 1),
    Column::name("USER", 6, 0),
    Column::name("WHY", 12, 0),
];

/// What failed stands first. A pipe gets the rows; head and sum are told beside it.
fn print_table(head: &[String], mut shown: Vec<(&Row, &str, RowResult)>, sum: &str) {
    let tell = if stdout().is_terminal() { out } else { say };
    head.iter().filter(|line| !line.is_empty() || stdout().is_terminal()).for_each(|line| tell(line));
    shown.sort_by_key(|(row, _, ended)| match ended.outcome {
        Some(outcome) if outcome.is_done() => 3,
        Some(_) => 0,
        None if row.account.is_none() => 2,
        None => 1,
    });
    let theme = style::text().theme;
    let fields = |(row, word, ended): &(&Row, &str, RowResult)| {
        vec![
            TableField::new(row.line.to_string(), theme.muted),
            TableField::new(label(word), ended.outcome.map_or(theme.muted, tone)).piped(*word),
            TableField::plain(row.provider_name()),
            TableField::plain(row.name().line()),
            TableField::plain(why(row, ended).line()),
        ]
    };
    table::print(&COLUMNS, shown.iter().map(fields));
    tell(sum);
}

/// How an outcome looks.
pub(super) fn tone(outcome: Outcome) -> Style {
    let theme = style::text().theme;
    match outcome {
        one if one.is_done() => theme.success,
        one if one.is_waiting() || one == Outcome::LeftAlone => theme.warning,
        _ => theme.danger,
    }
}

/// When, how long, who, which ticket.
fn head(id: Uuid, recorded: Option<&RunListEntry>, is_markdown: bool) -> Vec<String> {
    let title = if is_markdown { format!("**Bulk unlock {id}**") } else { format!("run {id}") };
    let Some(run) = recorded else { return vec![title, String::new()] };
    let at = moment(run.at, &time_zone::shown());
    let took = stretch(run.last.duration_since(run.at));
    let own = |text: &Untrusted| if is_markdown { text.markdown() } else { text.line() };
    let ticket = ticket(run.ticket.as_ref(), own);
    let stopped = run.stopped.as_ref().map(|why| format!(", {}", own(why))).unwrap_or_default();
    vec![title, format!("begun {at} by {}, {took}, {ticket}{stopped}", own(&run.operator)), String::new()]
}
