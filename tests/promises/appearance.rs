//! Promises 18 to 24: looks.

use std::collections::HashSet;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use portable_pty::CommandBuilder;
use ratatui::style::Color;
use unbolt::domain::{Account, Cause, Lock};
use unbolt::widgets::{Appearance, format};
use unicode_width::UnicodeWidthStr as _;

use crate::desk;
use crate::support::World;
use crate::support::headless_app::Desk;
use crate::support::terminal::Terminal;

/// The demo with these variables, after a look at Ada.
fn looked_at(more: &[(&str, &str)], arguments: &[&str]) -> String {
    let place = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_unbolt"));
    command.arg("demo");
    command.args(arguments);
    let mut terminal = Terminal::run(place.path(), command, more, (80, 24));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("ada\r");
    terminal.wait_to_see("5/5");
    terminal.keys("\x03");
    terminal.exit();
    terminal.raw()
}

#[test]
fn p19_without_colours_every_state_is_told_apart() {
    let has_colour = |raw: &str| {
        raw.split("\x1b[").skip(1).any(|rest| {
            let Some((codes, _)) =
                rest.split_once('m').filter(|(codes, _)| codes.chars().all(|c| c.is_ascii_digit() || c == ';'))
            else {
                return false;
            };
            codes.split(';').any(|code| matches!(code.parse(), Ok(30..=38 | 40..=48 | 90..=107)))
        })
    };
    assert!(has_colour(&looked_at(&[], &[])), "the test knows a colour when it sees one");
    let raw = looked_at(&[("NO_COLOR", "1")], &[]);
    assert!(!has_colour(&raw));
    assert!(raw.contains("\x1b[7m"), "the selection is reversed");
    assert!(raw.contains('▌') && raw.contains("LOCKED") && raw.contains("open"));
    assert!(has_colour(&looked_at(&[("NO_COLOR", "1")], &["--color", "always"])));
    assert!(!has_colour(&looked_at(&[], &["--color", "never"])));
    // In mono, what is marked, LOCKED and odd differs by weight, and by word and shape in any case.
    let (_world, desk) = desk(80, 24);
    let mono = desk.buffer(Appearance::new(false, false));
    assert!(mono.content.iter().all(|cell| cell.fg == Color::Reset));
}

#[test]
fn p20_a_status_is_a_word_and_a_shape() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    let base = desk.state.desk.accounts()[0].clone();
    let locked = Lock::Locked { since: None, until: None, cause: Cause::Unknown };
    let states: Vec<Account> = vec![
        Account { lock: locked, ..base.clone() },
        Account { lock: Lock::Open, enabled: Some(true), ..base.clone() },
        Account { lock: Lock::Open, enabled: Some(false), ..base.clone() },
        Account { lock: Lock::NotReported, enabled: Some(true), ..base.clone() },
        Account { lock: Lock::UNREAD, enabled: Some(true), ..base },
    ];
    for signs in [format::UNICODE, format::ASCII] {
        let said: HashSet<&str> = states.iter().map(|account| format::state(account, signs).1).collect();
        assert_eq!(said.len(), states.len(), "each has a word of its own: {said:?}");
        assert!(states.iter().all(|account| !format::state(account, signs).0.is_empty()));
        let shapes: HashSet<&str> = states[..4].iter().map(|account| format::state(account, signs).0).collect();
        assert_eq!(shapes.len(), 4, "{shapes:?}");
    }
}

#[test]
fn p21_another_locale_gets_ascii_and_a_flag_forces_it() {
    assert!(!looked_at(&[], &[]).is_ascii());
    assert!(looked_at(&[("LANG", "C")], &[]).is_ascii());
    assert!(looked_at(&[("LC_ALL", "POSIX")], &[]).is_ascii());
    assert!(looked_at(&[], &["--ascii"]).is_ascii());
}

#[test]
fn p23_each_fact_says_as_of_when_and_gets_stale_once() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 100, 30);
    // An open account: the line of a locked one has its end to tell.
    desk.look_at("asmith");
    desk.sees("read ");
    desk.sees_no("stale");
    let before = desk.state.revision;
    desk.settle_within(Duration::from_secs(50));
    assert_eq!(desk.state.revision, before, "nothing is drawn for a clock that runs");
    desk.settle_within(Duration::from_secs(61));
    desk.sees("stale");
    let stale = desk.state.revision;
    desk.settle_within(Duration::from_secs(600));
    assert_eq!(desk.state.revision, stale, "one timer event, and then rest");
    desk.sees("open");
    // A locked one is marked as well, on its own line and at every size; so are the tabs' times told.
    let world = World::whole();
    for size in [(80, 24), (100, 30), (120, 40)] {
        let mut desk = Desk::sized(&world, size.0, size.1);
        desk.look_at("ada");
        desk.settle_within(Duration::from_secs(61));
        for provider in ["pingone", "adaxes"] {
            let row = desk.screen().lines().find(|line| line.contains(&format!(" {provider} "))).map(str::to_owned);
            let row = row.unwrap();
            assert!(row.contains("● LOCKED") && row.contains("stale"), "{size:?}: {row}");
        }
        for tab in ["2", "4", "5"] {
            desk.press(tab);
            desk.verify();
            desk.sees("read ");
        }
    }
}

/// What is said to these lines.
fn said(world: &World, lines: &str) -> String {
    let mut child = world.command(&["--plain"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn p24_plain_answers_each_line() {
    let world = World::new();
    // The same mistake twice is told twice.
    let told = said(&world, "mallory\n1\n:unlock\naf5\naf5\ncancel\n:quit\n");
    assert_eq!(told.matches("that is not the account's id").count(), 2, "{told}");
    // A ticket of an earlier caller is named, and kept by an empty line.
    let told = said(&world, "grace\n1\n:ticket\nINC-5\nlinus\n1\n:unlock\n\nno\nada\n1\n:unlock\n-\nno\n:quit\n");
    for words in [
        "Linus Pauling: another caller, or a while later. Is it still INC-5? an empty line keeps it; `-` is none.",
        "note: ticket INC-5",
        "Ada Lovelace: another caller",
        "note: no ticket",
    ] {
        assert!(told.contains(words), "`{words}` is not in:\n{told}");
    }
    assert!(world.unlocks().is_empty());
}

#[test]
fn p24_plain_says_the_same_as_lines() {
    let world = World::whole();
    let said = said(
        &world,
        "ada\n1\n:help\n\n:nlock\n:unlock\nno\n:everywhere\ny\n:copy\n:log\n:log\n:ledger\n:providers\n:quit\n",
    );
    assert!(!said.contains('\x1b'), "no escape codes: {said}");
    let mut from = 0;
    for words in [
        "type a name",
        "1. Ada Lovelace, ada: 2 locked",
        "Ada Lovelace in pingone: LOCKED",
        "? :unlock — unlock the selected account",
        "did you mean `:unlock`?",
        "? Unlock this account?",
        "cancelled; nothing was sent",
        "? Unlock all of these accounts?",
        "recorded intent",
        "verified",
        "ended unlocked",
        "ledger intent",
        " ms POST http://127.0.0.1",
        "unlocked, pingone, ada",
        "may unlock: Identity Data Admin",
    ] {
        let at = said[from..].find(words).unwrap_or_else(|| panic!("`{words}` doesn't follow in:\n{said}"));
        from += at;
    }
    // Said once: no line stands there twice in a row, and none is drawn over.
    let steps: Vec<&str> = said.lines().filter(|line| line.contains("recorded intent")).collect();
    assert_eq!(steps.iter().collect::<HashSet<_>>().len(), steps.len());
    // Without a terminal it is the same without the flag.
    let ran = Command::new(env!("CARGO_BIN_EXE_unbolt"))
        .arg("--config")
        .arg(world.config_path())
        .env("HOME", world.place.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(ran.status.success() && String::from_utf8(ran.stdout).unwrap().starts_with("type a name"));
}

#[test]
fn p18_only_the_sixteen_colours_and_no_background() {
    let (_world, desk) = desk(80, 24);
    for cell in &desk.buffer(Appearance::new(true, false)).content {
        assert_eq!(cell.bg, Color::Reset);
        assert!(!matches!(cell.fg, Color::Rgb(..) | Color::Indexed(_)));
    }
    for cell in &desk.buffer(Appearance::new(false, false)).content {
        assert_eq!(cell.fg, Color::Reset, "mono carries everything without colour");
    }
}

#[test]
fn p22_wide_and_long_and_hostile_names_keep_the_columns() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 80, 60);
    desk.verify();
    let screen = desk.screen();
    let people = screen.lines().take_while(|line| !line.contains("SYSTEM"));
    let rows: Vec<&str> = people.filter(|line| line.contains("● LOCKED ") || line.contains("– not read")).collect();
    assert!(rows.len() >= 9, "{screen}");
    let column = |line: &str| line[..line.find(['●', '–', '◆']).unwrap()].width();
    let expected = column(rows[0]);
    for row in rows {
        assert_eq!(column(row), expected, "{row}");
    }
    assert!(screen.contains("山田"), "{screen}");
    assert!(!screen.contains('\u{1b}') && !screen.contains('\u{202e}'));
}
