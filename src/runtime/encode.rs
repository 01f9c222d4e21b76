//! Cells as bytes for a terminal, as few as it takes: over a slow link every one of them is waited for.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr as _;

/// A gap of so many unchanged cells is written again: that costs less than moving over it.
const SHORT_GAP: u16 = 4;

/// Each weight and its SGR parameter (ECMA-48 §8.3.117).
const WEIGHTS: [(Modifier, u8); 5] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::REVERSED, 7),
];

/// What was changed, as text with the sequences that put it in its place. The terminal's attributes are reset before
/// and after.
#[must_use]
pub fn changes<'a>(cells: impl Iterator<Item = (u16, u16, &'a Cell)>, next: &Buffer) -> String {
    let mut pen = Pen { out: String::new(), at: None, style: Style::new() };
    for (x, y, cell) in cells {
        pen.go(x, y, next);
        pen.put(x, y, cell);
    }
    pen.wear(Style::new());
    pen.out
}

struct Pen {
    out: String,
    at: Option<(u16, u16)>,
    style: Style,
}

impl Pen {
    fn go(&mut self, x: u16, y: u16, next: &Buffer) {
        match self.at {
            Some(at) if at == (x, y) => {}
            Some((from, row)) if row == y && from < x => {
                let gap = x - from;
                let cells: Vec<&Cell> = (from..x).filter_map(|x| next.cell(Position::new(x, y))).collect();
                // Written again in the style that the pen has anyway.
                let same = |cell: &&Cell| style(cell) == self.style && cell.symbol().width() == 1;
                if gap <= SHORT_GAP && cells.len() == usize::from(gap) && cells.iter().all(same) {
                    self.out.extend(cells.iter().map(|cell| cell.symbol()));
                } else if gap == 1 {
                    self.out.push_str("\x1b[C");
                } else {
                    let _ = write!(self.out, "\x1b[{gap}C");
                }
            }
            _ => {
                let _ = match x {
                    0 => write!(self.out, "\x1b[{}H", y + 1),
                    _ => write!(self.out, "\x1b[{};{}H", y + 1, x + 1),
                };
            }
        }
    }

    fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        // A space looks the same in every colour.
        let wanted = style(cell);
        let is_blank = cell.symbol() == " ";
        let shows_on_blank = |style: Style| style.add_modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED);
        if !is_blank || shows_on_blank(wanted) || shows_on_blank(self.style) {
            self.wear(wanted);
        }
        self.out.push_str(cell.symbol());
        let width = u16::try_from(cell.symbol().width().max(1)).unwrap_or(1);
        self.at = Some((x + width, y));
    }

    /// Changes the terminal's attributes to these, by what differs.
    fn wear(&mut self, wanted: Style) {
        if wanted == self.style {
            return;
        }
        let (had, has) = (self.style.add_modifier, wanted.add_modifier);
        let mut parameters: Vec<String> = Vec::new();
        let takes_off = !(had - has).is_empty();
        if takes_off {
            parameters.push(String::new());
        }
        let known = if takes_off { Modifier::empty() } else { had };
        parameters.extend(
            WEIGHTS.iter().filter(|(weight, _)| (has - known).contains(*weight)).map(|(_, code)| code.to_string()),
        );
        if (takes_off && wanted.fg.is_some()) || (!takes_off && wanted.fg != self.style.fg) {
            parameters.push(foreground(wanted.fg));
        }
        let _ = write!(self.out, "\x1b[{}m", parameters.join(";"));
        self.style = wanted;
    }
}

/// What a cell wears: no background is ever set.
fn style(cell: &Cell) -> Style {
    let fg = Some(cell.fg).filter(|fg| *fg != Color::Reset);
    Style { fg, add_modifier: cell.modifier, ..Style::new() }
}

/// The SGR parameter of a colour of the sixteen.
fn foreground(colour: Option<Color>) -> String {
    let code = match colour {
        Some(Color::Black) => 30,
        Some(Color::Red) => 31,
        Some(Color::Green) => 32,
        Some(Color::Yellow) => 33,
        Some(Color::Blue) => 34,
        Some(Color::Magenta) => 35,
        Some(Color::Cyan) => 36,
        Some(Color::Gray) => 37,
        Some(Color::DarkGray) => 90,
        Some(Color::LightRed) => 91,
        Some(Color::LightGreen) => 92,
        Some(Color::LightYellow) => 93,
        Some(Color::LightBlue) => 94,
        Some(Color::LightMagenta) => 95,
        Some(Color::LightCyan) => 96,
        Some(Color::White) => 97,
        _ => 39,
    };
    code.to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::layout::Rect;

    use super::*;

    const LOOKS: [(Option<Color>, Modifier); 6] = [
        (None, Modifier::empty()),
        (Some(Color::Red), Modifier::BOLD),
        (Some(Color::DarkGray), Modifier::empty()),
        (None, Modifier::REVERSED),
        (Some(Color::LightBlue), Modifier::UNDERLINED),
        (None, Modifier::BOLD),
    ];

    fn buffer(cells: &[(usize, usize)]) -> Buffer {
        let signs = [" ", "a", "b", "○", "─", "é"];
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 4));
        for (cell, (sign, look)) in buffer.content.iter_mut().zip(cells) {
            let (fg, modifier) = LOOKS[*look];
            cell.set_symbol(signs[*sign]);
            cell.set_style(Style { fg, add_modifier: modifier, ..Style::new() });
        }
        buffer
    }

    fn seen(parser: &vt100::Parser) -> Vec<(String, vt100::Color, bool, bool, bool)> {
        let screen = parser.screen();
        let at = |n: u16| screen.cell(n / 12, n % 12).unwrap();
        (0..48)
            .map(|n| {
                let cell = at(n);
                let text = if cell.contents().is_empty() { " ".to_owned() } else { cell.contents().to_owned() };
                let blank = text == " " && !cell.inverse() && !cell.underline();
                let colour = if blank { vt100::Color::Default } else { cell.fgcolor() };
                (text, colour, !blank && cell.bold(), cell.inverse(), cell.underline())
            })
            .collect()
    }

    proptest! {
        /// Whatever stood there: after the changes the terminal shows what a drawing from nothing shows.
        #[test]
        fn changes_lead_to_the_same_screen(
            first in prop::collection::vec((0usize..6, 0usize..6), 48),
            second in prop::collection::vec((0usize..6, 0usize..6), 48),
        ) {
            let (first, second) = (buffer(&first), buffer(&second));
            let empty = Buffer::empty(first.area);
            let mut changed = vt100::Parser::new(4, 12, 0);
            changed.process(changes(empty.diff(&first).into_iter(), &first).as_bytes());
            changed.process(changes(first.diff(&second).into_iter(), &second).as_bytes());
            let mut fresh = vt100::Parser::new(4, 12, 0);
            fresh.process(changes(empty.diff(&second).into_iter(), &second).as_bytes());
            prop_assert_eq!(seen(&changed), seen(&fresh));
        }
    }
}
