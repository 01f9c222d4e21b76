//! A box over the rest: a text that can be read on, a field, and the keys that answer.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};
use tui_input::Input;

use super::pane::{PaneTitle, pane, scrollbar};
use super::text_width::{cells, cut, scrolled, wrap_hanging};
use super::theme::Appearance;

/// No box is wider.
const WIDEST: u16 = 84;

/// Where a box stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// In the middle.
    Middle,
    /// At the lower edge: what it is about stays visible above it.
    Bottom,
}

/// A box.
pub struct Popup<'a> {
    /// Its title.
    pub title: &'static str,
    /// Its text.
    pub lines: Vec<(String, Style)>,
    /// The first and the last of those that have to show, where one of them is chosen.
    pub chosen: Option<(usize, usize)>,
    /// The first line that shows.
    pub top: usize,
    /// Its field.
    pub field: Option<Field<'a>>,
    /// Where it stands.
    pub anchor: Anchor,
    /// Where a second column begins: what of it goes on in a further line begins there too.
    pub hang: usize,
    /// So many lines at the lower edge stay free.
    pub below: u16,
}

/// What of a box's text shows, in lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VisibleLines {
    /// The first one, from 0.
    pub top: usize,
    /// How many there is room for.
    pub room: usize,
    /// How many are still below.
    pub below: usize,
}

impl Popup<'_> {
    /// Draws everything but the keys, which depend on what of the text shows; none where it has no room.
    pub fn text(self, frame: &mut Frame, appearance: &Appearance) -> Option<(VisibleLines, KeyHintArea)> {
        let screen = frame.area();
        let width = screen.width.saturating_sub(4).min(WIDEST);
        let inner = usize::from(width.saturating_sub(4));
        let mut lines: Vec<(String, Style)> = Vec::new();
        let mut starts = Vec::new();
        for (text, style) in self.lines {
            starts.push(lines.len());
            lines.extend(wrap_hanging(&text, inner, self.hang).into_iter().map(|line| (line, style)));
        }
        let extra: u16 = if self.field.is_some() { 2 } else { 0 };
        let wanted = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(extra + 4);
        let most = screen.height.saturating_sub(self.below.max(1));
        let height = wanted.min(most.saturating_sub(1)).max(5).min(screen.height);
        let free = most.saturating_sub(height);
        let y = match self.anchor {
            Anchor::Middle => ((screen.height - height) / 2).min(free),
            Anchor::Bottom => free,
        };
        let area = Rect::new(screen.x + (screen.width - width) / 2, screen.y + y, width, height);
        frame.render_widget(Clear, area);
        let room = usize::from(height).saturating_sub(3 + usize::from(extra / 2));
        let end = |at: usize| starts.get(at + 1).copied().unwrap_or(lines.len());
        let top = match self.chosen {
            Some((first, last)) => end(last).saturating_sub(room).min(starts.get(first).copied().unwrap_or(0)),
            None => self.top.min(lines.len().saturating_sub(room)),
        };
        let below = lines.len().saturating_sub(top + room);
        let more = if below > 0 { format!("{below} more below") } else { String::new() };
        let inside = pane(frame, appearance, area, &PaneTitle::new(self.title, more, true));
        if inside.is_empty() || room == 0 {
            return None;
        }
        let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
        let [text, field, keys] =
            Layout::vertical([Constraint::Min(0), Constraint::Length(extra / 2), Constraint::Length(1)]).areas(inside);
        scrollbar(frame, appearance, Rect { width: text.width + 1, ..text }, (top, room, lines.len()));
        let shown = lines.into_iter().skip(top).take(room).map(|(line, style)| Line::styled(line, style));
        frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), text);
        if let Some(typed) = self.field {
            typed.view(frame, appearance, field);
        }
        Some((VisibleLines { top, room, below }, KeyHintArea(keys)))
    }
}

/// A field to type in.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// What is typed.
    pub label: &'static str,
    /// The text so far.
    pub input: &'a Input,
}

impl Field<'_> {
    fn view(&self, frame: &mut Frame, appearance: &Appearance, area: Rect) {
        let label = format!("{}: ", self.label);
        let lead = u16::try_from(cells(&label)).unwrap_or(0);
        let room = usize::from(area.width.saturating_sub(lead + 1));
        let (typed, column) = scrolled(self.input, room);
        let spans = vec![Span::raw(label), Span::styled(cut(&typed, room, ""), appearance.theme.plain)];
        frame.render_widget(Line::from(spans), area);
        let x = (area.x + lead).saturating_add(column).min(area.right().saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y));
    }
}

/// Where the keys stand.
#[derive(Clone, Copy, Debug)]
pub struct KeyHintArea(Rect);

impl KeyHintArea {
    /// Draws the keys that answer.
    pub fn hints(self, frame: &mut Frame, appearance: &Appearance, text: &str) {
        frame.render_widget(Span::styled(text.to_owned(), appearance.theme.key), self.0);
    }
}
