//! The request log: every request as it was sent, to be quoted to the other side's support.

use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr as _;

use crate::domain::Exchange;
use crate::screens::{KeyContext, State};
use crate::widgets::Appearance;
use crate::widgets::format::clock_millis;
use crate::widgets::pane::{Title, pane, scrollbar};
use crate::widgets::text_width::wrap;

/// Before an address that has lines of its own.
const INDENT: &str = "  ";

/// Draws it; gives how many of its lines don't show.
pub fn view(frame: &mut Frame, state: &State, appearance: &Appearance, area: Rect) -> Option<usize> {
    let has_focus = state.focus == KeyContext::Progress;
    let inside = pane(frame, appearance, area, &Title::new("Requests as sent", state.log.len().to_string(), has_focus));
    if inside.is_empty() {
        return None;
    }
    let (width, height) = (usize::from(inside.width - 1), usize::from(inside.height));
    // The newest stands at the bottom.
    let worded = state.log.iter().flat_map(|exchange| {
        let ok = exchange.status.is_some_and(|status| status < 400);
        let style = if ok { appearance.theme.plain } else { appearance.theme.danger };
        told(exchange, &state.session.zone, width).into_iter().map(move |line| Line::styled(format!(" {line}"), style))
    });
    let lines: Vec<Line> = worded.collect();
    let hidden = lines.len().saturating_sub(height);
    let top = hidden - state.scrolled.min(hidden);
    scrollbar(frame, appearance, inside, (top, height, lines.len()));
    frame.render_widget(Paragraph::new(lines.into_iter().skip(top).take(height).collect::<Vec<_>>()), inside);
    Some(hidden)
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
