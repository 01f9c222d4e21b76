//! Frames as SVG: a still, and a session that moves.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::frames::steady;
use crate::support::headless_app::text;

/// A cell's size in the picture.
const CELL: (f32, f32) = (8.4, 17.0);

/// What stands for what changes from run to run: as long as that, and looking like it.
const STANDS_FOR: [(&str, &str); 8] = [
    ("999.9.9.9:99999", "127.0.0.1:41234"),
    ("99:99:99.999", "12:26:03.114"),
    ("99:99:999", "12:26:03Z"),
    ("99:99:99", "12:26:03"),
    ("99:99", "12:26"),
    ("9999-99-99T99:99:99.999Z", "2026-11-22T12:26:03.114Z"),
    ("9999-99-99", "2026-11-22"),
    ("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "01a200fb-51bb-7b01-90aa-998871e4362c"),
];

/// The colours of a page.
pub struct Scheme {
    pub name: &'static str,
    page: &'static str,
    ink: &'static str,
    red: &'static str,
    green: &'static str,
    magenta: &'static str,
    cyan: &'static str,
    grey: &'static str,
}

pub const SCHEMES: [Scheme; 2] = [
    Scheme {
        name: "light",
        page: "#ffffff",
        ink: "#24292f",
        red: "#b3261e",
        green: "#1a7f37",
        magenta: "#8250df",
        cyan: "#0a6e8a",
        grey: "#6e7781",
    },
    Scheme {
        name: "dark",
        page: "#0d1117",
        ink: "#e6edf3",
        red: "#ff7b72",
        green: "#56d364",
        magenta: "#d2a8ff",
        cyan: "#56d4dd",
        grey: "#8b949e",
    },
];

impl Scheme {
    fn ink(&self, cell: &Cell) -> &'static str {
        match cell.fg {
            Color::Red => self.red,
            Color::Green => self.green,
            Color::Magenta => self.magenta,
            Color::Cyan => self.cyan,
            Color::DarkGray => self.grey,
            _ => self.ink,
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The picture of a frame.
pub fn still(buffer: &Buffer, scheme: &Scheme) -> String {
    format!("{}{}</svg>\n", page(buffer, scheme), signs(buffer, scheme))
}

/// Frames one after the other, each for so many seconds, over and over.
pub fn session(frames: &[(Buffer, f32)], scheme: &Scheme) -> String {
    let whole: f32 = frames.iter().map(|(_, seconds)| seconds).sum();
    let mut out = page(&frames[0].0, scheme);
    let mut from = 0.0;
    for (buffer, seconds) in frames {
        let (begin, end) = (from / whole, (from + seconds) / whole);
        from += seconds;
        // Where nothing moves, the last frame stands.
        let at_rest = if (end - 1.0).abs() < 1e-4 { "visible" } else { "hidden" };
        let (values, times) = match begin {
            0.0 => ("visible;hidden".to_owned(), format!("0;{end:.4}")),
            _ if at_rest == "visible" => ("hidden;visible".to_owned(), format!("0;{begin:.4}")),
            _ => ("hidden;visible;hidden".to_owned(), format!("0;{begin:.4};{end:.4}")),
        };
        let _ = write!(
            out,
            "<g visibility=\"{at_rest}\"><animate attributeName=\"visibility\" values=\"{values}\" keyTimes=\"{times}\" \
             dur=\"{whole:.1}s\" calcMode=\"discrete\" repeatCount=\"indefinite\"/>\n{}</g>\n",
            signs(buffer, scheme)
        );
    }
    out + "</svg>\n"
}

fn page(buffer: &Buffer, scheme: &Scheme) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) = (f32::from(columns) * CELL.0 + 20.0, f32::from(rows) * CELL.1 + 20.0);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        scheme.page
    )
}

/// Each run of cells of one look at its own place, so that no font can shift the columns.
fn signs(buffer: &Buffer, scheme: &Scheme) -> String {
    let mut shown = steady(&text(buffer));
    for (masked, instead) in STANDS_FOR {
        shown = shown.replace(masked, instead);
    }
    let mut out = String::new();
    for (y, line) in (0u16..).zip(shown.lines()) {
        let signs: Vec<char> = line.chars().collect();
        let cell = |x: usize| &buffer[(u16::try_from(x).unwrap(), y)];
        let look = |x: usize| (cell(x).fg, cell(x).modifier);
        let mut x = 0;
        while x < signs.len() {
            let end = (x..signs.len()).find(|at| look(*at) != look(x)).unwrap_or(signs.len());
            let run: String = signs[x..end].iter().collect();
            let reversed = cell(x).modifier.contains(Modifier::REVERSED);
            #[allow(clippy::cast_precision_loss, reason = "columns of a picture")]
            let (left, long) = (x as f32 * CELL.0 + 10.0, (end - x) as f32 * CELL.0);
            let top = f32::from(y) * CELL.1 + 10.0;
            if reversed {
                let _ = writeln!(
                    out,
                    "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{long:.1}\" height=\"{}\" fill=\"{}\"/>",
                    CELL.1,
                    scheme.ink(cell(x))
                );
            }
            if !run.trim().is_empty() {
                let ink = if reversed { scheme.page } else { scheme.ink(cell(x)) };
                let weight = if cell(x).modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
                let _ = writeln!(
                    out,
                    "<text x=\"{left:.1}\" y=\"{:.1}\" textLength=\"{long:.1}\" fill=\"{ink}\"{weight} xml:space=\"preserve\">{}</text>",
                    top + 13.0,
                    escaped(&run)
                );
            }
            x = end;
        }
    }
    out
}
