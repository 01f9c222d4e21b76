//! `unbolt bulk report RUN`

use std::io::{self, Write as _};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::bulk::plan::{Row, Verdict};
use crate::bulk::report::{Ended, Form, json_row, label, lines, totals, word};
use crate::cli::args::Cli;
use crate::cli::console::say;
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::domain::exits::json_inert;
use crate::domain::{Outcome, Untrusted};
use crate::ledger::{RowMemory, RunMemory};
use crate::runtime::bulk::{runs, store};

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
    print(id, &plan.rows, &memory, arguments);
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

fn print(id: Uuid, rows: &[Row], memory: &RunMemory, arguments: &Report) {
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
    if form == Form::Markdown {
        let _ = writeln!(to, "**Bulk unlock {}**: {}\n", id, sum.join(", "));
    }
    for line in lines(form, told()) {
        let _ = writeln!(to, "{line}");
    }
    if form == Form::Table {
        let _ = writeln!(to, "{}", sum.join(", "));
    }
}
