//! What each server of a directory says of the selected account: a lock and a count may stand on one and not on another.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::{Account, Replica};
use crate::screens::State;
use crate::widgets::Appearance;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{DataRow, DataTable, TableCell};
use crate::widgets::format::{clock, clock_seconds};

const COLUMNS: [Column; 9] = [
    Column::name("SERVER", 6, 0),
    Column::fact("BAD", 3, 0),
    Column::name("STATE", 6, 0),
    Column::fact("LAST BAD", 8, 2),
    Column::fact("LOCKED", 6, 3),
    Column::name("BEGUN ON", 8, 4),
    Column::fact("PASSWORD SET", 12, 5),
    Column::name("SITE", 8, 6),
    Column::fact("READ", 8, 1),
];

/// The lines that it takes of so many; none for an account that has one server only, and where too few fit.
pub fn height(account: &Account, room: u16) -> u16 {
    let rows = u16::try_from(account.bad_logins.replicas.len()).unwrap_or(u16::MAX);
    // The cause of the lock is worth two lines above it.
    let height = rows.saturating_add(1).min(room.saturating_sub(2));
    if rows < 2 || height < rows.min(3) { 0 } else { height }
}

/// The same in a line, where there is no room for a table: `DC1 2 bad · DC2 3 bad, locked`.
pub fn line(account: &Account) -> String {
    let one = |one: &Replica| {
        let count = one.count.map(|count| format!(" {count} bad")).unwrap_or_default();
        let state = one.state.cell();
        let state = if state.starts_with("open") { String::new() } else { format!(", {state}") };
        format!("{}{count}{state}", one.name.cell())
    };
    account.bad_logins.replicas.iter().map(one).collect::<Vec<_>>().join(" · ")
}

/// Draws it; servers beyond the area are counted in its last row.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect, account: &Account) {
    if area.height < 2 {
        return;
    }
    let replicas = &account.bad_logins.replicas;
    let room = usize::from(area.height - 1);
    let mut shown: Vec<&Replica> = replicas.iter().collect();
    if shown.len() > room {
        // What is odd is worth more than what comes first.
        shown.sort_by_key(|replica| replica.locked_at.is_none() && replica.count.unwrap_or(0) == 0);
        shown.truncate(room.saturating_sub(1));
    }
    let mut rows: Vec<DataRow> = shown.into_iter().map(|one| row(state, appearance, one)).collect();
    if replicas.len() > rows.len() {
        let more = format!("{} more: {}", replicas.len() - rows.len(), state.with_keys("{key:details} lists all"));
        let mut cells = vec![TableCell::new(more, appearance.theme.muted)];
        cells.resize(COLUMNS.len(), TableCell::new("", appearance.theme.muted));
        rows.push(DataRow::new(cells));
    }
    frame.render_widget(DataTable::new(&COLUMNS, rows, appearance), area);
}

fn row(state: &State, appearance: &Appearance, one: &Replica) -> DataRow {
    let (theme, now, zone) = (&appearance.theme, state.now.wall, &state.session.zone);
    let at = |at: Option<jiff::Timestamp>| at.map(|at| clock(at, now, zone)).unwrap_or_default();
    let date =
        |at: Option<jiff::Timestamp>| at.map(|at| at.to_zoned(zone.clone()).date().to_string()).unwrap_or_default();
    let is_locked = one.locked_at.is_some() || one.state.as_data().starts_with("locked");
    let style = if is_locked {
        theme.danger
    } else if one.count.unwrap_or(0) > 0 || one.state.as_data().starts_with("not") {
        theme.warning
    } else {
        theme.plain
    };
    let count = one.count.map_or_else(|| "-".to_owned(), |count| count.to_string());
    let text = |text: Option<&crate::domain::Untrusted>| text.map(crate::domain::Untrusted::cell).unwrap_or_default();
    let read = one.as_of.map(|at| clock_seconds(at, zone)).unwrap_or_default();
    DataRow::new(vec![
        TableCell::new(one.name.cell(), theme.plain),
        TableCell::new(count, style),
        TableCell::new(one.state.cell(), style),
        TableCell::new(at(one.last), theme.plain),
        TableCell::new(at(one.locked_at), style),
        TableCell::new(text(one.origin.as_ref()), theme.plain),
        TableCell::new(at(one.password_set), theme.muted).or(date(one.password_set)),
        TableCell::new(text(one.site.as_ref()), theme.muted),
        TableCell::new(read, theme.muted),
    ])
}
