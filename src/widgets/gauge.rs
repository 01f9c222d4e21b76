//! How far a run is, in parts by outcome. Ratatui's gauges know one part only, so that this one is ours.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::theme::Appearance;

/// A bar of parts.
pub struct Gauge<'a> {
    /// How many are in each part, and its style.
    pub parts: &'a [(u64, Style)],
    /// How many there are in all.
    pub all: u64,
    /// The look.
    pub appearance: &'a Appearance,
}

impl Widget for Gauge<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let glyphs = &self.appearance.glyphs;
        let width = u64::from(area.width);
        let (mut done, mut drawn) = (0, 0);
        let mut spans = Vec::new();
        for (count, style) in self.parts {
            done += count;
            // One of many shows already.
            let until = if *count > 0 { (done * width).div_ceil(self.all.max(1)).min(width) } else { drawn };
            let cells = usize::try_from(until.saturating_sub(drawn)).unwrap_or(0);
            spans.push(Span::styled(glyphs.gauge.repeat(cells), *style));
            drawn = drawn.max(until);
        }
        let rest = usize::try_from(width.saturating_sub(drawn)).unwrap_or(0);
        spans.push(Span::styled(glyphs.rest.repeat(rest), self.appearance.theme.muted));
        Line::from(spans).render(area, buffer);
    }
}
