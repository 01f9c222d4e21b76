//! Frames: golden ones of every screen at several sizes, in mono, in ASCII, and of what goes wrong.
mod masks;
mod scenes;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use serde_json::json;
use unbolt::screens::Message;
use unbolt::widgets::Appearance;
use unbolt::widgets::theme::Theme;

use crate::support::World;
use crate::support::headless_app::{Desk, text};

use masks::unnumbered;
use scenes::SCREENS;

pub use masks::{steady, steady_providers};
pub use scenes::show_stopped_run;

/// A desk at 12:20: what is shown of a time depends on its day, and a narrow line cuts it after its hour.
pub fn desk_of(world: &World, width: u16, height: u16) -> Desk {
    let mut desk = Desk::sized(world, width, height);
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    let behind = i32::from(now.hour()) * 60 + i32::from(now.minute()) - (12 * 60 + 20);
    let (sign, hours, minutes) = (if behind < 0 { "-" } else { "" }, behind.abs() / 60, behind.abs() % 60);
    desk.state.session.zone = jiff::tz::TimeZone::posix(&format!("NOON{sign}{hours}:{minutes:02}")).unwrap();
    desk.verify();
    desk
}

const SIZES: [(u16, u16); 5] = [(30, 8), (80, 24), (100, 30), (120, 40), (160, 50)];

/// Which cells are bold (`b`), reversed (`r`), both (`B`), underlined (`u`): what mono tells states apart by.
pub fn weights(buffer: &Buffer) -> String {
    let mut out = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width)) {
        let weight =
            |modifier: Modifier| match (modifier.contains(Modifier::BOLD), modifier.contains(Modifier::REVERSED)) {
                (true, true) => 'B',
                (true, false) => 'b',
                (false, true) => 'r',
                (false, false) => '.',
            };
        let row: String = row.iter().map(|cell| weight(cell.modifier)).collect();
        out.push_str(row.trim_end_matches('.'));
        out.push('\n');
    }
    out
}

/// The colour of each cell by its first letter, in capitals where it is bold; `.` for the default colour, `~` for dim.
fn colours(buffer: &Buffer) -> String {
    let letter = |cell: &ratatui::buffer::Cell| match cell.fg {
        _ if cell.symbol() == " " && !cell.modifier.contains(Modifier::REVERSED) => '.',
        Color::Reset if cell.modifier.contains(Modifier::DIM) => '~',
        Color::Reset if cell.modifier.contains(Modifier::REVERSED) => '#',
        Color::Reset if cell.modifier.contains(Modifier::UNDERLINED) => '_',
        Color::Reset if cell.modifier.contains(Modifier::BOLD) => 'B',
        Color::Reset => '.',
        colour => {
            let name = colour.to_string().trim_start_matches("Light").to_owned();
            let first = name.chars().next().unwrap_or('?');
            if cell.modifier.contains(Modifier::BOLD) { first } else { first.to_ascii_lowercase() }
        }
    };
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    let lines = rows.map(|row| row.iter().map(letter).collect::<String>().trim_end_matches('.').to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_screen_at_every_size() {
    for (name, way) in SCREENS {
        let world = World::new();
        let mut desk = desk_of(&world, 80, 24);
        way(&mut desk);
        for (width, height) in SIZES {
            desk.take(Message::Resize(width, height));
            steady_providers(&mut desk);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), steady(&desk.screen()));
        }
        desk.take(Message::Resize(80, 24));
        steady_providers(&mut desk);
        insta::assert_snapshot!(format!("{name}_mono"), weights(&desk.buffer(Appearance::new(false, false))));
        for theme in ["high_contrast", "colour_blind"] {
            let appearance = Appearance::with(Theme::named(theme).unwrap(), false);
            insta::assert_snapshot!(format!("{name}_{theme}"), colours(&desk.buffer(appearance)));
        }
        let ascii = text(&desk.buffer(Appearance::new(false, true)));
        insta::assert_snapshot!(format!("{name}_ascii"), steady(&ascii));
        // Names from outside keep their letters here; the writer replaces what such a terminal can't show.
        assert!(ascii.chars().filter(|c| !c.is_ascii()).all(|c| !"┌┐└┘│─●○◆×▌·…–■□█░▁▂▃▄▅▆▇▲▼".contains(c)), "{ascii}");
    }
}

#[test]
fn what_goes_wrong_is_told_in_its_place() {
    let failures: [(&str, serde_json::Value); 5] = [
        ("login_refused", json!({"fault": "status", "status": 403, "match": "/users"})),
        ("unavailable", json!({"fault": "status", "status": 503, "match": "/users"})),
        ("no_json", json!({"fault": "body", "body": "<html>proxy</html>", "match": "/users"})),
        ("cut", json!({"fault": "cut", "match": "/users"})),
        ("password_hidden", json!({"fault": "status", "status": 403, "match": "/password"})),
    ];
    for (name, fault) in failures {
        let world = World::new();
        let mut desk = desk_of(&world, 80, 24);
        desk.look_at("ada");
        world.fault(fault);
        desk.press("r");
        desk.settle_within(Duration::from_secs(5));
        steady_providers(&mut desk);
        insta::assert_snapshot!(format!("failure_{name}"), unnumbered(&steady(&desk.screen())));
    }
    let world = World::new();
    let mut desk = desk_of(&world, 80, 24);
    desk.look_at("ada");
    world.fault(json!({"fault": "status", "status": 409, "method": "POST", "match": "/users/"}));
    desk.press("uy");
    desk.verify();
    steady_providers(&mut desk);
    insta::assert_snapshot!("failure_refused_unlock", unnumbered(&steady(&desk.screen())));
}
