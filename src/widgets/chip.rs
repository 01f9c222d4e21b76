//! The filter of a list: what is typed while it is typed, and afterwards a sign that it is on.

use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use tui_input::Input;

use super::text_width::{cells, cut, scrolled};
use super::theme::Appearance;

/// Before what is typed.
const LABEL: &str = "filter ";

/// The line of a filter that is typed or on, and the column of the cursor while it is typed.
pub fn chip(appearance: &Appearance, input: &Input, is_typing: bool, room: u16) -> (Line<'static>, Option<u16>) {
    let theme = &appearance.theme;
    let room = usize::from(room).saturating_sub(cells(LABEL) + 1);
    if is_typing {
        let (typed, column) = scrolled(input, room);
        let line = Line::from(vec![Span::styled(LABEL, theme.muted), Span::styled(cut(&typed, room, ""), theme.plain)]);
        return (line, u16::try_from(cells(LABEL)).ok().map(|label| label.saturating_add(column)));
    }
    let text = format!(" {} ", cut(input.value(), room.saturating_sub(2), appearance.glyphs.ellipsis));
    let on = Span::styled(text, theme.key.add_modifier(Modifier::REVERSED));
    (Line::from(vec![Span::styled(LABEL, theme.muted), on]), None)
}
