//! The request log: every request as it was sent, the newest first, and the selected one in full.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::domain::RequestLogEntry;
use crate::screens::desk::request_log::{quoted, status};
use crate::screens::list_pane::draw_filter;
use crate::screens::{KeyContext, State};
use crate::widgets::Appearance;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{DataRow, DataTable, TableCell};
use crate::widgets::format::clock_millis;
use crate::widgets::pane::{PaneTitle, pane, place, scrollbar};
use crate::widgets::text_width::wrap;

const COLUMNS: [Column; 6] = [
    Column::fact("TIME", 8, 0),
    Column::name("SYSTEM", 6, 1),
    Column::fact("STATUS", 3, 0),
    Column::fact("MS", 2, 2),
    Column::fact("METHOD", 3, 3),
    Column::name("ADDRESS", 12, 0),
];

/// So many cells stand before the address.
const BEFORE: u16 = 50;

/// Draws it.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) -> Option<usize> {
    let log = &state.log;
    let is_typing = state.focus == KeyContext::Filter;
    let has_focus = state.focus == KeyContext::Progress || is_typing;
    let right = place(appearance, log.list.place(), log.exchanges.len());
    let inside = pane(frame, appearance, area, &PaneTitle::new("Requests as sent", right, has_focus));
    if inside.is_empty() {
        return None;
    }
    let has_filter = is_typing || !log.list.filter.value().is_empty();
    let full = log.selected().map(|one| quoted(one, &state.session.zone)).unwrap_or_default();
    let full = wrap(&full, usize::from(inside.width.saturating_sub(2)));
    // The rows come first: the selected one is told in full where there is room below them.
    let below = u16::try_from(full.len()).unwrap_or(u16::MAX).min(inside.height.saturating_sub(4));
    let [filter, rows, below] =
        Split::vertical([Constraint::Length(u16::from(has_filter)), Constraint::Min(0), Constraint::Length(below)])
            .areas(inside);
    if has_filter {
        draw_filter(frame, state, appearance, &log.list, filter);
    }
    let room = usize::from(rows.height.saturating_sub(u16::from(rows.height > 1)));
    let top = log.list.top.min(log.list.at).max((log.list.at + 1).saturating_sub(room.max(1)));
    let shown = log.list.shown.iter().skip(top).take(room).filter_map(|at| log.exchanges.get(*at as usize));
    let address = usize::from(inside.width.saturating_sub(BEFORE).max(16));
    let table =
        DataTable::new(&COLUMNS, shown.map(|one| data_row(state, appearance, one, address)).collect(), appearance)
            .selected((!log.list.shown.is_empty()).then(|| log.list.at - top))
            .sorted_by(log.list.sort.map(|column| (column, column == 0)));
    frame.render_widget(table, rows);
    let list = Rect { y: rows.y + 1, height: rows.height.saturating_sub(1), ..rows };
    scrollbar(frame, appearance, list, (top, room, log.list.shown.len()));
    let lines: Vec<Line> =
        full.into_iter().map(|line| Line::styled(format!(" {line}"), appearance.theme.muted)).collect();
    frame.render_widget(Paragraph::new(lines), below);
    Some(0)
}

fn data_row(state: &State, appearance: &Appearance, one: &RequestLogEntry, room: usize) -> DataRow {
    let theme = &appearance.theme;
    let is_ok = one.status.is_some_and(|status| status < 400);
    let style = if is_ok { theme.plain } else { theme.danger };
    DataRow::new(vec![
        TableCell::new(clock_millis(one.at, &state.session.zone), theme.plain),
        TableCell::new(one.provider.as_str(), theme.plain),
        TableCell::new(status(one), style),
        TableCell::new(one.took.as_millis().to_string(), theme.plain),
        TableCell::new(one.method, theme.plain),
        TableCell::new(address(one, appearance, room), theme.muted),
    ])
}

/// The end of the path: what stands before it is the same for a system, and the full address stands below.
fn address(one: &RequestLogEntry, appearance: &Appearance, room: usize) -> String {
    let url = one.url.log();
    let path = url.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    let path = path.unwrap_or(&url);
    let over = path.chars().count().saturating_sub(room);
    if over == 0 {
        return path.to_owned();
    }
    let end: String = path.chars().skip(over + 1).collect();
    format!("{}{end}", appearance.glyphs.ellipsis)
}
