//! A field to type in.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use tui_input::Input;

use crate::widgets::text_width::{cells, cut};
use crate::widgets::theme::Appearance;

/// A field to type in.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// What is typed.
    pub label: &'static str,
    /// The text so far.
    pub input: &'a Input,
}

impl Field<'_> {
    pub(super) fn view(&self, frame: &mut Frame, appearance: &Appearance, area: Rect) {
        let label = format!("{}: ", self.label);
        let lead = u16::try_from(cells(&label)).unwrap_or(0);
        let room = usize::from(area.width.saturating_sub(lead + 1));
        let scroll = self.input.visual_scroll(room);
        let typed: String = self.input.value().chars().skip(scroll).collect();
        let spans = vec![Span::raw(label), Span::styled(cut(&typed, room, ""), appearance.theme.plain)];
        frame.render_widget(Line::from(spans), area);
        let column = u16::try_from(self.input.visual_cursor().saturating_sub(scroll)).unwrap_or(0);
        let x = (area.x + lead + column).min(area.right().saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y));
    }
}

/// Where the keys stand.
#[derive(Clone, Copy, Debug)]
pub struct KeyHintArea(pub(super) Rect);

impl KeyHintArea {
    /// Draws the keys that answer.
    pub fn hints(self, frame: &mut Frame, appearance: &Appearance, text: &str) {
        frame.render_widget(Span::styled(text.to_owned(), appearance.theme.key), self.0);
    }
}
