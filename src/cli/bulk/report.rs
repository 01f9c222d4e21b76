//! `unbolt bulk report RUN`

use std::io::{self, Write as _};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::bulk::plan::{Row, Verdict};
use crate::bulk::report::{Ended, Form, json_row, label, lines, matters, totals, word};
use crate::cli::args::Cli;
use crate::cli::console::say;
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::domain::exits::json_inert;
use crate::domain::{Outcome, Untrusted};
use crate::ledger::{RecordedRun, RowMemory, RunMemory};
use crate::runtime::bulk::{runs, store};
use crate::runtime::time_zone;
use crate::widgets::format::stretch;

use super::Report;

pub fn run(cli: &Cli, arguments: &Report) -> Exit {
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
    let opened = store::open_own(&core, id);
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
fn ended(memory: &RunMemory, at: usize) -> Ended {
    match memory.rows.get(&at) {
        Some(RowMemory::Ended(outcome, why)) => Ended { outcome: Some(*outcome), why: why.clone() },
        Some(RowMemory::Left(unlocked, _)) => {
            let outcome = unlocked.heard.or(unlocked.outcome).map_or(Outcome::Unknown, |(outcome, _)| outcome);
            Ended { outcome: Some(outcome), why: unlocked.why.clone() }
        }
        Some(RowMemory::Again) | None => Ended { outcome: None, why: Untrusted::default() },
    }
}

fn print(id: Uuid, rows: &[Row], (memory, recorded): (&RunMemory, Option<&RecordedRun>), arguments: &Report) {
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
    let words: Vec<String> = told().map(|(_, word, _)| word).collect();
    let totals = totals(words.iter().map(String::as_str));
    let mut to = io::BufWriter::new(io::stdout().lock());
    if arguments.json {
        let rows: Vec<Value> = told().map(|(row, word, ended)| json_row(row, &word, &ended)).collect();
        let document = json!({"run": id.to_string(), "rows": rows, "totals": totals});
        let _ = writeln!(to, "{}", json_inert(&document.to_string()));
        return;
    }
    let form = match (arguments.csv, arguments.jsonl, arguments.markdown) {
        (true, ..) => Form::Csv,
        (_, true, _) => Form::JsonLines,
        (_, _, true) => Form::Markdown,
        _ => Form::Table,
    };
    let sum: Vec<String> = totals.iter().map(|(word, n)| format!("{n} {}", label(word))).collect();
    let is_for_people = matches!(form, Form::Table | Form::Markdown);
    if is_for_people {
        for line in head(id, recorded, form) {
            let _ = writeln!(to, "{line}");
        }
    }
    let shown: Vec<_> = rows
        .iter()
        .zip(told())
        .filter(|(row, (_, _, ended))| !is_for_people || arguments.all || matters(row, ended, meant(row)))
        .map(|(_, told)| told)
        .collect();
    let hidden = rows.len() - shown.len();
    for line in lines(form, shown.into_iter()) {
        let _ = writeln!(to, "{line}");
    }
    if is_for_people {
        let more = if hidden == 0 { String::new() } else { format!("; {hidden} rows need nothing: --all shows them") };
        let gap = if form == Form::Markdown { "\n" } else { "" };
        let _ = writeln!(to, "{gap}{}{more}", sum.join(", "));
    }
}

/// When, how long, who, which ticket.
fn head(id: Uuid, recorded: Option<&RecordedRun>, form: Form) -> Vec<String> {
    let title = if form == Form::Markdown { format!("**Bulk unlock {id}**") } else { format!("run {id}") };
    let Some(run) = recorded else { return vec![title, String::new()] };
    let at = run.at.to_zoned(time_zone::shown()).strftime("%Y-%m-%d %H:%M:%S %Z");
    let took = stretch(run.last.duration_since(run.at));
    let own = |text: &Untrusted| if form == Form::Markdown { text.markdown() } else { text.line() };
    let ticket =
        run.started.papers.ticket.as_ref().map_or_else(|| "no ticket".to_owned(), |one| format!("ticket {}", own(one)));
    let stopped = run.stopped.as_ref().map(|why| format!(", {}", own(why))).unwrap_or_default();
    vec![title, format!("begun {at} by {}, {took}, {ticket}{stopped}", own(&run.operator)), String::new()]
}
