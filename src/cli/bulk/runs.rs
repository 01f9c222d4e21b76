//! `unbolt bulk runs`

use serde_json::{Value, json};

use crate::bulk::runs::{RunStatus, RunSummary};
use crate::cli::args::Cli;
use crate::cli::console::say;
use crate::cli::exit::Exit;
use crate::cli::table::{self, TableField};
use crate::cli::{json, setup, style};
use crate::domain::Untrusted;
use crate::engine::bulk::runs;
use crate::engine::time_zone;
use crate::widgets::columns::Column;

pub fn run(cli: &Cli, as_json: bool) -> Result<Exit, Exit> {
    let core = setup::core(cli)?;
    let runs = runs::list(&core).map_err(Exit::Failed.saying())?;
    if as_json {
        json::print(runs.iter().map(document).collect::<Vec<_>>());
        return Ok(Exit::Done);
    }
    if runs.is_empty() {
        say("this ledger has no run yet");
    }
    table::print(&COLUMNS, runs.iter().map(fields));
    Ok(Exit::Done)
}

fn document(run: &RunSummary) -> Value {
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

const COLUMNS: [Column; 8] = [
    Column::fact("RUN", 13, 0),
    Column::fact("BEGUN", 16, 6),
    Column::name("OPERATOR", 6, 3),
    Column::fact("DONE", 6, 0),
    Column::fact("FAILED", 3, 2),
    Column::fact("LEFT", 3, 1),
    Column::name("TICKET", 6, 4),
    Column::name("STATE", 8, 0),
];

fn fields(run: &RunSummary) -> Vec<TableField> {
    let theme = style::text().theme;
    let state = match run.status {
        _ if run.failed > 0 || matches!(run.status, RunStatus::Stopped(_)) => theme.danger,
        RunStatus::Left => theme.warning,
        _ => theme.success,
    };
    let at = run.at.to_zoned(time_zone::shown()).strftime("%Y-%m-%d %H:%M").to_string();
    let some = |n: u64| if n > 0 { n.to_string() } else { String::new() };
    let left = if run.is_left() { some(run.left()) } else { String::new() };
    vec![
        TableField::plain(run.short_id()).piped(run.id.to_string()),
        TableField::plain(at).piped(run.at.to_string()),
        TableField::plain(run.operator.line()),
        TableField::plain(format!("{} of {}", run.done, run.meant)),
        TableField::new(some(run.failed), theme.danger),
        TableField::new(left, theme.warning),
        TableField::plain(run.ticket.as_ref().map(Untrusted::line).unwrap_or_default()),
        TableField::new(run.word(), state),
    ]
}
