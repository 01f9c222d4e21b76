//! Promises 8 to 17: the terminal's manners.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use portable_pty::CommandBuilder;
use serde_json::json;
use unbolt::screens::{Effect, Keymap, Message};

use crate::support::headless_app::Desk;
use crate::support::terminal::Terminal;
use crate::support::{World, happens_within, wait_for};
use crate::{demo, on};

/// What the terminal is told when the program takes and gives it back.
const TAKEN: &str = "\x1b[?1049h";
const GIVEN_BACK: &str = "\x1b[?1049l";
const F11: &str = "\x1b[23~";
const F12: &str = "\x1b[24~";

#[test]
fn p08_an_error_at_the_start_leaves_the_terminal_alone() {
    let world = World::new();
    world.add_to_config("no_such_setting = 1");
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (80, 24));
    assert_eq!(terminal.exit(), 2);
    wait_for("the reason", || terminal.raw().contains("no_such_setting").then_some(()));
    assert!(!terminal.raw().contains(TAKEN));
}

#[test]
fn p09_a_panic_in_a_background_task_becomes_a_message() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    terminal.keys(F11);
    terminal.wait_to_see("internal error");
    assert!(!terminal.raw().contains(GIVEN_BACK), "the screen is still there");
    // And it still works.
    terminal.keys("ada\r");
    terminal.wait_to_see("5/5");
    terminal.keys("q");
    assert_eq!(terminal.exit(), 0);
}

#[test]
fn p10_an_unlock_in_flight_is_finished_or_recorded_when_the_session_drops() {
    let world = World::new();
    let mut terminal = on(&world, (80, 24));
    terminal.keys("ada\r");
    terminal.wait_to_see("5/5");
    world.fault(json!({"fault": "latency", "ms": 700, "method": "POST", "match": "/users/"}));
    terminal.keys("u");
    terminal.answer("Unlock this account?", "y");
    wait_for("the request", || (world.unlocks().len() == 1).then_some(()));
    terminal.closing.store(true, Ordering::SeqCst);
    drop(terminal.writer.take());
    drop(terminal.master.take());
    wait_for("the end", || terminal.child.try_wait().unwrap());
    let shown = world.run(&["ledger", "show", "--json"]).json();
    assert_eq!(shown[0]["outcome"], "unlocked", "{shown}");
}

#[test]
fn p10_a_terminal_that_stops_reading_holds_up_no_end() {
    happens_within(Duration::from_secs(3), || {
        let world = World::with_people(2_000);
        let mut terminal = on(&world, (200, 60));
        terminal.keys("\x1b");
        terminal.wait_for_rest();
        terminal.hold();
        // More frames than a hung link takes: every one of them is new.
        for n in 0..40 {
            terminal.keys(if n % 2 == 0 { "\x1b[6~" } else { "\x0c" });
            std::thread::sleep(Duration::from_millis(20));
        }
        terminal.signal(rustix::process::Signal::TERM);
        let asked = Instant::now();
        wait_for("the end", || terminal.child.try_wait().unwrap());
        asked.elapsed()
    });
}

#[test]
fn p11_ctrl_z_suspends_and_fg_redraws_whole() {
    let place = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new("/bin/sh");
    command.arg("-i");
    let mut terminal = Terminal::run(place.path(), command, &[("PS1", "$ ")], (80, 24));
    terminal.wait_to_see("$");
    terminal.keys(&format!("{} demo\r", env!("CARGO_BIN_EXE_unbolt")));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("ada");
    terminal.wait_to_see("> ada");
    terminal.keys("\x1a");
    terminal.wait_to_see("Stopped");
    assert!(terminal.raw().contains(GIVEN_BACK));
    let before = terminal.written();
    terminal.keys("fg\r");
    terminal.wait_to_see("> ada");
    let raw = terminal.raw();
    let after = &raw[before..];
    assert!(after.contains(TAKEN) && after.contains("\x1b[?2026h\x1b[2J"), "drawn whole: {after:?}");
    terminal.keys("\x03");
    terminal.wait_for_rest();
    terminal.keys("exit\r");
    terminal.exit();
}

#[test]
fn p13_no_default_key_is_one_of_the_terminals_own() {
    let keymap = Keymap::standard().unwrap();
    for place in [
        unbolt::screens::KeyContext::People,
        unbolt::screens::KeyContext::Query,
        unbolt::screens::KeyContext::Lists,
        unbolt::screens::KeyContext::Confirm,
    ] {
        for (chord, action) in keymap.reachable(place) {
            let label = chord.label();
            assert!(
                !["^A", "^B", "^S", "^Q"].contains(&label.as_str()) && !label.contains("M-"),
                "{action:?}: {label}"
            );
        }
    }
    // A lone Esc acts, once no rest of a sequence has come.
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    terminal.keys("\x1b");
    terminal.wait_to_see("Enter open");
}

#[test]
fn p14_the_mouse_stays_the_terminals() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    terminal.keys("ada\r");
    terminal.wait_for_rest();
    for mode in ["\x1b[?9h", "\x1b[?1000h", "\x1b[?1002h", "\x1b[?1003h", "\x1b[?1006h", "\x1b[?1015h"] {
        assert!(!terminal.raw().contains(mode), "{mode:?}");
    }
}

#[test]
fn p17_copy_goes_through_the_terminal_and_whatever_stands_between() {
    let cases = [
        (None, "\x1b]52;c;"),
        (Some(("TMUX", "/tmp/tmux")), "\x1bPtmux;\x1b\x1b]52;c;"),
        (Some(("TERM", "screen")), "\x1bP\x1b]52;c;"),
    ];
    for (variable, sequence) in cases {
        let place = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_unbolt"));
        command.arg("demo");
        let more: Vec<(&str, &str)> = variable.into_iter().collect();
        let mut terminal = Terminal::run(place.path(), command, &more, (80, 24));
        terminal.wait_to_see("Ada Lovelace");
        terminal.keys("ada\r");
        terminal.wait_to_see("5/5");
        terminal.keys("\x1b[H");
        terminal.wait_to_see("locked: bad passwords (account and password)");
        terminal.keys("u");
        terminal.answer("Unlock this account?", "y");
        terminal.wait_to_see("Ada Lovelace in pingone: unlocked");
        terminal.keys("y");
        terminal.wait_to_see("sent to your terminal");
        assert!(terminal.raw().contains(sequence), "{variable:?}");
    }
}

#[test]
fn p08_the_terminal_is_given_back_after_a_panic_and_the_reason_told() {
    let place = tempfile::tempdir().unwrap();
    let mut terminal = demo(place.path());
    terminal.keys(F12);
    assert_eq!(terminal.exit(), 1);
    let raw = wait_for("the reason", || terminal.raw().contains("internal error").then(|| terminal.raw()));
    let (before, after) = raw.rsplit_once(GIVEN_BACK).unwrap();
    assert!(before.contains(TAKEN));
    assert!(after.contains("the panic key was pressed"), "told on the main screen: {after:?}");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn p08_the_terminal_is_given_back_after_each_signal() {
    use rustix::process::Signal;
    for signal in [Signal::HUP, Signal::TERM, Signal::INT, Signal::QUIT] {
        let place = tempfile::tempdir().unwrap();
        let mut terminal = demo(place.path());
        terminal.signal(signal);
        assert_eq!(terminal.exit(), 130, "{signal:?}");
        let raw = wait_for("the reason", || terminal.raw().contains("ended by a signal").then(|| terminal.raw()));
        assert!(raw.contains(GIVEN_BACK), "{signal:?}");
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "{signal:?}");
    }
}

#[test]
fn p10_a_dropped_session_ends_the_program_within_a_second() {
    happens_within(Duration::from_secs(1), || {
        let place = tempfile::tempdir().unwrap();
        let mut terminal = demo(place.path());
        // The reader holds the terminal too: it lets go with the next bytes.
        terminal.closing.store(true, Ordering::SeqCst);
        terminal.keys("x");
        drop(terminal.writer.take());
        drop(terminal.master.take());
        let ended = Instant::now();
        wait_for("the end", || terminal.child.try_wait().unwrap());
        let took = ended.elapsed();
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left behind");
        took
    });
}

#[test]
fn p12_nothing_is_asked_of_the_terminal_at_the_start() {
    let place = tempfile::tempdir().unwrap();
    let terminal = demo(place.path());
    let raw = terminal.raw();
    for query in ["\x1b[6n", "\x1b[c", "\x1b[>c", "\x1b]10;?", "\x1b]11;?", "\x1b[?u", "\x1b[?1000h", "\x1b[?1006h"] {
        assert!(!raw.contains(query), "{query:?}");
    }
}

#[test]
fn p13_a_split_escape_sequence_is_one_key() {
    // Only where the bytes really came that close together has the promise been tried.
    happens_within(Duration::from_millis(50), || {
        let place = tempfile::tempdir().unwrap();
        let mut terminal = demo(place.path());
        terminal.keys("a");
        terminal.wait_to_see("> a");
        let mut longest = Duration::ZERO;
        for byte in ["\x1b", "[", "B"] {
            let sent = Instant::now();
            terminal.keys(byte);
            std::thread::sleep(Duration::from_millis(15));
            longest = longest.max(sent.elapsed());
        }
        terminal.wait_for_rest();
        if longest < Duration::from_millis(50) {
            assert!(terminal.screen().contains("> a "), "no letters were typed: {}", terminal.screen());
            assert!(!terminal.screen().contains("> a["), "{}", terminal.screen());
        }
        longest
    });
}

#[test]
fn p15_pasted_text_never_acts() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.take(Message::Paste("ada uy\n".to_owned()));
    desk.verify();
    assert_eq!(desk.state.desk.query.value(), "ada uy");
    // Several lines are a list: it is looked up, and nothing more.
    desk.take(Message::Paste("ada\nuy\n".to_owned()));
    assert!(matches!(desk.effects.last(), Some(Effect::Plan(_, _))), "{:?}", desk.effects);
    desk.sees("[3 Lists]");
    desk.plan();
    // Another one joins what is there, and says so.
    desk.take(Message::Paste("grace\n".to_owned()));
    desk.sees("this joins the 2 rows that are here: ^N begins a new list");
    desk.plan();
    desk.key(KeyCode::Esc);
    desk.take(Message::Paste("uyuy".to_owned()));
    desk.verify();
    desk.sees("pasted text goes into a text field");
    assert!(world.unlocks().is_empty());
}

#[test]
fn p16_a_release_is_no_press() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    let mut key = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
    key.kind = KeyEventKind::Release;
    desk.take(Message::Key(key));
    assert_eq!(desk.state.desk.query.value(), "");
    key.kind = KeyEventKind::Repeat;
    desk.take(Message::Key(key));
    assert_eq!(desk.state.desk.query.value(), "a");
}
