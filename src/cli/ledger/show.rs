//! `unbolt ledger show`: the unlocks and refusals, asking nobody.

use jiff::Timestamp;
use serde_json::Value;

use crate::cli::console::{out, say};
use crate::cli::exit::Exit;
use crate::cli::json;
use crate::domain::{Outcome, Untrusted};
use crate::ledger::Journal;
use crate::runtime::time_zone;
use crate::widgets::format::clock;

use super::filter::{Filter, rows};

pub fn run(journal: &Journal, filter: &Filter, as_json: bool) -> Result<Exit, Exit> {
    let rows = rows(journal, filter)?;
    if as_json {
        json::print(&Value::from(rows.iter().map(json::record).collect::<Vec<_>>()));
        return Ok(Exit::Done);
    }
    let (zone, now) = (time_zone::shown(), Timestamp::now());
    for row in &rows {
        let ticket = row.ticket.as_ref().map_or_else(|| "-".to_owned(), Untrusted::line);
        let verified = row.verified.as_ref().map_or_else(String::new, |how| format!(", verified by {}", how.line()));
        let layer = if row.layer.is_empty() { String::new() } else { format!(" ({})", row.layer) };
        let end = match (&row.rule, row.intent) {
            (Some(rule), _) => format!("rule {}: {}", rule.line(), row.why.line()),
            (None, intent) => format!("intent {}", intent.map(|intent| intent.to_string()).unwrap_or_default()),
        };
        let against = row
            .contradicted
            .as_ref()
            .map_or_else(String::new, |status| format!(", contradicted: the Mac also answered {}", status.line()));
        let why = if row.outcome == Outcome::Closed.word() { format!(", {}", row.why.line()) } else { String::new() };
        out(&format!(
            "{}  {:<16} {} {}{layer}, {} by {}, ticket {ticket}{verified}, {end}{why}{against}",
            clock(row.at, now, &zone),
            row.outcome.replace('_', " "),
            row.key.provider,
            row.username.line(),
            row.key.id.line(),
            row.operator.line(),
        ));
    }
    let unread: usize = journal.files.iter().map(|file| file.lines.len() - file.entries.len()).sum();
    if unread > 0 {
        say(&format!("{unread} lines can't be read: `unbolt ledger verify` says where"));
    }
    if rows.is_empty() {
        let is_empty = journal.files.iter().all(|file| file.entries.is_empty());
        say(match (filter.open, is_empty) {
            (true, _) => "no unlock is open",
            (false, true) => "the ledger is empty",
            (false, false) => "nothing in the ledger fits",
        });
    } else if !filter.open && rows.iter().any(|row| row.open) {
        say("some outcomes are unknown: `unbolt ledger resolve` looks at those accounts again");
    }
    Ok(Exit::Done)
}
