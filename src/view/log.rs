//! The request log: every request as it was sent, to be quoted to the other side's support.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::{Place, State};

use super::cells::{cut_front, put};
use super::pane;
use super::theme::Look;
use super::words::clock_millis;

pub fn draw(state: &State, look: &Look, buffer: &mut Buffer, area: Rect) {
    let inside = pane::frame(
        buffer,
        look,
        area,
        "Requests as sent",
        &state.log.len().to_string(),
        state.focus == Place::Progress,
    );
    if inside.is_empty() {
        return;
    }
    let room = usize::from(inside.height);
    let end = state.log.len().saturating_sub(state.scrolled.min(state.log.len().saturating_sub(room)));
    let from = end.saturating_sub(room);
    for (n, exchange) in state.log.iter().skip(from).take(end - from).enumerate() {
        let status =
            exchange.status.map_or_else(|| exchange.fault.unwrap_or("").to_owned(), |status| status.to_string());
        let id = exchange.correlation_id.as_ref().map(|id| format!(" id {}", id.log())).unwrap_or_default();
        let head = format!(
            "{} {} {status} {} ms {} ",
            clock_millis(exchange.at, &state.session.zone),
            exchange.provider,
            exchange.took.as_millis(),
            exchange.method,
        );
        // The end of an address tells requests apart, not its beginning.
        let room = usize::from(inside.width - 1).saturating_sub(head.len());
        let address = format!("{}{id}", exchange.url.log());
        let line = format!("{head}{}", cut_front(&address, room, look.signs.ellipsis));
        let ok = exchange.status.is_some_and(|status| status < 400);
        let style = if ok { look.theme.plain } else { look.theme.bad };
        put(buffer, inside.x + 1, inside.y + u16::try_from(n).unwrap_or(0), &line, inside.width - 1, style);
    }
}
