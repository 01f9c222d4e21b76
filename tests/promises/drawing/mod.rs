//! Promises 1 to 7: drawing.

mod bytes;

use std::process::Command;
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize};
use serde_json::json;
use unbolt::screens::layout::{ContentSizes, areas};
use unbolt::screens::{Action, KeyContext, Keymap};
use unbolt::widgets::Appearance;

use crate::support::terminal::Terminal;
use crate::support::{World, wait_for};
use crate::{demo, desk, on};

/// The kernel's own count: every write to the terminal between taking it and giving it back is one whole frame.
#[test]
fn p01_a_frame_is_one_write() {
    if !Command::new("strace").arg("-V").output().is_ok_and(|ran| ran.status.success()) {
        assert!(std::env::var_os("TEST_ALL_TOOLS").is_none(), "strace has to be there");
        return;
    }
    let world = World::with_people(300);
    let calls = world.place.path().join("calls");
    let mut command = CommandBuilder::new("strace");
    command.args(["-f", "-e", "trace=write", "-s", "100000", "-x", "-o"]);
    command.arg(&calls);
    command.arg(env!("CARGO_BIN_EXE_unbolt"));
    command.arg("--config");
    command.arg(world.config_path());
    let mut terminal = Terminal::run(world.place.path(), command, &[], (120, 40));
    terminal.wait_to_see("Ada Lovelace");
    for keys in ["ada", "\r", "\x1b", "jjkj", "?", "\x1b", "2", "4", "1"] {
        terminal.keys(keys);
        terminal.wait_for_rest();
    }
    terminal.master.as_ref().unwrap().resize(PtySize { rows: 30, cols: 90, pixel_width: 0, pixel_height: 0 }).unwrap();
    terminal.wait_for_rest();
    terminal.keys("q");
    terminal.exit();
    let calls = std::fs::read_to_string(&calls).unwrap();
    let writes: Vec<&str> = calls.lines().filter(|line| line.contains("write(1, ")).collect();
    let (begin, end) = (r"\x1b\x5b\x3f\x32\x30\x32\x36\x68", r"\x1b\x5b\x3f\x32\x30\x32\x36\x6c");
    let taken = writes.iter().position(|line| line.contains(r"\x1b\x5b\x3f\x31\x30\x34\x39\x68")).unwrap();
    let given_back = writes.iter().position(|line| line.contains(r"\x1b\x5b\x3f\x31\x30\x34\x39\x6c")).unwrap();
    let frames = &writes[taken + 1..given_back];
    assert!(frames.len() >= 9, "{}", frames.len());
    for line in frames {
        assert_eq!((line.matches(begin).count(), line.matches(end).count()), (1, 1), "no whole frame: {line}");
        assert!(line.contains(&format!("write(1, \"{begin}")), "it doesn't begin with its frame: {line}");
    }
}

#[test]
fn p03_the_spinner_repaints_its_own_cell_and_stops_by_itself() {
    let world = World::new();
    let mut terminal = on(&world, (80, 24));
    let before = terminal.wait_for_rest();
    world.fault(json!({"fault": "latency", "ms": 8_000, "match": "filter="}));
    let started = std::time::Instant::now();
    terminal.keys("linus");
    // Once what is known is drawn, nothing but the spinner moves until the answer comes.
    let is_turn = |frame: &String| frame.len() <= 60 && frame.matches(['|', '/', '\\', '-']).count() == 1;
    wait_for("three turns and nothing between them", || {
        (terminal.frames_since(before).iter().rev().take_while(|frame| is_turn(frame)).count() >= 3).then_some(())
    });
    std::thread::sleep(Duration::from_millis(1_500));
    let turns = terminal.frames_since(before).into_iter().filter(is_turn).count();
    let most = usize::try_from(started.elapsed().as_millis() / 200).unwrap() + 1;
    assert!(turns <= most, "five in a second: {turns} of {most}");
    terminal.wait_to_see("Linus Pauling");
    wait_for("the spinner to stop", || terminal.screen().starts_with(" unbolt  [1").then_some(()));
    let rest = terminal.wait_for_rest();
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(terminal.written(), rest, "it still turns");
}

#[test]
fn p05_held_keys_coalesce_and_none_is_lost() {
    let world = World::with_people(400);
    let mut terminal = on(&world, (120, 40));
    terminal.keys("\x1b");
    terminal.wait_for_rest();
    // Twenty keys, one after the other.
    let first = selected_name(&terminal);
    for _ in 0..20 {
        let was = selected_name(&terminal);
        terminal.keys("j");
        wait_for("the next row", || (selected_name(&terminal) != was).then_some(()));
    }
    let twentieth = selected_name(&terminal);
    terminal.keys("\x1b[H");
    wait_for("the first row", || (selected_name(&terminal) == first).then_some(()));
    terminal.wait_for_rest();
    // Held keys come to exactly the same.
    let (before, started) = (terminal.written(), std::time::Instant::now());
    terminal.keys(&"j".repeat(30));
    terminal.keys(&"k".repeat(10));
    terminal.wait_for_rest();
    let frames = terminal.frames_since(before).len();
    let most = usize::try_from(started.elapsed().as_millis() / 16).unwrap() + 2;
    assert!(frames < 40 && frames <= most, "{frames} frames of {most}");
    assert_eq!(selected_name(&terminal), twentieth);
}

/// Who is selected, without what is still being read of them.
fn selected_name(terminal: &Terminal) -> String {
    terminal.selected().chars().take(30).collect()
}

#[test]
fn p07_at_80x24_every_action_is_reachable_and_panes_fold_in_order() {
    let keymap = Keymap::standard().unwrap();
    let places = [
        KeyContext::Query,
        KeyContext::People,
        KeyContext::Status,
        KeyContext::Progress,
        KeyContext::Lists,
        KeyContext::Filter,
        KeyContext::Locked,
        KeyContext::Ledger,
        KeyContext::Systems,
        KeyContext::Confirm,
        KeyContext::Text,
        KeyContext::Path,
        KeyContext::Help,
        KeyContext::Palette,
    ];
    for action in Action::all() {
        assert!(places.iter().any(|place| !keymap.keys(*place, action).is_empty()), "{action:?} has no key anywhere");
    }
    let area = |size, place| {
        let layout = areas(size, ContentSizes { focus: place, is_active: true, is_zoomed: false, list_rows: None });
        [layout.search, layout.status, layout.progress].map(|area| !area.is_empty())
    };
    assert_eq!(area((80, 24), KeyContext::People), [true, true, true]);
    // Low: the lowest pane folds first, then the one without the focus.
    assert_eq!(area((80, 16), KeyContext::People), [true, true, false]);
    assert_eq!(area((80, 16), KeyContext::Status), [false, true, false]);
    assert_eq!(area((80, 16), KeyContext::Progress), [false, false, true]);
    // The pane with the keys is never folded, at any size that draws at all.
    for height in 8..60 {
        for width in [30, 80, 99, 100, 200] {
            assert!(
                area((width, height), KeyContext::People)[0] && area((width, height), KeyContext::Status)[1],
                "{width}x{height}"
            );
            assert!(area((width, height), KeyContext::Progress)[2], "{width}x{height}");
        }
    }
    // What the footer has no room for stands in the help, to its last line.
    let (_world, mut desk) = desk(80, 24);
    desk.press("?");
    let mut seen = String::new();
    for _ in 0..60 {
        seen.push_str(&desk.screen());
        desk.key(crossterm::event::KeyCode::Down);
    }
    for (_, action) in keymap.reachable(KeyContext::Status) {
        let words: String = action.help().chars().take(40).collect();
        assert!(seen.contains(&words), "{action:?} is not in the help");
    }
}

#[test]
fn p01_a_resize_clears_and_draws_in_one_block() {
    let place = tempfile::tempdir().unwrap();
    let terminal = demo(place.path());
    terminal.wait_for_rest();
    let before = terminal.written();
    let size = PtySize { rows: 30, cols: 110, pixel_width: 0, pixel_height: 0 };
    terminal.master.as_ref().unwrap().resize(size).unwrap();
    wait_for("the new frame", || (terminal.written() > before).then_some(()));
    terminal.wait_for_rest();
    let raw = terminal.raw();
    let new = &raw[before..];
    assert!(new.starts_with("\x1b[?2026h\x1b[2J"), "{:?}", &new[..40.min(new.len())]);
}

#[test]
fn p06_any_size_draws_without_panic_and_a_small_one_says_so() {
    let (_world, mut desk) = desk(80, 24);
    for dialog in [false, true] {
        if dialog {
            desk.press("u");
        }
        for width in 1..=132 {
            for height in [1, 2, 3, 5, 7, 8, 9, 12, 16, 17, 24, 50] {
                desk.take(unbolt::screens::Message::Resize(width, height));
                desk.buffer(Appearance::new(true, false));
            }
        }
    }
    desk.take(unbolt::screens::Message::Resize(40, 7));
    desk.sees("unbolt needs 30x8, this is 40x7");
}
