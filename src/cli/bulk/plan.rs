//! `unbolt bulk plan LIST`

use jiff::Timestamp;
use ratatui::style::Style;
use serde_json::json;

use crate::bulk::list::columns::column_named;
use crate::bulk::plan::{Candidate, Row, Verdict, totals};
use crate::bulk::report::counts;
use crate::bulk::{List, ListOptions, SealedPlan, anomaly, plan_file};
use crate::cli::args::Cli;
use crate::cli::console::{clear_progress, input, is_piped, progress, say, shows_progress};
use crate::cli::exit::Exit;
use crate::cli::output::{data, is_open};
use crate::cli::table::{self, TableField};
use crate::cli::{setup, style};
use crate::domain::Untrusted;
use crate::domain::escape::json_inert;
use crate::engine::bulk::{estimate, plan_store, planning};
use crate::engine::{Core, time_zone};
use crate::widgets::columns::Column;

use super::PlanArgs;

/// How often the count on the terminal is renewed, in rows.
const EVERY: usize = 50;

pub fn run(cli: &Cli, arguments: &PlanArgs) -> Result<Exit, Exit> {
    let core = setup::core(cli)?;
    let only = setup::provider(&core, arguments.provider.as_deref())?;
    let service = core.is_service();
    let (by_name, exports) = (!is_piped(&arguments.list), arguments.out.is_some());
    setup::may_use_file(service && by_name, "a list by its name", "pipe it in, with - for its name")?;
    let instead = "without it the plan is kept beside the ledger, and run by its id";
    setup::may_use_file(service && exports, "-o FILE", instead)?;
    let source =
        input(&arguments.list).map_err(|e| Exit::Usage.because(&format!("{}: {e}", arguments.list.display())))?;
    let planning = async {
        let options = options(arguments).map_err(Exit::Usage.saying())?;
        let list = List::read(source, &options)
            .map_err(|why| Exit::Usage.because(&format!("the list can't be read: {why}")))?;
        if let Some(encoding) = list.guess() {
            say(&format!(
                "the list is taken as {encoding}, a guess: look at its names, save it as UTF-8, or say --encoding"
            ));
        }
        let entries = if shows_progress() { list.lines().count() } else { 0 };
        let mut rows: Vec<Row> = Vec::new();
        progress("looking everybody up");
        let planned = planning::plan(&core, list.lines(), only.as_ref(), core.policy().bulk_max_rows, |row| {
            rows.push(row);
            if rows.len().is_multiple_of(EVERY) {
                progress(&format!("{} rows of a list of {entries} looked up", rows.len()));
            }
        })
        .await;
        clear_progress();
        planned.map_err(|why| Exit::Usage.because(&format!("the list can't be planned: {why}")))?;
        if rows.is_empty() {
            return Err(Exit::Usage.because("the list is empty"));
        }
        finish(&core, rows, arguments).await
    };
    setup::with_core(&core, planning)?
}

/// What is said of the list beside itself.
fn options(arguments: &PlanArgs) -> Result<ListOptions, String> {
    let column = |text: &String| {
        let (word, head) = text.split_once('=').ok_or_else(|| format!("--column {text}: write it as user=HEAD"))?;
        let column = column_named(word).ok_or_else(|| {
            format!("--column {text}: `{word}` is none of user, mail, upn, id, dn, sid, guid, employee_id, name, udid, short_name, provider, ticket")
        })?;
        Ok((column, head.trim().to_owned()))
    };
    let columns = arguments.column.iter().map(column).collect::<Result<_, String>>()?;
    Ok(ListOptions { encoding: arguments.encoding.clone(), columns })
}

async fn finish(core: &Core, rows: Vec<Row>, arguments: &PlanArgs) -> Result<Exit, Exit> {
    let accounts = rows.iter().filter_map(|row| row.account.as_ref()).map(|account| &account.key);
    let lately = core.index().unlocked_lately(accounts, Timestamp::now()).unwrap_or_default();
    let alarms = anomaly::alarms(&rows, &lately);
    let exit = Exit::of_part(rows.iter().filter(|row| row.verdict.is_resolved()).count(), rows.len());
    let frozen = plan_store::freeze(core, rows, arguments.out.as_deref()).await;
    let (plan, hash, path) = frozen.map_err(Exit::Refused.saying())?;
    if arguments.json {
        print_json(&plan, &hash, &path, &alarms);
    } else {
        show(core, &plan);
    }
    for alarm in &alarms {
        say(&format!("ALARM: {alarm}"));
    }
    if !arguments.json {
        let until = plan.expires.to_zoned(time_zone::shown()).strftime("%H:%M:%S");
        say(&format!("sealed until {until} in {}", path.display()));
        if plan.rows.iter().any(|row| row.verdict == Verdict::Unlock) {
            say(&format!("to run it: `unbolt bulk run {}`", plan.id));
        }
    }
    Ok(exit)
}

/// Row by row: a hundred thousand rows are no document in memory twice.
fn print_json(plan: &SealedPlan, hash: &str, path: &std::path::Path, alarms: &[String]) {
    let head = json!({
        "plan": plan.id.to_string(), "sha256": hash, "file": path.display().to_string(),
        "expires": plan.expires.to_string(), "totals": plan.totals(), "alarms": alarms,
    });
    let head = json_inert(&head.to_string());
    data(format!("{},\"rows\":[", head.strip_suffix('}').unwrap_or(&head)).as_bytes());
    for (n, row) in plan.rows.iter().enumerate().take_while(|_| is_open()) {
        let lead = if n == 0 { "" } else { "," };
        data(format!("{lead}{}", json_inert(&plan_file::shown(row).to_string())).as_bytes());
    }
    data(b"]}\n");
}

const COLUMNS: [Column; 7] = [
    Column::fact("VERDICT", 8, 0),
    Column::fact("LINE", 4, 0),
    Column::name("LISTED AS", 8, 0),
    Column::name("SYSTEM", 6, 2),
    Column::name("USER", 6, 4),
    Column::fact("ID", 64, 9),
    Column::name("WHY", 12, 0),
];

/// A row of the plan.
fn fields(row: &Row) -> Vec<TableField> {
    let theme = style::text().theme;
    let account = row.account.as_ref();
    vec![
        TableField::new(row.verdict.in_words(), tone(row.verdict)).piped(row.verdict.word()),
        TableField::new(row.line.to_string(), theme.muted),
        TableField::plain(row.input.line()),
        TableField::plain(account.map(|account| account.key.provider.to_string()).unwrap_or_default()),
        TableField::plain(account.map(|account| account.username.line()).unwrap_or_default()),
        TableField::new(account.map(|account| account.key.id.line()).unwrap_or_default(), theme.muted),
        TableField::plain(Untrusted::from(row.why()).line()),
    ]
}

/// An account that an ambiguous row may mean.
fn candidate(candidate: &Candidate) -> Vec<TableField> {
    let theme = style::text().theme;
    vec![
        TableField::new("  perhaps", theme.muted).piped("candidate"),
        TableField::default(),
        TableField::plain(candidate.label.line()),
        TableField::plain(candidate.key.provider.as_str()),
        TableField::default(),
        TableField::plain(candidate.key.id.line()),
        TableField::default(),
    ]
}

fn tone(verdict: Verdict) -> Style {
    let theme = style::text().theme;
    match verdict {
        Verdict::Unlock => theme.success,
        Verdict::Open | Verdict::NotReported | Verdict::Duplicate => theme.muted,
        Verdict::Invalid => theme.danger,
        _ => theme.warning,
    }
}

/// The rows, problems on top; then the totals per provider and the time that a run will take.
fn show(core: &Core, plan: &SealedPlan) {
    let by_verdict =
        Verdict::ALL.iter().flat_map(|verdict| plan.rows.iter().filter(move |row| row.verdict == *verdict));
    let rows = by_verdict.flat_map(|row| std::iter::once(fields(row)).chain(row.candidates.iter().map(candidate)));
    table::print(&COLUMNS, rows);
    let meant = plan.rows.iter().filter(|row| row.verdict == Verdict::Unlock);
    let per = totals(meant.filter_map(|row| row.provider().cloned()));
    let rows = if plan.rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", plan.rows.len()) };
    say(&format!("{rows}: {}", counts(plan.totals()).join(", ")));
    for (provider, n) in &per {
        say(&format!("to unlock in {provider}: {n}"));
    }
    if !per.is_empty() {
        say(&format!("at the configured rates a run takes about {} s", estimate(core, &per).as_secs().max(1)));
    }
}
