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
        let counts: Vec<u64> = self.parts.iter().map(|(count, _)| *count).collect();
        let cells = cells(&counts, self.all, area.width.into());
        let mut spans: Vec<Span<'_>> = self
            .parts
            .iter()
            .zip(&cells)
            .map(|((_, style), cells)| Span::styled(glyphs.gauge.repeat(*cells), *style))
            .collect();
        let rest = usize::from(area.width).saturating_sub(cells.iter().sum());
        spans.push(Span::styled(glyphs.rest.repeat(rest), self.appearance.theme.muted));
        Line::from(spans).render(area, buffer);
    }
}

/// The cells of each part. One of many shows already: whatever isn't empty has a cell, and the largest gives it. Only
/// a run at its end fills the bar.
fn cells(counts: &[u64], all: u64, width: u64) -> Vec<usize> {
    let done: u64 = counts.iter().sum();
    let mut cells: Vec<u64> =
        counts.iter().map(|count| if *count > 0 { (count * width / all.max(1)).max(1) } else { 0 }).collect();
    let most = if done >= all { width } else { width.saturating_sub(1) };
    let used: u64 = cells.iter().sum();
    if let Some(largest) = cells.iter_mut().max() {
        if used > most {
            *largest = largest.saturating_sub(used - most);
        } else if done >= all && done > 0 {
            *largest += most - used;
        }
    }
    cells.into_iter().map(|cells| usize::try_from(cells).unwrap_or(0)).collect()
}
