//! `unbolt ledger show`: the unlocks and refusals, asking nobody.

use jiff::Timestamp;

use crate::cli::console::say;
use crate::cli::exit::Exit;
use crate::cli::table::{self, TableField};
use crate::cli::{json, style};
use crate::domain::{LedgerRow, Outcome, Untrusted, in_words};
use crate::engine::time_zone;
use crate::ledger::Journal;
use crate::widgets::columns::Column;
use crate::widgets::format::{clock, count, recorded};

use super::filter::{LedgerFilter, rows};

pub fn run(journal: &Journal, filter: &LedgerFilter, as_json: bool) -> Result<Exit, Exit> {
    let rows = rows(journal, filter)?;
    if as_json {
        json::print(rows.iter().map(json::record).collect::<Vec<_>>());
        return Ok(Exit::Done);
    }
    // What is open is settled by its intent: that stays, however narrow the terminal is.
    let columns: Vec<Column> = COLUMNS
        .into_iter()
        .map(|column| if filter.open && column.head == "INTENT" { Column { leaves: 0, ..column } } else { column })
        .collect();
    table::print(&columns, rows.iter().map(fields));
    let unread: usize = journal.files.iter().map(|file| file.unread).sum();
    if unread > 0 {
        let lines = count(unread, "line", "lines");
        say(&format!("{lines} can't be read: `unbolt ledger verify` says where"));
    }
    if rows.is_empty() {
        // Of a person only what fits was read.
        let is_empty = filter.person.is_none() && journal.files.iter().all(|file| file.entries.is_empty());
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

const COLUMNS: [Column; 10] = [
    Column::fact("WHEN", 5, 0),
    Column::fact("OUTCOME", 8, 0),
    Column::name("SYSTEM", 6, 2),
    Column::name("USER", 6, 0),
    Column::name("TICKET", 6, 4),
    Column::name("OPERATOR", 6, 5),
    Column::name("LAYER", 5, 6),
    Column::fact("ID", 64, 8),
    Column::fact("INTENT", 36, 7),
    Column::name("WHY", 12, 1),
];

fn fields(row: &LedgerRow) -> Vec<TableField> {
    let (zone, now, look) = (time_zone::shown(), Timestamp::now(), style::text());
    let theme = look.theme;
    let rule = row.rule.as_ref().map(|rule| format!("rule {}: {}", rule.line(), row.why.line()));
    let verified = row.verified.as_ref().map(|how| format!("verified by {}", how.line()));
    let against = row.contradicted.as_ref().map(|status| format!("the Mac also answered {}", status.line()));
    let closed = (row.outcome == Outcome::Closed.word()).then(|| row.why.line());
    let why: Vec<String> = [rule, closed, against, verified].into_iter().flatten().collect();
    let intent = row.intent.map(|intent| intent.to_string()).unwrap_or_default();
    vec![
        TableField::plain(clock(row.at, now, &zone)).piped(row.at.to_string()),
        TableField::new(in_words(row.outcome), look.tone(recorded(row))).piped(row.outcome),
        TableField::plain(row.key.provider.as_str()),
        TableField::plain(row.username.line()),
        TableField::plain(row.ticket.as_ref().map(Untrusted::line).unwrap_or_default()),
        TableField::new(row.operator.line(), theme.muted),
        TableField::new(row.layer.to_owned(), theme.muted),
        TableField::new(row.key.id.line(), theme.muted),
        TableField::new(intent, theme.muted),
        TableField::plain(why.join("; ")),
    ]
}
