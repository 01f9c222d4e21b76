//! A pane: border, title, and what stands at the right of its title.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::widgets::{Block, Borders, Widget as _};
use unicode_width::UnicodeWidthStr as _;

use crate::widgets::text_width::cut;
use crate::widgets::text_width::put;
use crate::widgets::theme::Appearance;

const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// The cells that a title has.
pub fn room(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(4))
}

/// The cells that a title has with that text at its right.
pub fn room_beside(area: Rect, right: &str) -> usize {
    room(area).saturating_sub(right.width() + 6)
}

/// Draws the frame of a pane and gives its inside.
pub fn frame(buffer: &mut Buffer, look: &Appearance, area: Rect, title: &str, right: &str, has_focus: bool) -> Rect {
    if area.width < 4 || area.height < 2 {
        return Rect::default();
    }
    let set = if look.ascii { ASCII_BORDER } else { border::PLAIN };
    Block::new().borders(Borders::ALL).border_set(set).border_style(look.theme.muted).render(area, buffer);
    let style = if has_focus { look.theme.focus } else { look.theme.plain };
    let room = room(area);
    let title = cut(title, room, look.glyphs.ellipsis);
    put(buffer, area.x + 1, area.y, &format!(" {title} "), area.width - 2, style);
    let width = right.width();
    if width > 0 && title.width() + width + 5 < room {
        let x = area.right() - 3 - u16::try_from(width).unwrap_or(0);
        put(buffer, x, area.y, &format!(" {right} "), area.width, look.theme.muted);
    }
    Rect::new(area.x + 1, area.y + 1, area.width - 2, area.height - 2)
}
