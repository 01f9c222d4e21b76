//! Cells as bytes for a terminal, as few as it takes: over a slow link every one of them is waited for.

mod runs;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier, Style};

use runs::{CellRun, changed_runs, has_sure_width, is_doubtful, shows_on_blank};

/// So many rows down go by line feeds, which keep the column: the terminal is raw, and the row is there.
const FEW_ROWS: u16 = 3;

/// Each weight and its SGR parameter (ECMA-48 §8.3.117).
const WEIGHTS: [(Modifier, u8); 5] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::REVERSED, 7),
];

/// What leads from the shown cells to the next ones in these rows, as text with the sequences that put it in its place; empty when
/// nothing does. The terminal's attributes are reset before and after; the cursor ends where it is wanted.
pub fn changes(shown: &Buffer, next: &Buffer, rows: &BTreeSet<u16>, cursor: Option<Position>) -> String {
    let by_row = changed_runs(shown, next, rows);
    if by_row.is_empty() {
        return String::new();
    }
    let mut by_style = by_row.clone();
    // Lists change in the same columns of many rows: then going down once for each style is shorter.
    by_style.sort_by_key(|run| {
        let colour = run.style.fg.map(|fg| foreground(Some(fg)));
        (run.text.is_some(), run.style.add_modifier.bits(), colour)
    });
    let [by_row, by_style] = [by_row, by_style].map(|changed_runs| write(&changed_runs, next.area.width, cursor));
    if by_style.len() < by_row.len() { by_style } else { by_row }
}

fn write(changed_runs: &[CellRun], width: u16, cursor: Option<Position>) -> String {
    // Where the cursor stands isn't taken from the last frame: somebody else may write to this terminal too.
    let mut pen = Cursor { out: String::new(), at: None, style: Style::new(), width };
    for run in changed_runs {
        pen.put(run);
    }
    pen.set_style(Style::new());
    if let Some(cursor) = cursor {
        pen.go(cursor.x, cursor.y);
    }
    pen.out
}

/// A text in a style, for a line that is printed: the terminal's attributes are reset behind it.
pub fn styled(text: &str, style: Style) -> String {
    let mut pen = Cursor { out: String::new(), at: None, style: Style::new(), width: 0 };
    pen.set_style(style);
    pen.out.push_str(text);
    pen.set_style(Style::new());
    pen.out
}

/// The terminal's cursor and style while a frame is encoded.
struct Cursor {
    out: String,
    /// Where the cursor is for sure; none behind the last column, and after signs of doubtful width.
    at: Option<(u16, u16)>,
    style: Style,
    width: u16,
}

impl Cursor {
    fn go(&mut self, x: u16, y: u16) {
        let to_there = match x {
            0 => format!("\x1b[{}H", y + 1),
            _ => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        let way = match self.at {
            Some((from, row)) if row <= y && y - row <= FEW_ROWS => {
                let down = "\n".repeat(usize::from(y - row));
                Some(down + &across(from, x)).filter(|way| way.len() < to_there.len())
            }
            _ => None,
        };
        self.out.push_str(&way.unwrap_or(to_there));
        self.at = Some((x, y));
    }

    fn put(&mut self, run: &CellRun) {
        self.go(run.x, run.y);
        match &run.text {
            None => {
                if shows_on_blank(self.style) {
                    self.set_style(Style::new());
                }
                let _ = write!(self.out, "\x1b[{}X", run.width);
            }
            Some(text) => {
                if shows_on_blank(self.style) || !text.chars().all(|c| c == ' ') || shows_on_blank(run.style) {
                    self.set_style(run.style);
                }
                // A terminal that makes it narrower would leave what stood there before.
                if is_doubtful(text) {
                    let _ = write!(self.out, "\x1b[{}X", run.width);
                }
                self.out.push_str(text);
                let x = run.x + run.width;
                // Behind the last column a terminal waits for the next sign before it goes on.
                self.at = (x < self.width && has_sure_width(text)).then_some((x, run.y));
            }
        }
    }

    /// Changes the terminal's attributes to these, by what differs.
    fn set_style(&mut self, wanted: Style) {
        if wanted == self.style {
            return;
        }
        if wanted == Style::new() {
            self.out.push_str("\x1b[m");
            self.style = wanted;
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

/// The shortest way to another column of the same row.
fn across(from: u16, to: u16) -> String {
    let steps = |by: u16, sign: char| if by == 1 { format!("\x1b[{sign}") } else { format!("\x1b[{by}{sign}") };
    let relative = match to {
        _ if to == from => return String::new(),
        0 => return "\r".to_owned(),
        _ if to > from => steps(to - from, 'C'),
        _ => steps(from - to, 'D'),
    };
    let absolute = format!("\x1b[{}G", to + 1);
    if absolute.len() < relative.len() { absolute } else { relative }
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
mod tests;
