//! The request log: every request as it was sent, to be quoted to the other side's support.

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::domain::Exchange;
use crate::screens::KeyContext;
use crate::screens::State;

use crate::widgets::format::clock_millis;
use crate::widgets::pane;
use crate::widgets::text_width::put;
use crate::widgets::text_width::wrap;
use crate::widgets::theme::Appearance;

/// Before an address that has lines of its own.
const INDENT: &str = "  ";

/// Draws it; gives how many of its lines don't show.
pub fn draw(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) -> usize {
    let inside = pane::frame(
        buffer,
        look,
        area,
        "Requests as sent",
        &state.log.len().to_string(),
        state.focus == KeyContext::Progress,
    );
    if inside.is_empty() {
        return state.hidden;
    }
    let (width, height) = (usize::from(inside.width - 1), usize::from(inside.height));
    // The newest stands at the bottom.
    let worded = state.log.iter().flat_map(|exchange| {
        let ok = exchange.status.is_some_and(|status| status < 400);
        told(exchange, &state.session.zone, width).into_iter().map(move |line| (line, ok))
    });
    let lines: Vec<(String, bool)> = worded.collect();
    let hidden = lines.len().saturating_sub(height);
    let lines = lines.into_iter().skip(hidden - state.scrolled.min(hidden)).take(height);
    for (y, (line, ok)) in (inside.y..inside.bottom()).zip(lines) {
        let style = if ok { look.theme.plain } else { look.theme.danger };
        put(buffer, inside.x + 1, y, &line, inside.width - 1, style);
    }
    hidden
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
