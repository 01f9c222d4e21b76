//! The README's pictures: golden frames as SVG, for light and dark pages. `PICTURES=write cargo test --test suite
//! pictures` draws them anew; without it the test fails when they no longer match the frames.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unbolt::screens::Message;
use unbolt::widgets::Appearance;

use crate::frames::{desk_of, steady, steady_providers};
use crate::support::by_keys::{Desk, text};
use crate::support::{World, attempts};

/// A cell's size in the picture.
const CELL: (f32, f32) = (8.4, 17.0);

/// What stands for what changes from run to run: as long as that, and looking like it.
const STANDS_FOR: [(&str, &str); 7] = [
    ("99:99:99.999", "12:26:03.114"),
    ("99:99:999", "12:26:03Z"),
    ("99:99:99", "12:26:03"),
    ("99:99", "12:26"),
    ("9999-99-99T99:99:99.999Z", "2026-11-22T12:26:03.114Z"),
    ("9999-99-99", "2026-11-22"),
    ("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "01a200fb-51bb-7b01-90aa-998871e4362c"),
];

struct Scheme {
    name: &'static str,
    page: &'static str,
    ink: &'static str,
    red: &'static str,
    green: &'static str,
    magenta: &'static str,
    cyan: &'static str,
    grey: &'static str,
}

const SCHEMES: [Scheme; 2] = [
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

/// The picture of a frame: each run of cells of one look at its own place, so that no font can shift the columns.
fn svg(buffer: &Buffer, scheme: &Scheme) -> String {
    let mut shown = steady(&text(buffer));
    for (masked, instead) in STANDS_FOR {
        shown = shown.replace(masked, instead);
    }
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) = (f32::from(columns) * CELL.0 + 20.0, f32::from(rows) * CELL.1 + 20.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        scheme.page
    );
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
    out.push_str("</svg>\n");
    out
}

/// Draws a picture anew, or compares it with the one that is there.
fn picture(name: &str, desk: &mut Desk) {
    steady_providers(desk);
    let buffer = desk.buffer(Appearance::new(true, false));
    for scheme in &SCHEMES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/pictures/{name}-{}.svg", scheme.name));
        let now = svg(&buffer, scheme);
        if std::env::var("PICTURES").is_ok_and(|what| what == "write") {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &now).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let other = now.lines().zip(kept.lines().chain(std::iter::repeat(""))).find(|(now, kept)| now != kept);
        assert_eq!(
            other,
            None,
            "{} is not what the screen shows any more: PICTURES=write draws it anew",
            path.display()
        );
    }
}

#[test]
fn the_desk_and_an_unlock_everywhere() {
    let world = World::whole();
    let mut desk = desk_of(&world, 110, 30);
    desk.look_at("ada");
    picture("desk", &mut desk);
    desk.press("U");
    picture("everywhere", &mut desk);
}

#[test]
fn a_list_before_it_is_run() {
    let world = World::with_people(40);
    let mut desk = desk_of(&world, 110, 30);
    let list = "ada\ngrace\nasmith2\nnobody\ndorothy\nmallory\nfrontdesk@acme.test\nlinus\nphoebe\nada\n";
    desk.take(Message::Paste(list.to_owned()));
    desk.plan();
    picture("bulk", &mut desk);
}

#[test]
fn a_mac_that_is_followed() {
    // A Mac that puts it off until that was seen. It comes every second: who is slow may see it put off twice.
    attempts(6, || {
        let world = World::new();
        world.use_mdm("fleet", "");
        world.mac("ada", serde_json::json!({"asleep": false, "script": vec!["not_now"; 100]}));
        let mut desk = desk_of(&world, 110, 30);
        desk.look_at("ada");
        desk.press("u");
        desk.press("y");
        desk.settle_until("not_now");
        world.mac("ada", serde_json::json!({"script": []}));
        desk.settle_until("ended        acknowledged");
        if desk.screen().matches("not_now").count() != 1 {
            return Err(desk.screen());
        }
        desk.press("r");
        // The last word has left its line by then.
        desk.settle_within(std::time::Duration::from_secs(12));
        picture("mac", &mut desk);
        Ok(())
    });
}
