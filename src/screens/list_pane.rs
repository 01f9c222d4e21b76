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
    /// What shows of that text where not all of it fits.
    pub overflow: DetailsOverflow,
    /// Where the second column of that text begins.
    pub hang: usize,
}

/// What shows of a text that doesn't fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetailsOverflow {
    /// Its end: the newest steps of a row stand there.
    End,
    /// Its beginning, and how many lines more there are.
    Told,
    /// Its beginning.
    Cut,
}

impl ListPane<'_> {
    /// Draws it, with the rows that `row` makes of their places; gives where the lines above the heads stand.
    pub fn view(
        self,
        frame: &mut Frame,
        state: &State,
        appearance: &Appearance,
        layout: &Layout,
        row: impl Fn(usize) -> Option<DataRow>,
    ) -> Rect {
        self.details(frame, state, appearance, layout.details);
        let inside = pane(frame, appearance, layout.list, &self.title);
        if inside.is_empty() {
            return Rect::default();
        }
        let has_filter = state.focus == KeyContext::Filter || !self.list.filter.value().is_empty();
        let above = u16::try_from(self.above.len()).unwrap_or(0);
        let heights = [above, u16::from(has_filter)].map(Constraint::Length);
        let [above, filter, rows] = Split::vertical([heights[0], heights[1], Constraint::Min(0)]).areas(inside);
        let lines = Paragraph::new(self.above);
        frame.render_widget(lines, Rect { x: above.x + 1, width: above.width.saturating_sub(2), ..above });
        if has_filter {
            draw_filter(frame, state, appearance, self.list, filter);
        }
        if self.list.shown.is_empty() {
            let words = Paragraph::new(self.empty).style(appearance.theme.muted).wrap(Wrap { trim: true });
            frame.render_widget(words, Rect { x: rows.x + 1, width: rows.width.saturating_sub(1), ..rows });
        } else {
            let sort = self.list.sort.map(|column| (column, self.backwards.contains(&column)));
            // A row that is gone meanwhile keeps its place until the list is in order again.
            let row = |at| row(at).unwrap_or_else(|| DataRow::new(Vec::new()));
            let table = DataTable::new(self.columns, self.list.visible().map(row).collect(), appearance)
                .selected(self.list.on_page())
                .sorted_by(sort);
            frame.render_widget(if self.has_marks { table.with_marks() } else { table }, rows);
            let list = Rect { y: rows.y + 1, height: rows.height.saturating_sub(1), ..rows };
            scrollbar(frame, appearance, list, self.list.place());
        }
        above
    }

    fn details(&self, frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) {
        let (title, text) = &self.details;
        let inside = pane(frame, appearance, area, &PaneTitle::new(title, "", false));
        let width = usize::from(area.width.saturating_sub(4)).max(1);
        let lines = text.iter().flat_map(|(text, style)| {
            wrap_hanging(text, width, self.hang).into_iter().map(|line| Line::styled(format!(" {line}"), *style))
        });
        let mut lines: Vec<Line> = lines.collect();
        let room = usize::from(inside.height);
        let over = lines.len().saturating_sub(room);
        if self.overflow == DetailsOverflow::End {
            lines.drain(..over);
        }
        lines.truncate(room);
        if let Some(last) = lines.last_mut().filter(|_| over > 0 && self.overflow == DetailsOverflow::Told) {
            let zoom = state.with_keys("{key:zoom} gives them the whole screen");
            *last = Line::styled(format!(" {} more lines: {zoom}", over + 1), appearance.theme.muted);
        }
        frame.render_widget(Paragraph::new(lines), inside);
    }
}

/// Draws the filter of a list, with the cursor while it is typed and nothing is asked.
pub fn draw_filter(frame: &mut Frame, state: &State, appearance: &Appearance, list: &ListState, area: Rect) {
    let (line, cursor) = chip(appearance, &list.filter, state.focus == KeyContext::Filter, area.width);
    frame.render_widget(line, Rect { x: area.x + 1, ..area });
    if let Some(column) = cursor.filter(|_| state.dialog.is_none()) {
        frame.set_cursor_position(Position::new(area.x + 1 + column, area.y));
    }
}
