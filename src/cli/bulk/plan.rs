//! `unbolt bulk plan LIST`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write as _};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::bulk::list::heads::column_named;
use crate::bulk::plan::{Row, Verdict, totals};
use crate::bulk::{Frozen, List, ListOptions, alarm, frozen};
use crate::cli::args::Cli;
use crate::cli::console::{out, say};
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::domain::exits::json_inert;
use crate::domain::{ProviderName, Untrusted};
use crate::ledger::read;
use crate::runtime::Core;
use crate::runtime::bulk::{estimate, planning, store};

use super::Plan;

/// How often the count on the terminal is renewed, in rows.
const EVERY: usize = 50;

pub fn run(cli: &Cli, arguments: &Plan) -> Exit {
    let core = match setup::core(cli) {
        Ok(core) => core,
        Err(exit) => return exit,
    };
    let only = match provider(&core, arguments.provider.as_deref()) {
        Ok(only) => only,
        Err(exit) => return exit,
    };
    let service = core.is_service();
    let files = (arguments.list.as_os_str() != "-", "a list by its name", "pipe it in, with - for its name");
    let exports =
        (arguments.out.is_some(), "-o FILE", "without it the plan is kept beside the ledger, and run by its id");
    for (asked, what, instead) in [files, exports] {
        if asked && let Err(exit) = setup::may_use_file(service, what, instead) {
            return exit;
        }
    }
    let source: Box<dyn Read> = if arguments.list.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        match File::open(&arguments.list) {
            Ok(file) => Box::new(file),
            Err(e) => {
                say(&format!("{}: {e}", arguments.list.display()));
                return Exit::Usage;
            }
        }
    };
    let planning = async {
        let options = match options(arguments) {
            Ok(options) => options,
            Err(why) => {
                say(&why);
                return Exit::Usage;
            }
        };
        let list = match List::read(source, &options) {
            Ok(list) => list,
            Err(why) => {
                say(&format!("the list can't be read: {why}"));
                return Exit::Usage;
            }
        };
        if let Some(encoding) = list.guess() {
            say(&format!(
                "the list is taken as {encoding}, a guess: look at its names, save it as UTF-8, or say --encoding"
            ));
        }
        let (shows, mut rows) = (io::stderr().is_terminal(), Vec::new());
        let planned = planning::plan(&core, list.lines(), only.as_ref(), core.policy().bulk_max_rows, |row| {
            rows.push(row);
            if shows && rows.len() % EVERY == 0 {
                let _ = write!(io::stderr(), "\r{} rows looked up", rows.len());
            }
        })
        .await;
        if shows && rows.len() >= EVERY {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
        if let Err(why) = planned {
            say(&format!("the list can't be planned: {why}"));
            return Exit::Usage;
        }
        if rows.is_empty() {
            say("the list is empty");
            return Exit::Usage;
        }
        finish(&core, rows, arguments).await
    };
    setup::with_core(&core, planning).unwrap_or_else(|exit| exit)
}

/// What is said of the list beside itself.
fn options(arguments: &Plan) -> Result<ListOptions, String> {
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

pub fn provider(core: &Core, name: Option<&str>) -> Result<Option<ProviderName>, Exit> {
    let Some(name) = name else { return Ok(None) };
    match ProviderName::new(name).filter(|name| core.provider(name).is_some()) {
        Some(name) => Ok(Some(name)),
        None => {
            let known: Vec<&str> = core.providers().iter().map(|provider| provider.info().name.as_str()).collect();
            say(&format!("no provider is named `{}`; there are: {}", Untrusted::from(name).line(), known.join(", ")));
            Err(Exit::Usage)
        }
    }
}

async fn finish(core: &Core, rows: Vec<Row>, arguments: &Plan) -> Exit {
    let history = read(core.ledger_directory())
        .map(|journal| journal.unlocked_since(Timestamp::now(), SignedDuration::from_hours(24)));
    let alarms = alarm::alarms(&rows, &history.unwrap_or_default());
    let exit = exit(&rows);
    let (plan, hash, path) = match store::freeze(core, rows, arguments.out.as_deref()).await {
        Ok(frozen) => frozen,
        Err(problem) => {
            say(&problem.line());
            return Exit::Refused;
        }
    };
    if arguments.json {
        print_json(&plan, &hash, &path, &alarms);
    } else {
        show(core, &plan);
    }
    for alarm in &alarms {
        say(&format!("ALARM: {alarm}"));
    }
    if !arguments.json {
        out(&format!("frozen: {} (plan {}, until {})", path.display(), plan.id, plan.expires.strftime("%H:%M:%SZ")));
    }
    exit
}

/// Row by row: a hundred thousand rows are no document in memory twice.
fn print_json(plan: &Frozen, hash: &str, path: &std::path::Path, alarms: &[String]) {
    let mut to = io::BufWriter::new(io::stdout().lock());
    let head = json!({
        "plan": plan.id.to_string(), "sha256": hash, "file": path.display().to_string(),
        "expires": plan.expires.to_string(), "totals": totals(&plan.rows), "alarms": alarms,
    });
    let head = json_inert(&head.to_string());
    let _ = write!(to, "{},\"rows\":[", head.strip_suffix('}').unwrap_or(&head));
    for (n, row) in plan.rows.iter().enumerate() {
        let _ = write!(to, "{}{}", if n == 0 { "" } else { "," }, json_inert(&frozen::shown(row).to_string()));
    }
    let _ = writeln!(to, "]}}").and_then(|()| to.flush());
}

/// The odd ones on top, then the totals per provider and the time that a run will take.
fn show(core: &Core, plan: &Frozen) {
    for verdict in Verdict::ALL {
        for row in plan.rows.iter().filter(|row| row.verdict == verdict) {
            let place = row
                .account
                .as_ref()
                .map_or_else(String::new, |account| format!("{} {} ", account.key.provider, account.key.id.line()));
            let text = format!(
                "{:<13} line {:<6} {}  {place}{}",
                verdict.word().replace('_', " "),
                row.line,
                row.input.line(),
                row.why()
            );
            out(text.trim_end());
            for candidate in &row.candidates {
                out(&format!(
                    "{:21}or {} {}: {}",
                    "",
                    candidate.key.provider,
                    candidate.key.id.line(),
                    candidate.label.line()
                ));
            }
        }
    }
    let mut per: BTreeMap<ProviderName, u64> = BTreeMap::new();
    for row in plan.rows.iter().filter(|row| row.verdict == Verdict::Unlock) {
        if let Some(provider) = row.provider() {
            *per.entry(provider.clone()).or_default() += 1;
        }
    }
    let words: Vec<String> =
        totals(&plan.rows).iter().map(|(word, n)| format!("{n} {}", word.replace('_', " "))).collect();
    out(&format!("{} rows: {}", plan.rows.len(), words.join(", ")));
    for (provider, n) in &per {
        out(&format!("to unlock in {provider}: {n}"));
    }
    if !per.is_empty() {
        out(&format!("at the configured rates a run takes about {} s", estimate(core, &per).as_secs().max(1)));
    }
}

/// Everything resolved: 0; some of it: 3; nothing: 1.
fn exit(rows: &[Row]) -> Exit {
    let resolved = rows.iter().filter(|row| row.verdict.is_resolved()).count();
    match resolved {
        0 => Exit::Failed,
        n if n == rows.len() => Exit::Done,
        _ => Exit::Mixed,
    }
}
