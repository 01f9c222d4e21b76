//! The request log: every request as it was sent, to be quoted to the other side's support.

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::app::{Place, State};
use crate::domain::Exchange;

use super::cells::{put, wrap};
use super::pane;
use super::theme::Look;
use super::words::clock_millis;

/// Before an address that has lines of its own.
const INDENT: &str = "  ";

/// Draws it; gives over how many lines it is scrolled.
pub fn draw(state: &State, look: &Look, buffer: &mut Buffer, area: Rect) -> usize {
    let inside = pane::frame(
        buffer,
        look,
        area,
        "Requests as sent",
        &state.log.len().to_string(),
        state.focus == Place::Progress,
    );
    if inside.is_empty() {
        return state.scrolled;
    }
    let (width, height) = (usize::from(inside.width - 1), usize::from(inside.height));
    // The newest stands at the bottom. Only as much is worded as shows: so many lines, and those scrolled over.
    let mut lines: Vec<(String, bool)> = Vec::new();
    for exchange in state.log.iter().rev() {
        if lines.len() >= height + state.scrolled {
            break;
        }
        let ok = exchange.status.is_some_and(|status| status < 400);
        lines.splice(0..0, told(exchange, &state.session.zone, width).into_iter().map(|line| (line, ok)));
    }
    let scrolled = state.scrolled.min(lines.len().saturating_sub(height));
    let end = lines.len() - scrolled;
    let lines = lines.into_iter().take(end).skip(end.saturating_sub(height));
    for (y, (line, ok)) in (inside.y..inside.bottom()).zip(lines) {
        let style = if ok { look.theme.plain } else { look.theme.bad };
        put(buffer, inside.x + 1, y, &line, inside.width - 1, style);
    }
    scrolled
}

/// A request in a line, or with its address in lines of its own: whoever quotes it needs the whole.
pub fn told(exchange: &Exchange, zone: &TimeZone, width: usize) -> Vec<String> {
    let status = exchange.status.map_or_else(|| exchange.fault.unwrap_or("").to_owned(), |status| status.to_string());
    let head = format!(
        "{} {} {status} {:>4} ms {}",
        clock_millis(exchange.at, zone),
        exchange.provider,
        exchange.took.as_millis(),
        exchange.method,
    );
    let id = exchange.correlation_id.as_ref().map(|id| format!(" id {}", id.log())).unwrap_or_default();
    let url = exchange.url.log();
    let line = format!("{head} {url}{id}");
    if line.width() <= width {
        return vec![line];
    }
    let address = wrap(&url, width.saturating_sub(INDENT.len())).into_iter().map(|line| format!("{INDENT}{line}"));
    wrap(&format!("{head}{id}"), width).into_iter().chain(address).collect()
}
