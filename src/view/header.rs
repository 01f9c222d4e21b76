//! The head line: the program, and who sits here with which ticket.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::app::State;
use crate::app::state::TICKET_LIFE;

use super::cells::{cut, put};
use super::theme::Look;

pub fn draw(state: &State, look: &Look, buffer: &mut Buffer, area: Rect) {
    let after = put(buffer, area.x, area.y, " unbolt", area.width, look.theme.key);
    put(buffer, after + 3, area.y, "Desk", area.width, look.theme.plain);
    let ticket = state
        .ticket
        .as_ref()
        .filter(|ticket| state.now.mono < ticket.at + TICKET_LIFE)
        .map(|ticket| cut(&ticket.id.cell(), 24, look.signs.ellipsis));
    let mut parts = vec![cut(&state.session.operator.cell(), 32, look.signs.ellipsis)];
    parts.extend(ticket);
    if !state.session.label.is_empty() {
        parts.push(state.session.label.clone());
    }
    let right = parts.join(&format!(" {} ", look.signs.dot));
    let width = u16::try_from(right.width()).unwrap_or(u16::MAX);
    if width + 18 < area.width {
        put(buffer, area.right() - width - 1, area.y, &right, width, look.theme.quiet);
    }
}
