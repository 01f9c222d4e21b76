//! Accounts as rows: the same columns wherever accounts are shown.

use jiff::Timestamp;

use crate::cli::style;
use crate::cli::table::{self, TableField};
use crate::domain::{Account, Problem, ProviderName, Untrusted};
use crate::engine::time_zone;
use crate::widgets::columns::Column;
use crate::widgets::format::{ages, clock, state, why};

const COLUMNS: [Column; 10] = [
    Column::name("NAME", 6, 2),
    Column::name("USER", 8, 0),
    Column::name("SYSTEM", 6, 0),
    Column::fact("STATE", 10, 0),
    Column::fact("BAD", 5, 3),
    Column::fact("SINCE", 7, 4),
    Column::fact("OPENS", 9, 4),
    Column::fact("READ", 5, 8),
    Column::fact("ID", 64, 9),
    Column::name("WHY", 12, 0),
];

/// Prints accounts, those of systems that failed before them.
pub fn print<'a>(failed: &[(ProviderName, Problem)], accounts: impl IntoIterator<Item = (&'a Untrusted, &'a Account)>) {
    let failed = failed.iter().map(|(name, problem)| failed_row(name, problem));
    table::print(&COLUMNS, failed.chain(accounts.into_iter().map(|(name, account)| row(name, account))));
}

/// The row of a system that couldn't be asked.
fn failed_row(name: &ProviderName, problem: &Problem) -> Vec<TableField> {
    let look = style::text();
    let mut fields = vec![TableField::default(); 2];
    fields.push(TableField::plain(name.as_str()));
    fields.push(TableField::new(format!("{} not read", look.glyphs.unknown), look.theme.warning).piped("not read"));
    // What an account would have between its state and the last column.
    fields.resize(COLUMNS.len() - 1, TableField::default());
    fields.push(TableField::new(Untrusted::from(problem.what.to_string()).line(), look.theme.warning));
    fields
}

/// An account of the person of that name.
fn row(name: &Untrusted, account: &Account) -> Vec<TableField> {
    let (look, now) = (style::text(), Timestamp::now());
    let (sign, word, severity) = state(account, look.glyphs);
    let tone = look.tone(severity);
    let (since, opens) = ages(account, now, look.glyphs);
    let moment = |at: Option<Timestamp>, other: &str| at.map_or_else(|| other.to_owned(), |at| at.to_string());
    let by_admin = if opens == "admin" { "admin" } else { "" };
    let bad = if account.bad_logins.count.is_some() { account.bad_logins.words() } else { String::new() };
    let bad = bad.replace(" of ", "/").replace(" bad", "");
    let name = account.display_name.as_ref().unwrap_or(name);
    vec![
        TableField::plain(name.line()),
        TableField::plain(account.username.line()),
        TableField::plain(account.key.provider.as_str()),
        TableField::new(format!("{sign} {word}"), tone).piped(word),
        TableField::plain(bad),
        TableField::plain(since).piped(moment(account.lock.since(), "")),
        TableField::plain(opens).piped(moment(account.lock.until(), by_admin)),
        TableField::new(clock(account.as_of, now, &time_zone::shown()), look.theme.muted)
            .piped(account.as_of.to_string()),
        TableField::new(account.key.id.line(), look.theme.muted),
        TableField::plain(why(account).0),
    ]
}
