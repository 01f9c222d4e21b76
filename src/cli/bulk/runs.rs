//! `unbolt bulk runs`

use serde_json::{Value, json};

use crate::bulk::runs::{RunStatus, RunSummary};
use crate::cli::args::Cli;
use crate::cli::console::{out, say};
use crate::cli::exit::Exit;
use crate::cli::{json, setup};
use crate::domain::Untrusted;
use crate::runtime::bulk::runs;
use crate::runtime::time_zone;

use super::Runs;

pub fn run(cli: &Cli, arguments: &Runs) -> Exit {
    let listed = setup::core(cli).and_then(|core| {
        runs::list(&core).map_err(|problem| {
            say(&problem.line());
            Exit::Failed
        })
    });
    let runs = match listed {
        Ok(runs) => runs,
        Err(exit) => return exit,
    };
    if arguments.json {
        json::print(&Value::from(runs.iter().map(as_json).collect::<Vec<_>>()));
        return Exit::Done;
    }
    if runs.is_empty() {
        say("this ledger has no run yet");
    }
    for run in &runs {
        out(&line(run));
    }
    Exit::Done
}

fn as_json(run: &RunSummary) -> Value {
    let stopped = match &run.status {
        RunStatus::Stopped(why) => Some(why.as_data()),
        _ => None,
    };
    json!({
        "run": run.id.to_string(),
        "began": run.at.to_string(),
        "operator": run.operator.as_data(),
        "ticket": run.ticket.as_ref().map(Untrusted::as_data),
        "state": run.word(),
        "stopped": stopped,
        "meant": run.meant,
        "done": run.done,
        "opened": run.opened,
        "failed": run.failed,
    })
}

fn line(run: &RunSummary) -> String {
    let at = run.at.to_zoned(time_zone::shown()).strftime("%Y-%m-%d %H:%M");
    let left = if run.is_left() { format!(", {} left", run.left()) } else { String::new() };
    let failed = if run.failed > 0 { format!(", {} failed", run.failed) } else { String::new() };
    let ticket = run.ticket.as_ref().map(|ticket| format!("  {}", ticket.line())).unwrap_or_default();
    let who = run.operator.line();
    format!("{}  {at}  {who}  {} of {}{failed}  {}{left}{ticket}", run.id, run.done, run.meant, run.word())
}
