//! `unbolt ledger show|verify|resolve`

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::domain::{Code, Outcome, Untrusted};
use crate::ledger::{Finding, Journal, Severity, Unlocked, read, verify};
use crate::runtime::resolve;
use crate::view::words::clock;

use super::args::{Cli, Ledger, LedgerCommand};
use super::console::{out, say};
use super::exit::Exit;
use super::{json, setup};

pub fn run(cli: &Cli, ledger: &Ledger) -> Exit {
    let result = match &ledger.command {
        LedgerCommand::Show { open, json } => journal(cli).map(|journal| show(&journal, *open, *json)),
        LedgerCommand::Verify { json } => journal(cli).map(|journal| check(&journal, *json)),
        LedgerCommand::Resolve { json } => settle(cli, *json),
    };
    result.unwrap_or_else(|exit| exit)
}

/// The ledger of the configuration in force; without one, the platform's.
fn journal(cli: &Cli) -> Result<Journal, Exit> {
    let directory = setup::ledger_directory(&setup::effective(cli)?.config)?;
    read(&directory).map_err(|e| {
        say(&format!("the ledger in {} can't be read: {e}", directory.display()));
        Exit::Failed
    })
}

fn show(journal: &Journal, open: bool, as_json: bool) -> Exit {
    let unlocks: Vec<Unlocked> = journal.unlocks().into_iter().filter(|one| !open || is_open(one)).collect();
    if as_json {
        json::print(&Value::from(unlocks.iter().map(row).collect::<Vec<_>>()));
        return Exit::Done;
    }
    let (zone, now) = (TimeZone::system(), Timestamp::now());
    for one in &unlocks {
        let ticket = one.unlock.ticket.as_ref().map_or_else(|| "-".to_owned(), Untrusted::line);
        out(&format!(
            "{}  {:<16} {} {} ({}), {} by {}, ticket {ticket}, intent {}",
            clock(one.at, now, &zone),
            one.word().replace('_', " "),
            one.unlock.key.provider,
            one.unlock.username.line(),
            one.unlock.layer.0,
            one.unlock.key.id.line(),
            one.operator.line(),
            one.intent,
        ));
    }
    let unread: usize = journal.files.iter().map(|file| file.lines.len() - file.entries.len()).sum();
    if unread > 0 {
        say(&format!("{unread} lines can't be read: `unbolt ledger verify` says where"));
    }
    if unlocks.is_empty() {
        say(if open { "no unlock is open" } else { "the ledger is empty" });
    } else if !open && unlocks.iter().any(is_open) {
        say("some outcomes are unknown: `unbolt ledger resolve` looks at those accounts again");
    }
    Exit::Done
}

fn is_open(one: &Unlocked) -> bool {
    one.outcome.is_none_or(|(outcome, _)| outcome == Outcome::Unknown || outcome.is_waiting())
}

fn row(one: &Unlocked) -> Value {
    json!({
        "at": one.at.to_string(),
        "intent": one.intent.to_string(),
        "operator": json::text(&one.operator),
        "provider": one.unlock.key.provider.as_str(),
        "id": json::text(&one.unlock.key.id),
        "username": json::text(&one.unlock.username),
        "layer": one.unlock.layer.0,
        "ticket": one.unlock.ticket.as_ref().map_or(Value::Null, json::text),
        "verified": one.unlock.verified.as_ref().map_or(Value::Null, json::text),
        "seen": one.unlock.seen,
        "outcome": one.word(),
        "ended": json::moment(one.outcome.map(|(_, at)| at)),
    })
}

fn check(journal: &Journal, as_json: bool) -> Exit {
    let findings = verify(journal);
    let records: usize = journal.files.iter().map(|file| file.lines.len()).sum();
    let broken = findings.iter().any(|finding| finding.severity == Severity::Broken);
    if as_json {
        json::print(&json!({
            "intact": !broken,
            "files": journal.files.len(),
            "records": records,
            "findings": findings.iter().map(finding_row).collect::<Vec<_>>(),
        }));
    } else {
        for finding in &findings {
            let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
            let weight = if finding.severity == Severity::Broken { "BROKEN" } else { "note" };
            out(&Untrusted::from(format!("{weight}  {}{line}: {}", finding.file, finding.what)).line());
        }
        let verdict = if broken { "is NOT intact" } else { "is intact" };
        out(&format!("the ledger {verdict}: {records} records in {} files", journal.files.len()));
    }
    if broken { Exit::Failed } else { Exit::Done }
}

fn finding_row(finding: &Finding) -> Value {
    let severity = if finding.severity == Severity::Broken { "broken" } else { "note" };
    json!({"severity": severity, "file": finding.file, "line": finding.line, "what": finding.what})
}

fn settle(cli: &Cli, as_json: bool) -> Result<Exit, Exit> {
    let core = setup::core(cli)?;
    setup::with_core(&core, async {
        let open = match resolve::open_unlocks(&core) {
            Ok(open) => open,
            Err(problem) => {
                say(&problem.line());
                return Exit::Failed;
            }
        };
        if open.is_empty() {
            say("no outcome is unknown");
        }
        let (mut outcomes, mut rows, mut unrecorded) = (Vec::new(), Vec::new(), false);
        for (unlocked, open) in open {
            let resolved = resolve::resolve(&core, unlocked, open).await;
            outcomes.push(resolved.outcome);
            unrecorded |= resolved.problem.as_ref().is_some_and(|problem| problem.code == Code::Ledger);
            let unlock = &resolved.unlocked.unlock;
            if as_json {
                rows.push(json!({
                    "intent": resolved.unlocked.intent.to_string(),
                    "provider": unlock.key.provider.as_str(),
                    "id": json::text(&unlock.key.id),
                    "username": json::text(&unlock.username),
                    "outcome": resolved.outcome.word(),
                    "problem": resolved.problem.as_ref().map_or(Value::Null, json::problem),
                }));
            } else {
                out(&format!(
                    "{} {}: {}",
                    unlock.key.provider,
                    unlock.username.line(),
                    resolved.outcome.word().replace('_', " ")
                ));
            }
            if let Some(problem) = &resolved.problem {
                say(&problem.line());
            }
        }
        if as_json {
            json::print(&Value::from(rows));
        }
        // Settled as still locked is settled: the question was whether it is known.
        if unrecorded {
            Exit::Refused
        } else if outcomes.contains(&Outcome::Unknown) {
            Exit::Unknown
        } else {
            Exit::Done
        }
    })
}
