//! What has changed on the screen, cut into runs that are written in one go: text in one style, or cells to erase.

mod grapheme;

use std::collections::BTreeSet;

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::style::{Color, Style};

use grapheme::Grapheme;

pub use grapheme::{has_sure_width, is_doubtful, shows_on_blank};

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
