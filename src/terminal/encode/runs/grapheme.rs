//! One sign of a cell, and whether its width is sure.

use ratatui::style::{Modifier, Style};

/// A sign of a row as it will stand there.
pub(super) struct Grapheme<'a> {
    pub(super) x: u16,
    pub(super) width: u16,
    pub(super) symbol: &'a str,
    pub(super) style: Style,
    pub(super) has_changed: bool,
}

impl Grapheme<'_> {
    /// A space that looks the same in every colour.
    pub(super) fn is_blank(&self) -> bool {
        self.symbol == " " && !shows_on_blank(self.style)
    }

    pub(super) fn looks_like(&self, other: &Grapheme) -> bool {
        (self.x, self.symbol) == (other.x, other.symbol)
            && (self.style == other.style || (self.is_blank() && other.is_blank()))
    }

    pub(super) fn fits(&self, style: Style) -> bool {
        if self.is_blank() { !shows_on_blank(style) } else { self.style == style }
    }
}

/// True for a style in which a space can be seen.
pub fn shows_on_blank(style: Style) -> bool {
    style.add_modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED)
}

/// True for what is as wide in every terminal: Latin, Greek, Cyrillic, Armenian and Hebrew letters, what the frames are
/// drawn with, and the scripts of East Asia.
pub fn has_sure_width(text: &str) -> bool {
    text.chars().all(|c| match c {
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5cf}' | '\u{3099}' | '\u{309a}' => false,
        '\0'..='\u{5ea}' | '\u{1e00}'..='\u{1fff}' => true,
        '─'..='╿' | '▀'..='▟' | '■' | '□' | '▲' | '▼' | '◆' | '●' | '○' | '–' | '…' => true,
        '\u{3041}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => true,
        _ => false,
    })
}

/// True for an emoji, or for a sign made of several: terminals disagree about their width. Such a sign is written alone.
pub fn is_doubtful(symbol: &str) -> bool {
    !has_sure_width(symbol)
        && (symbol.chars().nth(1).is_some()
            || symbol.chars().any(|c| matches!(c, '\u{2300}'..='\u{2bff}' | '\u{1f000}'..)))
}
