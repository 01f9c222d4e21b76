//! Text in cells: cut and padded by display width, at grapheme edges.

use std::borrow::Cow;

use ratatui::buffer::CellWidth as _;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
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
    wrap_hanging(text, width, 0)
}

/// Breaks a text into lines of at most `width` cells; every line but the first begins `indent` cells further in, so that a
/// second column stays one.
pub fn wrap_hanging(text: &str, width: usize, indent: usize) -> Vec<String> {
    // What fits keeps its columns.
    if cells(text) <= width {
        return vec![text.to_owned()];
    }
    let hang = " ".repeat(if indent * 2 > width { 0 } else { indent });
    let options = Options::new(width.max(1))
        .subsequent_indent(&hang)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(text, options).into_iter().map(Cow::into_owned).collect()
}

#[cfg(test)]
mod tests;
