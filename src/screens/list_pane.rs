//! A tab that is a list with the selected row's details below it.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout as Split, Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use crate::widgets::Appearance;
use crate::widgets::chip::chip;
use crate::widgets::columns::Column;
use crate::widgets::data_table::{DataRow, DataTable};
use crate::widgets::pane::{PaneTitle, pane, scrollbar};
use crate::widgets::text_width::wrap_hanging;

use super::layout::Layout;
use super::list_state::ListState;
use super::{KeyContext, State};

/// What such a tab shows.
pub struct ListPane<'a> {
    /// The title of the list.
    pub title: PaneTitle,
    /// Its columns.
    pub columns: &'a [Column],
    /// The columns that are ordered backwards.
    pub backwards: &'a [usize],
    /// Selection, filter and order.
    pub list: &'a ListState,
    /// Whether rows can be marked.
    pub has_marks: bool,
    /// The lines above the heads.
    pub above: Vec<Line<'static>>,
    /// What stands there while there is nothing to list.
    pub empty: String,
    /// The title and text of the pane below.
    pub details: (String, Vec<(String, Style)>),
    /// True where the end of that text shows: the newest steps of a row stand there.
    pub reads_from_end: bool,
    /// Where the second column of that text begins.
    pub hang: usize,
}

impl ListPane<'_> {
    /// Draws it, with the rows that `row` makes of their places.
    pub fn view(
        mut self,
        frame: &mut Frame,
        state: &State,
        appearance: &Appearance,
        layout: &Layout,
        row: impl Fn(usize) -> DataRow,
    ) {
        let details = std::mem::take(&mut self.details);
        let (reads_from_end, hang) = (self.reads_from_end, self.hang);
        self.rows(frame, state, appearance, layout.list, row);
        let lines = details_lines(&details.1, layout.details.width, hang);
        draw_details(frame, state, appearance, layout.details, (details.0, lines, reads_from_end));
    }

    fn rows(
        self,
        frame: &mut Frame,
        state: &State,
        appearance: &Appearance,
        area: Rect,
        row: impl Fn(usize) -> DataRow,
    ) {
        let inside = pane(frame, appearance, area, &self.title);
        if inside.is_empty() {
            return;
        }
        let is_typing = state.focus == KeyContext::Filter;
        let has_filter = is_typing || !self.list.filter.value().is_empty();
        let above = u16::try_from(self.above.len()).unwrap_or(0);
        let heights = [above, u16::from(has_filter)].map(Constraint::Length);
        let [above, filter, rows] = Split::vertical([heights[0], heights[1], Constraint::Min(0)]).areas(inside);
        let lines = Paragraph::new(self.above);
        frame.render_widget(lines, Rect { x: above.x + 1, width: above.width.saturating_sub(2), ..above });
        if has_filter {
            let (line, cursor) = chip(appearance, &self.list.filter, is_typing, filter.width);
            frame.render_widget(line, Rect { x: filter.x + 1, ..filter });
            if let Some(column) = cursor.filter(|_| state.dialog.is_none()) {
                frame.set_cursor_position(Position::new(filter.x + 1 + column, filter.y));
            }
        }
        if self.list.shown.is_empty() {
            let words = Paragraph::new(self.empty).style(appearance.theme.muted).wrap(Wrap { trim: true });
            frame.render_widget(words, Rect { x: rows.x + 1, width: rows.width.saturating_sub(1), ..rows });
        } else {
            let sort = self.list.sort.map(|column| (column, self.backwards.contains(&column)));
            let table = DataTable::new(self.columns, self.list.visible().map(row).collect(), appearance)
                .selected(self.list.on_page())
                .sorted_by(sort);
            frame.render_widget(if self.has_marks { table.with_marks() } else { table }, rows);
            let list = Rect { y: rows.y + 1, height: rows.height.saturating_sub(1), ..rows };
            scrollbar(frame, appearance, list, self.list.place());
        }
    }
}

/// The selected row at length, in lines of a pane of that width.
fn details_lines(text: &[(String, Style)], width: u16, hang: usize) -> Vec<Line<'static>> {
    let width = usize::from(width.saturating_sub(4)).max(1);
    let lines = |(text, style): &(String, Style)| {
        let style = *style;
        wrap_hanging(text, width, hang).into_iter().map(move |line| Line::styled(format!(" {line}"), style))
    };
    text.iter().flat_map(lines).collect()
}

fn draw_details(
    frame: &mut Frame,
    state: &State,
    appearance: &Appearance,
    area: Rect,
    (title, lines, reads_from_end): (String, Vec<Line<'static>>, bool),
) {
    let inside = pane(frame, appearance, area, &PaneTitle::new(title, "", false));
    let over = lines.len().saturating_sub(usize::from(inside.height));
    let skip = if reads_from_end { over } else { 0 };
    let mut lines: Vec<Line> = lines.into_iter().skip(skip).take(usize::from(inside.height)).collect();
    if let Some(last) = lines.last_mut().filter(|_| over > 0 && !reads_from_end) {
        let words = format!(" {} more lines: {}", over + 1, state.with_keys("{key:zoom} gives them the whole screen"));
        *last = Line::styled(words, appearance.theme.muted);
    }
    frame.render_widget(Paragraph::new(lines), inside);
}
