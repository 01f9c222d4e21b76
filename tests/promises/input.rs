//! Promises 49 to 52: answers that stand alone, parted sequences, terminals of no size, dumb ones. The scripts under
//! `cases/` are played byte by byte in a pseudo-terminal.

use std::path::Path;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use portable_pty::CommandBuilder;
use unbolt::screens::Message;

use crate::support::headless_app::Desk;
use crate::support::terminal::Terminal;
use crate::support::{World, attempts, side_by_side};

/// What follows an escape within this is one sequence with it (promise 50).
const ONE_SEQUENCE: Duration = Duration::from_millis(40);

/// Plays a script: `size`, `env`, `send`, `wait`, `see`, `never`, `see-line`, `never-bytes`. Where a busy machine sent the rest
/// of a sequence too late, it is played again.
fn play(script: &str) {
    attempts(20, || play_in_time(script));
}

fn play_in_time(script: &str) -> Result<(), String> {
    let place = tempfile::tempdir().unwrap();
    let lines = || script.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let value = |word: &str| lines().find_map(|line| line.strip_prefix(word)).map(str::trim);
    let size = value("size").unwrap().split_once('x').unwrap();
    let size = (size.0.parse().unwrap(), size.1.parse().unwrap());
    let env: Vec<(&str, &str)> =
        lines().filter_map(|line| line.strip_prefix("env ")).map(|pair| pair.split_once('=').unwrap()).collect();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_unbolt"));
    command.arg("demo");
    let mut terminal = Terminal::run(place.path(), command, &env, size);
    // What is sent is meant for a program that is there.
    if script.contains("send ") {
        terminal.wait_to_see("Ada Lovelace");
        terminal.wait_for_rest();
    }
    let mut sent = Instant::now();
    let mut is_short = false;
    for line in lines() {
        let (order, rest) = line.split_once(' ').unwrap();
        let text = rest.trim().trim_matches('"').replace("\\e", "\x1b").replace("\\r", "\r").replace("\\n", "\n");
        match order {
            "send" => {
                if std::mem::take(&mut is_short) && sent.elapsed() >= ONE_SEQUENCE {
                    return Err("sent too late".to_owned());
                }
                sent = Instant::now();
                terminal.keys(&text.replace("\\\\", "\\"));
            }
            "wait" => {
                let wait = Duration::from_millis(rest.trim().parse().unwrap());
                is_short = wait < ONE_SEQUENCE;
                std::thread::sleep(wait);
            }
            "see" => terminal.wait_to_see(&text),
            "never" => assert!(!terminal.screen().contains(&text), "`{text}` is there:\n{}", terminal.screen()),
            "never-bytes" => assert!(!terminal.raw().contains(&text), "{:?}", terminal.raw()),
            "see-line" => {
                let (start, end) = text.split_once(".*").unwrap();
                let screen = terminal.screen();
                let fits = |line: &str| line.split_once(start).is_some_and(|(_, behind)| behind.contains(end));
                assert!(screen.lines().any(fits), "no line like `{text}`:\n{screen}");
            }
            "size" | "env" => {}
            other => panic!("{other} is no order"),
        }
    }
    Ok(())
}

/// The scripts whose name holds one of these words.
fn scripts(words: &[&str]) -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/promises/cases");
    let mut found = Vec::new();
    for item in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let name = item.file_name().into_string().unwrap();
        if words.iter().any(|word| name.contains(word)) {
            found.push(std::fs::read_to_string(item.path()).unwrap());
        }
    }
    assert!(found.len() >= words.len(), "{words:?}");
    found
}

fn key(c: char) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)
}

#[test]
fn p49_an_answer_is_a_key_that_stands_alone() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    // Together with other keys, or with one right behind it, it answers nothing and says why.
    desk.press("u");
    desk.take(Message::Keys(vec![key('y'), key('e')]));
    desk.verify();
    assert!(world.unlocks().is_empty());
    desk.key(KeyCode::Esc);
    desk.press("u");
    desk.take(Message::Key(key('y')));
    desk.take(Message::Key(key('e')));
    desk.sees("no answer: another key came right behind it");
    desk.verify();
    assert!(world.unlocks().is_empty() && desk.state.dialog.is_some(), "the question still stands");
    desk.take(Message::Key(key('y')));
    desk.take(Message::Paste("grace\nlinus".to_owned()));
    desk.verify();
    assert!(world.unlocks().is_empty());
    // Alone it counts, once its time has passed.
    desk.press("y");
    desk.verify();
    assert_eq!(world.unlocks().len(), 1);
    // A typed confirmation may come at once, but its Enter stands alone.
    desk.press("/");
    desk.look_at("mallory");
    desk.press("u");
    let id = world.id("mallory");
    let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
    desk.take(Message::Keys(id.chars().map(key).chain([enter]).collect()));
    desk.verify();
    desk.sees("no answer: it came together with other keys");
    assert_eq!(world.unlocks().len(), 1);
    desk.key(KeyCode::Enter);
    desk.verify();
    assert_eq!(world.unlocks().len(), 2);
}

#[test]
fn p49_a_list_of_names_pasted_without_brackets_unlocks_nobody() {
    // Three packets, each so long after the one before. Where this machine was late with one, it is no paste any more.
    side_by_side([5, 20, 35, 50], |pause| {
        attempts(5, || {
            let world = World::new();
            let mut terminal = crate::on(&world, (100, 30));
            terminal.keys("ada\r");
            terminal.wait_to_see("5/5");
            terminal.wait_for_answers();
            let (mut last, mut longest) = (Instant::now(), Duration::ZERO);
            for packet in ["u", "y", "en\rgrace\ruy", "\r"] {
                terminal.keys(packet);
                longest = longest.max(last.elapsed());
                last = Instant::now();
                std::thread::sleep(Duration::from_millis(pause));
            }
            terminal.wait_for_rest();
            let is_late = longest > Duration::from_millis(pause + 5);
            match (world.unlocks().is_empty(), is_late) {
                (true, _) => Ok(()),
                (false, true) => Err(format!("a packet came {longest:?} late")),
                (false, false) => panic!("{pause} ms: {}", terminal.screen()),
            }
        });
    });
}

#[test]
fn p50_a_sequence_split_anywhere_is_one_key_or_nothing() {
    // The first byte up to 40 ms before the second, later ones up to 500 ms apart: on the wire.
    let sequences: [(&str, &str); 5] = [
        ("\x1b[20~", "> gra"),
        ("\x1bOR", "[2 Locked"),
        ("\x1b[14;5~", "> gra"),
        ("\x1b[>41;354;0c", "> gra"),
        ("\x1b]4;1;rgb:cd/0/0\x1b\\", "> gra"),
    ];
    side_by_side(sequences, |(sequence, seen)| {
        let place = tempfile::tempdir().unwrap();
        let (first, rest) = sequence.split_at(1);
        let (middle, last) = rest.split_at(rest.len() / 2);
        // A machine that is busy may send the second byte too late: then the first one is a key, and it is tried again. Its kernel
        // may deliver it too late as well, which nobody sees: one wrong screen is forgiven, a second is not.
        let mut wrong = 0;
        attempts(20, || {
            let mut terminal = crate::demo_of(place.path(), (100, 30));
            terminal.keys("gra");
            terminal.wait_to_see("> gra");
            let began = Instant::now();
            terminal.keys(first);
            std::thread::sleep(Duration::from_millis(30));
            terminal.keys(middle);
            let in_time = began.elapsed() < Duration::from_millis(40);
            let began = Instant::now();
            std::thread::sleep(Duration::from_millis(400));
            terminal.keys(last);
            if !in_time || began.elapsed() >= Duration::from_millis(450) {
                return Err("sent too late".to_owned());
            }
            terminal.wait_for_rest();
            let screen = terminal.screen();
            if screen.contains(seen) && !screen.contains("[4 Ledger") {
                return Ok(());
            }
            wrong += 1;
            assert!(wrong < 2, "{sequence:?}, twice: {screen}");
            Err(screen)
        });
    });
}

#[test]
fn p50_the_scripts_of_parted_and_late_input() {
    let words = ["f9", "late-replies", "paste-start", "paste-without", "crlf", "last-comma", "locale-utf8"];
    side_by_side(scripts(&words), |script| play(&script));
}

#[test]
fn p51_a_terminal_of_no_size_is_drawn() {
    play(&scripts(&["no-size"])[0]);
    let place = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_unbolt"));
    command.arg("demo");
    let sizes = [("COLUMNS", "60"), ("LINES", "20")];
    let terminal = Terminal::run(place.path(), command, &sizes, (0, 0));
    terminal.wait_to_see("Ada Lovelace");
    let widest = terminal.screen().lines().map(|line| line.chars().count()).max();
    assert_eq!(widest, Some(60), "{}", terminal.screen());
}

#[test]
fn p52_a_dumb_terminal_gets_lines() {
    play(&scripts(&["dumb"])[0]);
    let place = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_unbolt"));
    command.arg("demo");
    let mut terminal = Terminal::run(place.path(), command, &[("TERM", "dumb")], (80, 24));
    terminal.wait_to_see("type a name");
    terminal.keys("ada\n");
    terminal.wait_to_see("1. Ada Lovelace, ada: 2 locked");
    terminal.keys(":quit\n");
    assert_eq!(terminal.exit(), 0);
    assert!(!terminal.raw().contains('\x1b'));
}
