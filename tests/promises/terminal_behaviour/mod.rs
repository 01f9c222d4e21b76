//! Promises 8 to 17: the terminal's manners.

mod ends;

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use portable_pty::CommandBuilder;
use unbolt::screens::{Effect, Keymap, Message};

use crate::demo;
use crate::support::headless_app::Desk;
use crate::support::terminal::Terminal;
use crate::support::{World, happens_within};

/// What the terminal is told when the program takes and gives it back.
const TAKEN: &str = "\x1b[?1049h";
const GIVEN_BACK: &str = "\x1b[?1049l";
const F11: &str = "\x1b[23~";
const F12: &str = "\x1b[24~";

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
