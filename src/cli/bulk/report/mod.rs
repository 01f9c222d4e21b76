//! `unbolt bulk report RUN`

mod table;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::bulk::plan::{Row, Verdict, totals};
use crate::bulk::report::{ReportFormat, RowResult, json_row, label, lines, matters, word};
use crate::cli::args::Cli;
use crate::cli::console::say;
use crate::cli::exit::Exit;
use crate::cli::output::{data, is_open, out};
use crate::cli::{json, setup};
use crate::domain::Outcome;
use crate::engine::bulk::{plan_store, runs};
use crate::ledger::{RecordedRun, RowMemory, RunMemory};

use super::ReportArgs;
use table::{head, table};

pub fn run(cli: &Cli, arguments: &ReportArgs) -> Exit {
    let core = match setup::core(cli) {
        Ok(core) => core,
        Err(exit) => return exit,
    };
    let id = match runs::named(&core, &arguments.run) {
        Ok(id) => id,
        Err(problem) => {
            say(&problem.line());
            return Exit::Usage;
        }
    };
    let opened = plan_store::open_own(&core, id);
    let (plan, _, journal) = match opened {
        Ok(opened) => opened,
        Err(problem) => {
            say(&problem.line());
            return Exit::Failed;
        }
    };
    let memory = journal.run(id);
    if memory.started.is_none() {
        say("this plan was never run");
        return Exit::Failed;
    }
    let recorded = journal.runs().into_iter().find(|run| run.id == id);
    print(id, &plan.rows, (&memory, recorded.as_ref()), arguments);
    Exit::Done
}

/// What the ledger knows of a row.
fn ended(memory: &RunMemory, at: usize) -> RowResult {
    match memory.rows.get(&at) {
        Some(RowMemory::Ended(outcome, why)) => RowResult { outcome: Some(*outcome), why: why.clone() },
        Some(RowMemory::Left(unlocked, _)) => {
            let outcome = unlocked.heard.or(unlocked.outcome).map_or(Outcome::Unknown, |(outcome, _)| outcome);
            RowResult { outcome: Some(outcome), why: unlocked.why.clone() }
        }
        Some(RowMemory::Again) | None => RowResult::default(),
    }
}

fn print(id: Uuid, rows: &[Row], (memory, recorded): (&RunMemory, Option<&RecordedRun>), arguments: &ReportArgs) {
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
    let totals = totals(told().map(|(_, word, _)| word));
    if arguments.json {
        let rows: Vec<Value> = told().map(|(row, word, ended)| json_row(row, word, &ended)).collect();
        json::print(&json!({"run": id.to_string(), "rows": rows, "totals": totals}));
        return;
    }
    let form = match (arguments.csv, arguments.jsonl, arguments.markdown) {
        (true, ..) => Some(ReportFormat::Csv),
        (_, true, _) => Some(ReportFormat::JsonLines),
        (_, _, true) => Some(ReportFormat::Markdown),
        _ => None,
    };
    let is_for_people = matches!(form, None | Some(ReportFormat::Markdown));
    let shown: Vec<_> = rows
        .iter()
        .zip(told())
        .filter(|(row, (_, _, ended))| !is_for_people || arguments.all || matters(row, ended, meant(row)))
        .map(|(_, told)| told)
        .collect();
    let hidden = rows.len() - shown.len();
    let more = if hidden == 0 { String::new() } else { format!("; {hidden} rows need nothing: --all shows them") };
    let sum: Vec<String> = totals.iter().map(|(word, n)| format!("{n} {}", label(word))).collect();
    let sum = format!("{}{more}", sum.join(", "));
    match form {
        None => table(&head(id, recorded, false), shown, &sum),
        Some(ReportFormat::Markdown) => {
            let lines = lines(ReportFormat::Markdown, shown.into_iter());
            for line in head(id, recorded, true).into_iter().chain(lines) {
                out(&line);
            }
            out(&format!("\n{sum}"));
        }
        Some(form) => {
            for line in lines(form, shown.into_iter()).take_while(|_| is_open()) {
                data(format!("{line}\n").as_bytes());
            }
        }
    }
}
