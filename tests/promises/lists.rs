//! Promises 40 to 46: every system in its row, failures where they count, one set of keys for every list.

use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use crossterm::event::KeyCode;
use serde_json::json;
use unbolt::screens::keymap::Chord;
use unbolt::screens::tab::Tab;
use unbolt::screens::{Action, Effect, KeyContext, Keymap, State};
use unbolt::widgets::Appearance;
use unbolt::widgets::columns::Column;
use unbolt::widgets::data_table::{Cell, DataRow, DataTable};

use crate::support::World;
use crate::support::headless_app::{Desk, text};
use crate::support::terminal::Terminal;

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
fn p40_every_system_has_its_row_from_the_first_frame_on() {
    let world = World::whole();
    for name in SYSTEMS {
        world.fault_of(name, json!({"fault": "latency", "ms": 1_500}));
    }
    let path = world.config_path();
    let terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (100, 30));
    terminal.wait_to_see("Search");
    let first = terminal.screen();
    assert!(!first.contains("Ada Lovelace"), "nobody has answered yet:\n{first}");
    let rows_of = rows(&first);
    assert!(rows_of.iter().all(|row| row.contains("reading")), "{rows_of:?}\n{first}");
    let order: Vec<usize> = rows_of.iter().map(|row| first.find(row.as_str()).unwrap()).collect();
    assert!(order.is_sorted(), "the configuration's order: {order:?}");
    terminal.wait_to_see("Ada Lovelace");
    // Somebody on the desk: an account, none, or a reason, and never a gap.
    let world = World::whole();
    world.fault_of("adaxes", json!({"fault": "cut_before"}));
    for (width, height) in SIZES {
        let mut desk = Desk::sized(&world, width, height);
        desk.look_at("mallory");
        let rows = rows(&desk.screen());
        assert!(rows[0].contains("on purpose") && rows[2].contains("? not read"), "{width}x{height}: {rows:?}");
        assert!(rows[3].contains("no account"), "{width}x{height}: {rows:?}");
    }
}

/// PingOne cut, JumpCloud refused, Adaxes throttled.
fn three_fail(world: &World) {
    world.fault_of("pingone", json!({"fault": "cut_before"}));
    world.fault_of("jumpcloud", json!({"fault": "status", "status": 401}));
    world.fault_of("adaxes", json!({"fault": "status", "status": 429}));
}

const FAILED: [&str; 3] = ["pingone", "jumpcloud", "adaxes"];

#[test]
fn p41_a_system_that_failed_is_visible_wherever_it_counts() {
    for (width, height) in SIZES {
        let world = World::whole();
        let mut desk = Desk::sized(&world, width, height);
        desk.look_at("ada");
        three_fail(&world);
        desk.press("r");
        desk.settle_within(Duration::from_secs(20));
        // On the desk each has its row with the reason.
        let rows = rows(&desk.screen());
        for (n, reason) in ["cut", "login refused", "throttled"].into_iter().enumerate() {
            assert!(rows[n].contains("? not read"), "{width}x{height}: {}", desk.screen());
            let words = desk.screen();
            assert!(rows[n].contains(reason) || words.contains("the connection was cut"), "{width}x{height}: {rows:?}");
        }
        // In the list of people.
        let person = desk.screen().lines().find(|line| line.contains("▌ Ada")).unwrap().to_owned();
        assert!(person.contains('?'), "{person}");
        // In Locked: the title and a line of their own, and what was read before stays.
        desk.press("2");
        desk.settle_within(Duration::from_secs(20));
        let screen = desk.screen();
        for name in FAILED {
            assert!(screen.contains(&format!("{name} ? not read")), "{width}x{height}: {name}:\n{screen}");
        }
        let title = screen.lines().nth(1).unwrap();
        assert!(title.contains("not read"), "{title}");
    }
    // In every question and in the note: what isn't known, by name.
    let world = World::whole();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.look_at("katherine");
    world.fault_of("jumpcloud", json!({"fault": "status", "status": 401}));
    world.fault_of("adaxes", json!({"fault": "status", "status": 429}));
    desk.press("r");
    desk.settle_within(Duration::from_secs(20));
    for key in ["u", "U"] {
        desk.press(key);
        desk.sees("not read, so not unlocked: jumpcloud (login refused), adaxes (throttled)");
        desk.key(KeyCode::Esc);
    }
    desk.press("uy");
    desk.settle_within(Duration::from_secs(20));
    desk.press("y");
    let note = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let note = note.expect("a note");
    assert!(note.contains("Not read, so not unlocked: jumpcloud (login refused), adaxes (throttled)."), "{note}");
}

#[test]
fn p41_the_lines_and_the_exit_code_name_what_failed() {
    let world = World::whole();
    three_fail(&world);
    let mut child = world.command(&["--plain"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"ada\n1\n:locked\n:quit\n").unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    for name in FAILED {
        assert!(said.contains(&format!("in {name}: not read: ")), "{name} on the desk:\n{said}");
        assert!(said.contains(&format!("{name}: not read: ")), "{name} in Locked:\n{said}");
    }
    let ran = world.run(&["locked"]);
    assert_eq!(ran.code, 1, "nobody could be asked: {ran:?}");
    assert!(FAILED.iter().all(|name| ran.err.contains(name)), "{ran:?}");
}

/// The lists, each with how to get there and a text that some of its rows hold.
const LISTS: [(KeyContext, &str, &str); 4] = [
    (KeyContext::Locked, "2", "ada"),
    (KeyContext::Lists, "3", "grace"),
    (KeyContext::Ledger, "4", "grace"),
    (KeyContext::Systems, "5", "macs"),
];

/// A desk with something in every list.
fn with_lists(world: &World, size: (u16, u16)) -> Desk {
    for who in ["grace", "linus", "katherine"] {
        assert_eq!(world.run(&["unlock", who, "--provider", "pingone", "--yes"]).code, 0);
    }
    let mut desk = Desk::sized(world, size.0, size.1);
    desk.take(unbolt::screens::Message::Paste("ada\ngrace\nnobody\ndorothy\n".to_owned()));
    desk.plan();
    desk.look_away();
    desk
}

fn position(state: &State) -> (usize, usize) {
    let list = state.list_ref().unwrap();
    (list.at, list.shown.len())
}

#[test]
fn p42_the_keys_of_a_list_act_alike_in_every_tab() {
    let keymap = Keymap::standard().unwrap();
    let action = |place, key: &str| keymap.action(place, Chord::parse(key).unwrap());
    let moves = [
        ("up", Action::Up),
        ("k", Action::Up),
        ("down", Action::Down),
        ("j", Action::Down),
        ("pageup", Action::PageUp),
        ("ctrl-u", Action::PageUp),
        ("pagedown", Action::PageDown),
        ("ctrl-d", Action::PageDown),
        ("home", Action::First),
        ("g", Action::First),
        ("end", Action::Last),
        ("G", Action::Last),
        ("S", Action::Sort),
        ("z", Action::Zoom),
    ];
    let lists = [KeyContext::People, KeyContext::Locked, KeyContext::Lists, KeyContext::Ledger, KeyContext::Systems];
    for place in lists {
        for (key, wanted) in moves {
            assert_eq!(action(place, key), Some(wanted), "{key} in {place:?}");
        }
    }
    for place in &lists[1..] {
        for (key, wanted) in [("/", Action::Filter), ("n", Action::NextMatch), ("N", Action::PreviousMatch)] {
            assert_eq!(action(*place, key), Some(wanted), "{key} in {place:?}");
        }
    }
    for place in &lists[..3] {
        for (key, wanted) in [("space", Action::Mark), ("V", Action::MarkRange), ("*", Action::MarkAll)] {
            assert_eq!(action(*place, key), Some(wanted), "{key} in {place:?}");
        }
    }
    // And they do the same.
    let world = World::whole();
    let mut desk = with_lists(&world, (100, 30));
    for (place, key, held) in LISTS {
        desk.press(key);
        desk.verify();
        let (_, all) = position(&desk.state);
        assert!(all > 2, "{place:?} has rows");
        desk.press("G");
        assert_eq!(position(&desk.state).0, all - 1, "{place:?}");
        desk.press("gj");
        assert_eq!(position(&desk.state).0, 1, "{place:?}");
        desk.press("/");
        assert_eq!(desk.state.focus, KeyContext::Filter);
        desk.press(held);
        let fitting = position(&desk.state).1;
        assert!((1..all).contains(&fitting), "{place:?}: {fitting} of {all}");
        desk.key(KeyCode::Enter);
        assert_eq!((desk.state.focus, position(&desk.state).1), (place, fitting));
        // The filter is off again, and its matches can still be gone through.
        desk.press("/");
        desk.key(KeyCode::Esc);
        assert_eq!((desk.state.focus, position(&desk.state).1), (place, all), "{place:?}");
        if fitting > 1 {
            desk.press("g");
            let before = position(&desk.state).0;
            desk.press("n");
            assert_ne!(position(&desk.state).0, before, "{place:?}: n goes on");
            desk.press("N");
        }
        let sort = desk.state.list_ref().unwrap().sort;
        desk.press("S");
        assert_ne!(desk.state.list_ref().unwrap().sort, sort, "{place:?}");
    }
    // Marks are one set, whichever tab they were set in.
    desk.press("2");
    desk.verify();
    desk.press("g V".replace(' ', "").as_str());
    desk.press("*");
    let all = desk.state.locked.people.len();
    desk.sees(&format!("{all} marked"));
    desk.press("*");
    assert!(desk.state.marks.is_empty(), "all of them away again");
    desk.press("g jj".replace(' ', "").as_str());
    desk.key(KeyCode::Char(' '));
    desk.sees("1 marked");
    desk.press("gV");
    desk.sees("3 marked");
    desk.press("B");
    assert!(desk.state.marks.is_empty() && desk.state.tab() == Tab::Lists);
}

#[test]
fn p43_esc_clears_a_filter_and_goes_back_the_way_one_came() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 80, 24);
    desk.key(KeyCode::Esc);
    desk.press("2");
    desk.verify();
    desk.press("/ada");
    desk.key(KeyCode::Enter);
    desk.sees("filter");
    desk.sees("ada");
    desk.press("/");
    desk.key(KeyCode::Esc);
    desk.sees("the filter is off");
    // One that was kept is taken off first: nobody comes back to a list that is silently short.
    desk.press("/ada");
    desk.key(KeyCode::Enter);
    desk.key(KeyCode::Esc);
    desk.sees("the filter is off");
    assert_eq!(desk.state.focus, KeyContext::Locked);
    // Locked, the desk, Locked again.
    desk.key(KeyCode::Enter);
    desk.verify();
    assert_eq!(desk.state.tab(), Tab::Desk);
    desk.key(KeyCode::Esc);
    assert_eq!(desk.state.focus, KeyContext::Locked);
    // A new question: the old text stands selected, a letter takes its place, up recalls it.
    desk.press("1");
    desk.press("/");
    // While nothing is typed, another slash is none of the name.
    desk.press("/grace");
    desk.verify();
    assert_eq!(desk.state.desk.query.value(), "grace");
    desk.key(KeyCode::Enter);
    desk.verify();
    desk.press("/");
    desk.press("linus");
    desk.verify();
    assert_eq!(desk.state.desk.query.value(), "linus");
    desk.key(KeyCode::Enter);
    desk.press("/");
    desk.key(KeyCode::Up);
    desk.key(KeyCode::Up);
    assert_eq!(desk.state.desk.query.value(), "grace");
    desk.key(KeyCode::Enter);
    desk.press("/");
    desk.key(KeyCode::Left);
    desk.press("x");
    assert_eq!(desk.state.desk.query.value(), "gracxe", "an arrow edits");
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
                let cells = [name, "user00001", "● LOCKED", why].map(|text| Cell::new(text, plain)).to_vec();
                let other = ["B", "", "○ open", ""].map(|text| Cell::new(text, plain)).to_vec();
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
    std::thread::sleep(Duration::from_millis(1_100));
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
