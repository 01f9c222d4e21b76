//! How Locked is drawn: when and where it happened, then the people.
mod text;

pub mod summary_charts;

use ratatui::Frame;
use ratatui::text::Line;

use crate::domain::Account;
use crate::screens::State;
use crate::screens::layout::Layout;
use crate::screens::list_pane::{DetailsOverflow, ListPane};
use crate::screens::list_state::Rows;
use crate::screens::locked::state;
use crate::widgets::Appearance;
use crate::widgets::bad_login_meter::meter;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{DataRow, TableCell};
use crate::widgets::format::{self, clock_seconds};
use crate::widgets::pane::{PaneTitle, place};

use text::{details, why};

pub use text::lines;

const COLUMNS: [Column; 7] = [
    Column::name("NAME", 14, 0),
    Column::name("USER", 6, 4),
    Column::fact("SYSTEMS", 6, 1),
    Column::fact("BAD", 3, 6),
    Column::fact("SINCE", 5, 2),
    Column::fact("OPENS", 5, 5),
    Column::fact("WHY", 10, 3),
];

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, layout: &Layout) {
    let tab = &state.locked;
    let head = summary_charts::head_lines(state, layout.list);
    let pane = ListPane {
        title: title(state, appearance),
        columns: &COLUMNS,
        backwards: &[3, 4],
        list: &tab.list,
        has_marks: true,
        // The heads are drawn into these.
        above: vec![Line::default(); usize::from(head)],
        empty: state.with_keys(empty(state)),
        details: details(state, appearance),
        overflow: DetailsOverflow::Cut,
        hang: 0,
    };
    let above = pane.view(frame, state, appearance, layout, |row| Some(data_row(state, appearance, row)));
    summary_charts::view(frame, state, appearance, above, layout.list);
}

fn title(state: &State, appearance: &Appearance) -> PaneTitle {
    let tab = &state.locked;
    let dot = format!(" {} ", appearance.glyphs.dot);
    let people = format::count(tab.people.len(), "person", "people");
    let left = if tab.rows.is_empty() {
        "Locked".to_owned()
    } else {
        format!("Locked{dot}{} of {people}", format::count(tab.rows.len(), "account", "accounts"))
    };
    let failed = tab.systems.iter().filter(|(_, system)| system.problem.is_some());
    let failed: Vec<String> =
        failed.map(|(name, _)| format!("{dot}{name} {} not read", appearance.glyphs.unknown)).collect();
    let asking: Vec<&str> =
        tab.systems.iter().filter(|(_, system)| system.is_asking).map(|(name, _)| name.as_str()).collect();
    let mut right: Vec<String> = Vec::new();
    if let Some(column) = tab.list.sort.and_then(|at| COLUMNS.get(at)) {
        right.push(format!("by {}", column.head.to_lowercase()));
    }
    right.push(place(appearance, tab.list.place(), Rows::count(tab)));
    if asking.is_empty() {
        right.extend(tab.as_of.map(|at| format!("read {}", clock_seconds(at, &state.session.zone))));
    } else {
        right.push(format!("asking {}", asking.join(", ")));
    }
    PaneTitle::new(left, right.join(&dot), true).and(failed.concat(), appearance.theme.danger)
}

fn empty(state: &State) -> &'static str {
    if state.locked.is_asking() {
        "Asking who is locked; rows come as the systems tell them."
    } else if state.locked.people.is_empty() {
        "Nobody is listed as locked. What each system's list leaves out stands below. {key:refresh} asks again."
    } else {
        "No row holds this text; {key:filter} changes it."
    }
}

fn data_row(state: &State, appearance: &Appearance, row: usize) -> DataRow {
    let (theme, glyphs) = (&appearance.theme, appearance.glyphs);
    let tab = &state.locked;
    let accounts = known(state, row);
    let keys = tab.keys(row);
    let name = tab.people.get(row).map(|person| person.name.cell()).unwrap_or_default();
    let on_purpose = state::is_on_purpose(accounts.iter().copied());
    let mark = if state.marks.has(&keys) {
        "+"
    } else if on_purpose {
        glyphs.on_purpose
    } else {
        " "
    };
    let systems: Vec<&str> = accounts.iter().map(|account| account.key.provider.as_str()).collect();
    let worst = accounts.iter().max_by_key(|account| account.bad_logins.count);
    let (boxes, figures) = worst.map(|account| meter(&account.bad_logins, &glyphs)).unwrap_or_default();
    let since = state::since(accounts.iter().copied()).map(|at| format::age(at, state.now.wall));
    let opens = match state::until(accounts.iter().copied()) {
        Some(at) => format::until(at, state.now.wall),
        None => accounts.first().map(|account| format::ages(account, state.now.wall, glyphs).1).unwrap_or_default(),
    };
    let (why, short, style) = why(state, appearance, &accounts);
    let tone = if on_purpose { theme.warning } else { theme.plain };
    DataRow::new(vec![
        TableCell::new(name, tone),
        TableCell::new(accounts.first().map(|account| account.username.cell()).unwrap_or_default(), theme.plain),
        TableCell::new(systems.join(", "), theme.plain).or(match systems.as_slice() {
            [one] => (*one).to_owned(),
            many => format!("{} systems", many.len()),
        }),
        TableCell::new(boxes, theme.plain).or(figures),
        TableCell::new(since.unwrap_or_else(|| glyphs.none.to_owned()), theme.plain),
        TableCell::new(opens, theme.plain),
        TableCell::new(why, style).or(short),
    ])
    .marked(mark)
}

/// The accounts of a row; of what the desk has read since and found locked, what it knows.
fn known(state: &State, row: usize) -> Vec<&Account> {
    let newer = |account: &'_ &Account| state.desk.cache.get(&account.key).filter(|known| is_newer(known, account));
    state.locked.accounts(row).map(|account| newer(&account).unwrap_or(account)).collect()
}

fn is_newer(known: &Account, listed: &Account) -> bool {
    // A list tells no cause: what was read of the very same lock before still holds.
    let since = |account| state::since(std::iter::once(account));
    let is_same = since(listed).is_some() && since(known) == since(listed);
    known.is_read() && known.lock.is_locked() && (known.as_of >= listed.as_of || is_same)
}
