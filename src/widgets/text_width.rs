//! Text in cells: cut and padded by display width, at grapheme edges.

use ratatui::buffer::CellWidth as _;
use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// How many cells a text takes, as the buffer lays it out: control characters take none.
pub fn cells(text: &str) -> usize {
    // Nearly every text is made of signs of one cell each, which stand alone.
    if text.chars().all(is_one_cell) {
        return text.chars().count();
    }
    let shown = text.graphemes(true).filter(|cluster| !cluster.contains(char::is_control));
    shown.map(|cluster| usize::from(cluster.cell_width())).sum()
}

/// True for Latin letters, the signs beside them, and what the frames are drawn with.
fn is_one_cell(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '–' | '…' | '─'..='▟' | '■'..='◗')
}

/// Cuts a text to `width` cells; a cut text ends with `ellipsis`.
///
/// ```
/// use unbolt::widgets::text_width::cut;
///
/// assert_eq!(cut("Ada Lovelace", 6, "\u{2026}"), "Ada L\u{2026}");
/// assert_eq!(cut("\u{65e5}\u{672c}\u{8a9e}", 4, ""), "\u{65e5}\u{672c}", "two cells each");
/// ```
pub fn cut(text: &str, width: usize, ellipsis: &str) -> String {
    if cells(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(cells(ellipsis));
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        if used + cells(cluster) > room {
            break;
        }
        used += cells(cluster);
        out.push_str(cluster);
    }
    if width >= cells(ellipsis) {
        out.push_str(ellipsis);
    }
    out
}

/// Cuts or pads a text to exactly `width` cells.
pub fn fit(text: &str, width: usize, ellipsis: &str) -> String {
    let mut out = cut(text, width, ellipsis);
    let used = cells(&out);
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(used)));
    out
}

/// What a field shows from its first visible sign on, scrolled so that its cursor stands in the first `room` cells or
/// right behind them, and the cursor's column.
pub fn scrolled(input: &Input, room: usize) -> (String, u16) {
    // The field counts by graphemes, as these are skipped.
    let scroll = input.visual_scroll(room);
    let mut skipped = 0;
    let visible = input.value().graphemes(true).skip_while(|cluster| {
        let skips = skipped < scroll;
        skipped += cluster.width();
        skips
    });
    (visible.collect(), u16::try_from(input.visual_cursor().saturating_sub(scroll)).unwrap_or(u16::MAX))
}

/// Breaks a text into lines of at most `width` cells, at spaces where there are any.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    // What fits keeps its columns.
    if cells(text) <= width {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word = word;
        let current = lines.last().map_or(0, |line| cells(line));
        let gap = usize::from(current > 0);
        if current + gap + cells(word) > width && current > 0 {
            lines.push(String::new());
        }
        while cells(word) > width {
            let head = cut(word, width, "");
            // A cluster wider than the line can't be broken any further.
            if head.is_empty() {
                break;
            }
            word = word.get(head.len()..).unwrap_or("");
            if let Some(line) = lines.last_mut() {
                line.push_str(&head);
            }
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// Breaks a text into lines of at most `width` cells; every line but the first begins `indent` cells further in, so that a
/// second column stays one.
pub fn wrap_hanging(text: &str, width: usize, indent: usize) -> Vec<String> {
    if indent == 0 || indent * 2 > width || cells(text) <= width {
        return wrap(text, width);
    }
    let head = cut(text, indent, "");
    let lines = wrap(text.get(head.len()..).unwrap_or("").trim_start(), width - indent).into_iter();
    lines.enumerate().map(|(n, line)| if n == 0 { head.clone() + &line } else { " ".repeat(indent) + &line }).collect()
}

#[cfg(test)]
mod tests;
