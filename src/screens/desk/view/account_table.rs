//! The accounts of the person: one row for every configured system at least, and what the selected one says at length.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::domain::{Account, Untrusted};
use crate::screens::desk::accounts::SystemRow;
use crate::screens::session_unlocks;
use crate::screens::{KeyContext, State};
use crate::widgets::Appearance;
use crate::widgets::bad_login_meter::meter;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{DataRow, DataTable, TableCell};
use crate::widgets::format::{self, Severity, clock_seconds};
use crate::widgets::pane::{PaneTitle, pane, scrollbar};

use super::account_facts;

const COLUMNS: [Column; 6] = [
    Column::fact("SYSTEM", 6, 0),
    Column::fact("STATE", 8, 0),
    Column::fact("BAD", 3, 4),
    Column::fact("SINCE", 5, 3),
    Column::fact("OPENS", 5, 2),
    Column::name("WHY", 8, 1),
];

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
    let rows = state.desk.system_rows();
    let inside = pane(frame, appearance, area, &title(state, appearance, &rows));
    if inside.is_empty() {
        return;
    }
    let wanted = u16::try_from(rows.len() + 1).unwrap_or(u16::MAX);
    // A low pane has the selected row before its facts.
    let facts = inside.height.saturating_sub(wanted).max(inside.height.min(8) / 3);
    let [table, below] = Layout::vertical([Constraint::Min(0), Constraint::Length(facts)]).areas(inside);
    let page = usize::from(table.height.saturating_sub(1)).max(1);
    let selected = state.desk.row_position();
    let top = (selected.unwrap_or(0) + 1).saturating_sub(page);
    let visible = rows.iter().skip(top).take(page).map(|row| data_row(state, appearance, row));
    let rows_table = DataTable::new(&COLUMNS, visible.collect(), appearance)
        .usually(usual_widths(table.width))
        .selected(selected.filter(|_| state.desk.shown.is_some()).map(|at| at - top));
    frame.render_widget(rows_table, table);
    let list = Rect { y: table.y + 1, height: table.height.saturating_sub(1), ..table };
    scrollbar(frame, appearance, list, (top, page, rows.len()));
    let facts = Rect { x: below.x + 1, width: below.width.saturating_sub(2), ..below };
    account_facts::view(frame, state, appearance, facts);
}

/// Where there is room, columns stand where they stood with the last caller.
fn usual_widths(width: u16) -> Vec<u16> {
    let usual = [10, 14, 10, 7, 9];
    let (lead, gaps) = (2, 5);
    match width.saturating_sub(usual.iter().sum::<u16>() + lead + gaps) {
        why @ 13.. => usual.into_iter().chain([why]).collect(),
        _ => Vec::new(),
    }
}

fn title(state: &State, appearance: &Appearance, rows: &[SystemRow<'_>]) -> PaneTitle {
    let has_focus = state.focus == KeyContext::Status;
    let Some(person) = state.desk.person() else {
        return PaneTitle::new("Accounts", "", has_focus);
    };
    let accounts = state.desk.accounts();
    let email = accounts.iter().find_map(|account| account.email.as_ref()).map(Untrusted::cell);
    let dot = format!(" {} ", appearance.glyphs.dot);
    let left = std::iter::once(person.name.cell()).chain(email).collect::<Vec<_>>().join(&dot);
    let read = accounts.iter().filter(|account| account.is_read()).map(|account| account.as_of).min();
    let read = read.map(|at| format!("read {}", clock_seconds(at, &state.session.zone)));
    let watched = state.watches.iter().filter(|watch| person.accounts.contains(watch.key()));
    let watched: Vec<&str> = watched.map(|watch| watch.key().provider.as_str()).collect();
    let watched = (!watched.is_empty()).then(|| format!("watching {}", watched.join(", ")));
    let right = watched.into_iter().chain(read).collect::<Vec<_>>().join(&dot);
    let unread = rows.iter().filter(|row| row.problem().is_some()).count();
    let title = PaneTitle::new(left, right, has_focus);
    if unread == 0 {
        return title;
    }
    title.and(format!(" {} {unread} not read", appearance.glyphs.unknown), appearance.theme.danger)
}

fn data_row(state: &State, appearance: &Appearance, row: &SystemRow<'_>) -> DataRow {
    let (theme, glyphs) = (&appearance.theme, appearance.glyphs);
    let name = TableCell::new(row.system().as_str(), theme.plain);
    let none = TableCell::new("", theme.plain);
    let (sign, word, severity, why) = match row {
        SystemRow::Account(account) => return account_row(state, appearance, account, name),
        SystemRow::Reading(_) => (glyphs.none, "reading", Severity::Muted, none.clone()),
        SystemRow::NotRead(_, problem) => {
            let why = state.with_keys(&format!("{} {} {{key:refresh}}", problem.what, glyphs.dot));
            let why = TableCell::new(why, theme.danger).or(format::reason(problem));
            (glyphs.unknown, "not read", Severity::Danger, why)
        }
        SystemRow::NoAccount(_) => (glyphs.none, "no account", Severity::Muted, none.clone()),
    };
    let told = TableCell::new(format!("{sign} {word}"), appearance.tone(severity));
    DataRow::new(vec![name, told, none.clone(), none.clone(), none, why])
}

fn account_row(state: &State, appearance: &Appearance, account: &Account, name: TableCell) -> DataRow {
    let (theme, glyphs) = (&appearance.theme, appearance.glyphs);
    let (sign, word, severity) = format::state(account, glyphs);
    let relock = session_unlocks::relock_of(state, &account.key).filter(|_| account.lock.is_locked());
    let is_reading = state.desk.reading.contains(&account.key);
    let word = match relock {
        Some(_) => "LOCKED AGAIN",
        None if is_reading && !account.is_read() && !account.lock.is_locked() => "reading",
        None => word,
    };
    let is_known = account.is_read() || account.bad_logins.count.is_some();
    let (boxes, figures) = if is_known { meter(&account.bad_logins, &glyphs) } else { (String::new(), String::new()) };
    let (since, opens) = format::ages(account, state.now.wall, glyphs);
    let (long, short) = why(state, account, relock);
    let style = appearance.tone(severity);
    // What has reached its limit stands out.
    let is_full = account.bad_logins.limit.zip(account.bad_logins.count).is_some_and(|(limit, count)| count >= limit);
    // What an earlier read said of a row that can't be read now stands back.
    let is_old = account.lock.problem().is_some();
    let bad = match (is_old, is_full) {
        (true, _) => theme.muted,
        (false, true) => theme.danger,
        (false, false) => theme.plain,
    };
    DataRow::new(vec![
        name,
        TableCell::new(format!("{sign} {word}"), style),
        TableCell::new(boxes, bad).or(figures),
        TableCell::new(since, theme.plain),
        TableCell::new(opens, theme.plain),
        TableCell::new(long, if severity == Severity::Muted { theme.muted } else { theme.plain }).or(short),
    ])
}

/// The column that says why, so that no row needs the cursor to be understood.
fn why(state: &State, account: &Account, relock: Option<session_unlocks::Relock>) -> (String, String) {
    let (mut long, mut short) = format::why(account);
    if let Some(relock) = relock {
        let again = format!("locked again after {}", format::stretch(relock.after));
        (long, short) = (again.clone(), again);
    }
    let also = [
        state.still_open(&account.key).map(|_| "an unlock is still open"),
        state.desk.is_stale(&account.key, state.now.mono).then_some("stale"),
    ];
    for word in also.into_iter().flatten() {
        // What may be cut stands behind.
        for text in [&mut long, &mut short] {
            *text = if text.is_empty() { word.to_owned() } else { format!("{word}, {text}") };
        }
    }
    let beside = |other: &&Account| other.key.provider == account.key.provider;
    if long.is_empty() && state.desk.accounts().iter().filter(|other| beside(other)).count() > 1 {
        // Which of several Macs it is.
        let name = account.aliases.last().map(Untrusted::cell).unwrap_or_default();
        (long, short) = (name.clone(), name);
    }
    (long, short)
}
