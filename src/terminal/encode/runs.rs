//! What has changed on the screen, cut into runs that are written in one go: text in one style, or cells to erase.

use std::collections::BTreeSet;

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::style::{Color, Modifier, Style};

/// A gap of so many unchanged cells is written again: that costs less than moving over it.
const SHORT_GAP: u16 = 4;
/// So many blanks cost more than erasing them does (ECH, ECMA-48 §8.3.38).
const LONG_BLANK: u16 = 5;
/// Erasing leaves the cursor where it was: so many more when text follows, and the cursor has to move there.
const MOVE_ON: u16 = 4;

/// One go.
#[derive(Clone, Debug, PartialEq)]
pub struct CellRun {
    /// The column, from 0.
    pub x: u16,
    /// The row, from 0.
    pub y: u16,
    /// How many cells it covers.
    pub width: u16,
    /// What it wears.
    pub style: Style,
    /// The text; none where the cells are erased.
    pub text: Option<String>,
}

/// The runs that lead from what is shown to what is next in these rows, row by row.
pub fn changed_runs(shown: &Buffer, next: &Buffer, rows: &BTreeSet<u16>) -> Vec<CellRun> {
    let width = usize::from(next.area.width).max(1);
    let mut changed_runs = Vec::new();
    for y in rows {
        let row = usize::from(*y) * width..(usize::from(*y) + 1) * width;
        let [shown, next] = [shown, next].map(|buffer| buffer.content.get(row.clone()).unwrap_or_default());
        cut(&compare(&signs(shown), signs(next)), *y, &mut changed_runs);
    }
    changed_runs
}

fn signs(cells: &[Cell]) -> Vec<Grapheme<'_>> {
    let mut signs: Vec<Grapheme> = Vec::with_capacity(cells.len());
    let mut covered = 0;
    for (x, cell) in (0..).zip(cells) {
        // The second half of a wide sign.
        if covered > 0 {
            covered -= 1;
            continue;
        }
        // As the frame was laid out.
        let width = cell.cell_width().max(1);
        covered = width - 1;
        signs.push(Grapheme { x, width, symbol: cell.symbol(), style: style(cell), has_changed: false });
    }
    signs
}

/// Marks the signs that aren't shown just so: what stands in any of its cells now is another sign, or begins elsewhere.
fn compare<'a>(shown: &[Grapheme], mut next: Vec<Grapheme<'a>>) -> Vec<Grapheme<'a>> {
    let mut shown = shown.iter().peekable();
    for sign in &mut next {
        while shown.next_if(|old| old.x + old.width <= sign.x).is_some() {}
        sign.has_changed = shown.peek().is_none_or(|old| !old.looks_like(sign));
    }
    next
}

fn cut(signs: &[Grapheme], y: u16, changed_runs: &mut Vec<CellRun>) {
    let mut rest = signs;
    while let Some(start) = rest.iter().position(|sign| sign.has_changed) {
        rest = rest.get(start..).unwrap_or_default();
        let Some(first) = rest.first() else { return };
        let (x, blank) = (first.x, blank(rest));
        let (taken, run) = if blank > 0 {
            let style = Style::new();
            (usize::from(blank), CellRun { x, y, width: blank, style, text: None })
        } else {
            let (taken, style) = stretch(rest);
            let signs = rest.get(..taken).unwrap_or_default();
            let width = signs.iter().map(|sign| sign.width).sum();
            (taken, CellRun { x, y, width, style, text: Some(signs.iter().map(|sign| sign.symbol).collect()) })
        };
        changed_runs.push(run);
        rest = rest.get(taken..).unwrap_or_default();
    }
}

/// How many blanks at the start are worth erasing.
fn blank(signs: &[Grapheme]) -> u16 {
    let run = signs.iter().take_while(|sign| sign.is_blank()).count();
    let Some(last) = signs.iter().take(run).rposition(|sign| sign.has_changed) else { return 0 };
    let follows = last + 1 == run && signs.get(run).is_some_and(|sign| sign.has_changed);
    let width = u16::try_from(last + 1).unwrap_or(0);
    if width >= LONG_BLANK + if follows { MOVE_ON } else { 0 } { width } else { 0 }
}

/// How many signs are written in one go, and in which style: short gaps are written again.
fn stretch(signs: &[Grapheme]) -> (usize, Style) {
    let mut style: Option<Style> = None;
    let mut taken = 0;
    let mut gap = 0;
    for (n, sign) in signs.iter().enumerate() {
        let erases = sign.has_changed && n > 0 && blank(signs.get(n..).unwrap_or_default()) > 0;
        let fits = match style {
            Some(style) => sign.fits(style),
            // Blanks so far: they take any style that doesn't show on them.
            None => sign.is_blank() || (sign.has_changed && (n == 0 || !shows_on_blank(sign.style))),
        };
        if erases || !fits {
            break;
        }
        let is_alone = is_doubtful(sign.symbol);
        if is_alone && n > 0 {
            break;
        }
        if sign.has_changed {
            (taken, gap) = (n + 1, 0);
            if !sign.is_blank() {
                style = Some(sign.style);
            }
        } else {
            gap += sign.width;
            if gap > SHORT_GAP {
                break;
            }
        }
        if is_alone {
            break;
        }
    }
    (taken.max(1), style.unwrap_or_default())
}

/// What a cell wears: no background is ever set.
fn style(cell: &Cell) -> Style {
    let fg = Some(cell.fg).filter(|fg| *fg != Color::Reset);
    Style { fg, add_modifier: cell.modifier, ..Style::new() }
}

/// A sign of a row as it will stand there.
struct Grapheme<'a> {
    x: u16,
    width: u16,
    symbol: &'a str,
    style: Style,
    has_changed: bool,
}

impl Grapheme<'_> {
    /// A space that looks the same in every colour.
    fn is_blank(&self) -> bool {
        self.symbol == " " && !shows_on_blank(self.style)
    }

    fn looks_like(&self, other: &Grapheme) -> bool {
        (self.x, self.symbol) == (other.x, other.symbol)
            && (self.style == other.style || (self.is_blank() && other.is_blank()))
    }

    fn fits(&self, style: Style) -> bool {
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
