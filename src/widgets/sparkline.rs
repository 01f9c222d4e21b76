//! Moments as bars over a stretch of time, with their number as text beside them. On ratatui's `Sparkline`.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::symbols::bar;
use ratatui::text::Span;
use ratatui::widgets::Sparkline;

use super::text_width::{cells, cut};
use super::theme::Appearance;

/// However small a count is beside the highest, it stands above the line of those without any.
const BARS: bar::Set<'static> = bar::Set { empty: "▂", one_eighth: "▂", one_quarter: "▂", ..bar::NINE_LEVELS };

const ASCII_BARS: bar::Set<'static> = bar::Set {
    full: "#",
    seven_eighths: "#",
    three_quarters: "#",
    five_eighths: "+",
    half: "+",
    three_eighths: "-",
    one_quarter: "-",
    one_eighth: ".",
    empty: ".",
};

/// How many of the moments fall into each of so many equal parts of the stretch that ends at `until`.
pub fn counts(
    moments: impl IntoIterator<Item = Timestamp>,
    until: Timestamp,
    stretch: SignedDuration,
    parts: usize,
) -> Vec<u64> {
    let mut counts = vec![0; parts.max(1)];
    let (last, whole) = (counts.len() - 1, stretch.as_millis().max(1));
    for moment in moments {
        let ago = until.duration_since(moment).as_millis();
        if ago > whole {
            continue;
        }
        // A clock that is ahead of ours is still now.
        let back = usize::try_from(ago.max(0) * i128::try_from(last + 1).unwrap_or(1) / whole).unwrap_or(0);
        if let Some(count) = counts.get_mut(last - back.min(last)) {
            *count += 1;
        }
    }
    counts
}

/// Draws `label`, the bars, and `words` behind them in that style.
pub fn strip(
    frame: &mut Frame,
    appearance: &Appearance,
    area: Rect,
    label: &str,
    counts: &[u64],
    (words, style): (&str, Style),
) {
    let width = |text: &str| u16::try_from(cells(text)).unwrap_or(u16::MAX);
    let bars = u16::try_from(counts.len()).unwrap_or(u16::MAX);
    let [head, middle, tail] =
        Layout::horizontal([Constraint::Length(width(label)), Constraint::Length(bars), Constraint::Min(0)])
            .spacing(1)
            .areas(area);
    let theme = &appearance.theme;
    frame.render_widget(Span::styled(label.to_owned(), theme.muted), head);
    let set = if appearance.ascii { ASCII_BARS } else { BARS };
    let absent = if appearance.ascii { "_" } else { "▁" };
    // A part without any is a line, not a hole.
    let data = counts.iter().map(|count| Some(*count).filter(|count| *count > 0));
    let bars = Sparkline::default().data(data).bar_set(set).absent_value_symbol(absent).absent_value_style(theme.muted);
    frame.render_widget(bars.style(style), middle);
    let words = cut(words, usize::from(tail.width), appearance.glyphs.ellipsis);
    frame.render_widget(Span::styled(words, style), tail);
}
/// Values as bars in a text, the highest of them full.
pub fn spark(appearance: &Appearance, values: &VecDeque<u64>) -> String {
    let set = if appearance.ascii { ASCII_BARS } else { BARS };
    let levels = [
        set.one_eighth,
        set.one_quarter,
        set.three_eighths,
        set.half,
        set.five_eighths,
        set.three_quarters,
        set.seven_eighths,
        set.full,
    ];
    let most = values.iter().copied().max().unwrap_or(0).max(1);
    let level = |value: &u64| levels.get(usize::try_from(value * 7 / most).unwrap_or(0)).copied().unwrap_or(set.full);
    values.iter().map(level).collect()
}
