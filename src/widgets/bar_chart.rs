//! One bar for each system with its number beside it; a system that couldn't be read says so in its bar's place.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::text_width::cells;
use super::theme::Appearance;

/// The longest bar, in cells.
const LONGEST: u64 = 10;

/// What stands for one system.
#[derive(Clone, Debug)]
pub struct SystemBar {
    /// Its name.
    pub name: String,
    /// How many, or the words that stand there instead.
    pub count: Result<u64, String>,
    /// The style of the bar, or of the words.
    pub style: Style,
}

/// The bars side by side, in as many lines as it takes; none is cut.
pub fn bars(appearance: &Appearance, all: &[SystemBar], room: u16) -> Vec<Line<'static>> {
    let most = all.iter().filter_map(|bar| bar.count.as_ref().ok()).max().copied().unwrap_or(0).max(1);
    let mut lines: Vec<Line> = Vec::new();
    let mut used = 0;
    for bar in all {
        let text = match &bar.count {
            Ok(count) => {
                let length = usize::try_from((count * LONGEST).div_ceil(most)).unwrap_or(0);
                let drawn = appearance.glyphs.gauge.repeat(length);
                if drawn.is_empty() { count.to_string() } else { format!("{drawn} {count}") }
            }
            Err(words) => words.clone(),
        };
        let name = format!("{} ", bar.name);
        let width = cells(&name) + cells(&text);
        if lines.is_empty() || used + 3 + width > usize::from(room) {
            lines.push(Line::default());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push_span("   ");
                used += 3;
            }
            line.push_span(Span::styled(name, appearance.theme.plain));
            line.push_span(Span::styled(text, bar.style));
            used += width;
        }
    }
    lines
}
