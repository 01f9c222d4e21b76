//! Promises 40 to 46: every system in its row, failures where they count, one set of keys for every list.

mod failed;
mod keys;

use std::time::Duration;

use serde_json::json;
use unbolt::screens::Effect;
use unbolt::widgets::Appearance;
use unbolt::widgets::columns::Column;
use unbolt::widgets::data_table::{DataRow, DataTable, TableCell};

use crate::support::headless_app::{Desk, text};
use crate::support::{World, wait_for};

use keys::with_lists;

const SIZES: [(u16, u16); 3] = [(80, 24), (100, 30), (120, 40)];
const SYSTEMS: [&str; 4] = ["pingone", "jumpcloud", "adaxes", "macs"];

/// The line of each system in the account table, from top to bottom.
fn rows(screen: &str) -> Vec<String> {
    let table = screen.split_once("SYSTEM").map_or("", |(_, below)| below);
    let row =
        |name: &str| table.lines().find(|line| line.contains(&format!(" {name} "))).unwrap_or_default().to_owned();
    SYSTEMS.map(row).to_vec()
}

#[test]
fn p44_no_cell_is_cut_while_another_is_empty_and_no_id_without_a_sign() {
    const COLUMNS: [Column; 4] = [
        Column::name("NAME", 6, 0),
        Column::name("USER", 4, 2),
        Column::fact("STATE", 8, 0),
        Column::fact("WHY", 5, 1),
    ];
    let names = ["Ada", "Wolfeschlegelsteinhausenbergerdorff", "明子 山田", "é̂é̂é̂ combining"];
    let appearance = Appearance::new(true, false);
    for width in 30..=200u16 {
        for name in names {
            for why in ["", "bad passwords, the password has expired"] {
                let plain = appearance.theme.plain;
                let cells = [name, "user00001", "● LOCKED", why].map(|text| TableCell::new(text, plain)).to_vec();
                let other = ["B", "", "○ open", ""].map(|text| TableCell::new(text, plain)).to_vec();
                let rows = vec![DataRow { mark: " ", cells }, DataRow { mark: " ", cells: other }];
                let mut buffer = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, width, 3));
                let table = DataTable::new(&COLUMNS, rows, &appearance).selected(Some(0));
                ratatui::widgets::Widget::render(table, buffer.area, &mut buffer);
                let drawn = text(&buffer);
                let row = drawn.lines().nth(1).unwrap();
                if row.contains('…') {
                    // An empty column has left, and what is cut has taken all the room there is.
                    let heads = drawn.lines().next().unwrap();
                    assert_eq!(heads.contains("WHY"), !why.is_empty(), "{width}:\n{drawn}");
                    let used = drawn.lines().skip(1).map(unicode_width::UnicodeWidthStr::width).max().unwrap();
                    assert!(used + 4 >= usize::from(width), "{width}: room is left beside what is cut:\n{drawn}");
                }
            }
        }
    }
    // Ids on every screen, at every width: whole, or with a sign that they aren't.
    let world = World::whole();
    let id = world.id("ada");
    let mut desk = Desk::sized(&world, 80, 24);
    desk.look_at("ada");
    desk.press("uy");
    desk.verify();
    for tab in ["", "2", "4"] {
        desk.press(tab);
        desk.verify();
        for width in (30..=200).step_by(5) {
            desk.take(unbolt::screens::Message::Resize(width, 40));
            let screen = desk.screen();
            let from = screen.match_indices(&id[..13]);
            for (at, _) in from {
                let rest: String =
                    screen[at..].chars().take_while(|c| c.is_ascii_hexdigit() || "-…".contains(*c)).collect();
                // A long one may go on in the next line; then it ends at the pane's edge.
                let behind = screen[at + rest.len()..].chars().next();
                let goes_on = behind.is_some_and(|c| c == '\n' || c == '│' || c == ' ') && rest.len() < id.len();
                let is_wrapped = goes_on && screen.contains(&id[rest.len().min(id.len())..]);
                assert!(rest == id || rest.contains('…') || is_wrapped, "{width}: {rest}\n{screen}");
            }
        }
    }
}

#[test]
fn p45_heads_selection_place_and_sort_are_visible_without_colour() {
    let world = World::whole();
    for size in [(80, 24), (120, 40)] {
        let mut desk = with_lists(&world, size);
        for (tab, head) in [("2", "NAME"), ("3", "VERDICT"), ("4", "OUTCOME"), ("5", "RESULT")] {
            desk.press(tab);
            desk.verify();
            for appearance in [Appearance::new(false, false), Appearance::new(false, true)] {
                let screen = text(&desk.buffer(appearance));
                let (marker, signs) = if appearance.ascii { ("> ", " ^v") } else { ("▌ ", " ▲▼") };
                assert!(screen.contains(head), "{tab}: {screen}");
                assert!(screen.contains(marker), "{tab}: the selected row: {screen}");
                assert!(screen.lines().nth(1).unwrap().contains(" of "), "{tab}: the place: {screen}");
                if desk.state.list_ref().unwrap().sort.is_some() {
                    let heads = screen.lines().find(|line| line.contains(head)).unwrap();
                    assert!(heads.contains(|c| signs.trim().contains(c)), "{tab}: the order: {heads}");
                }
            }
        }
        desk.press("1");
        desk.verify();
        desk.sees("SYSTEM");
        desk.sees("USER");
    }
}

#[test]
fn p46_a_lock_that_comes_back_stays_until_somebody_acts() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.look_at("ada");
    desk.press("uy");
    desk.verify();
    desk.sees("UNLOCKED");
    world.post("/lock", json!({"provider": "pingone", "id": world.id("ada")}));
    // The system tells whole seconds: a lock of the same one could be the old lock.
    let second = jiff::Timestamp::now().as_second();
    wait_for("the next second", || (jiff::Timestamp::now().as_second() > second).then_some(()));
    desk.press("r");
    desk.verify();
    assert!(desk.effects.contains(&Effect::Bell), "{:?}", desk.effects);
    // Long after the message has gone.
    desk.settle_within(Duration::from_secs(30));
    let screen = desk.screen();
    let row = screen.lines().find(|line| line.contains(" pingone ")).unwrap();
    assert!(row.contains("LOCKED AGAIN"), "{screen}");
    let title = screen.lines().find(|line| line.contains("┌ Unlock")).unwrap();
    assert!(title.contains("LOCKED AGAIN"), "{screen}");
    desk.press("y");
    let Some(Effect::Copy(note)) = desk.effects.pop() else { panic!("no note") };
    assert!(note.contains("LOCKED AGAIN at "), "{note}");
    // Who unlocks once more has acted.
    desk.press("uy");
    desk.verify();
    desk.sees_no("LOCKED AGAIN");
}
