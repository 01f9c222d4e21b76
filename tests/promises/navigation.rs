//! Promises 35 to 39: finding the way.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unbolt::screens::keymap::Chord;
use unbolt::screens::{Action, KeyContext, Keymap, Message};

use crate::support::headless_app::Desk;
use crate::support::terminal::Terminal;
use crate::support::{Ran, World, bare_command, wait_for};

/// The screen with a file of keys or looks of the owner's own.
fn with_file(setting: &str, text: &str) -> (World, Terminal) {
    let world = World::new();
    let file = world.place.path().join("own.toml");
    fs::write(&file, text).unwrap();
    let config = format!("[screen]\n{setting} = \"{}\"\n{}", file.display(), world.config_text());
    fs::write(world.config_path(), config).unwrap();
    let path = world.config_path();
    let terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (100, 30));
    (world, terminal)
}

#[test]
fn p36_a_mistake_in_keys_or_looks_is_named_with_its_place_and_what_was_meant() {
    let cases = [
        ("keymap", "[people]\nx = \"unlok\"\n", "own.toml:2:5: `unlok` is no action; did you mean `unlock`?"),
        ("keymap", "[peple]\nx = \"unlock\"\n", "own.toml:1:2: `peple` is no place; did you mean `people`?"),
        ("keymap", "[people]\npagupp = \"up\"\n", "own.toml:2:1: `pagupp` is no key; did you mean `pageup`?"),
        ("keymap", "[people]\nspace = \"up\"\n\" \" = \"down\"\n", "stands there twice, in two spellings"),
        ("keymap", "[confirm]\nn = \"none\"\nesc = \"none\"\nctrl-c = \"none\"\n", "no key is left in confirm for"),
        (
            "theme",
            "bad = \"rde\"\n",
            "own.toml:1:7: `rde` is no colour of the sixteen and no weight; did you mean `red`?",
        ),
        ("theme", "dnager = \"red\"\n", "own.toml:1:1: `dnager` is no role of a theme; did you mean `danger`?"),
    ];
    for (setting, text, words) in cases {
        let (_world, mut terminal) = with_file(setting, text);
        assert_eq!(terminal.exit(), 2, "{text}");
        wait_for(words, || terminal.screen().replace('\n', "").contains(words).then_some(()));
    }
}

#[test]
fn p37_a_key_can_be_unbound_and_another_bound() {
    let keymap = Keymap::standard().unwrap().with("[people]\nu = \"none\"\nX = \"unlock\"\nf1 = \"none\"\n").unwrap();
    let action = |place, key: &str| keymap.action(place, Chord::parse(key).unwrap());
    assert_eq!((action(KeyContext::People, "u"), action(KeyContext::People, "X")), (None, Some(Action::Unlock)));
    // A key of everywhere is unbound in one place, and there alone.
    assert_eq!((action(KeyContext::People, "f1"), action(KeyContext::Status, "f1")), (None, Some(Action::Help)));
    assert_eq!(keymap.keys(KeyContext::People, Action::Unlock), "X");
    assert_eq!(action(KeyContext::Status, "u"), Some(Action::Unlock), "what isn't named stays");
    // In the program: the footer and the help follow, and what is unbound can still be chosen by its name.
    let (world, mut terminal) = with_file("keymap", "[status]\nu = \"none\"\n");
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("ada\r");
    terminal.wait_to_see("5/5");
    assert!(!terminal.screen().contains("u unlock"), "{}", terminal.screen());
    terminal.keys("u");
    terminal.wait_to_see("letters are commands here");
    terminal.keys("\x10");
    terminal.fill("Actions", "unlock");
    terminal.keys("\r");
    terminal.answer("Unlock this account?", "y");
    terminal.wait_to_see("account OK, password OK");
    assert_eq!(world.unlocks().len(), 1);
}

/// Everything below a directory with its content.
fn everything(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for item in fs::read_dir(directory).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            found.extend(everything(&path));
        } else {
            found.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn p38_defaults_are_never_written_into_the_users_files() {
    let world = World::new();
    let home = tempfile::tempdir().unwrap();
    let own = home.path().join("config/unbolt/config.toml");
    fs::create_dir_all(own.parent().unwrap()).unwrap();
    fs::copy(world.config_path(), &own).unwrap();
    let before = everything(&home.path().join("config"));
    let run = |arguments: &[&str]| Ran::from(bare_command(home.path()).args(arguments).output().unwrap());
    for arguments in
        [&["config", "show"][..], &["find", "ada"], &["check"], &["unlock", "ada", "--yes"], &["ledger", "show"]]
    {
        assert_eq!(run(arguments).code, 0, "{arguments:?}");
    }
    let mut terminal = Terminal::start(home.path(), &["--config", own.to_str().unwrap()], (80, 24));
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("\x03");
    terminal.exit();
    assert_eq!(everything(&home.path().join("config")), before);
    // And where there is none, none is made.
    let empty = tempfile::tempdir().unwrap();
    for arguments in [&["config", "show"][..], &["config", "path"], &["find", "ada"], &["--version"]] {
        let _ = bare_command(empty.path()).args(arguments).output().unwrap();
    }
    assert!(everything(empty.path()).is_empty());
}

#[test]
fn p39_the_log_pane_quotes_each_request_without_secrets() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 200, 60);
    desk.look_at("ada");
    desk.press("L");
    desk.verify();
    desk.key(KeyCode::Tab);
    let mut screen = desk.screen();
    for _ in 0..40 {
        desk.key(KeyCode::Down);
        screen.push_str(&desk.screen());
    }
    for words in ["GET http://127.0.0.1", "POST http://127.0.0.1", "ms"] {
        assert!(screen.contains(words), "{words}: {screen}");
    }
    for file in fs::read_dir(world.place.path()).unwrap().map(|item| item.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending == "secret") {
            let secret = fs::read_to_string(&file).unwrap();
            assert!(!screen.contains(secret.trim()), "{}", file.display());
        }
    }
    assert!(
        desk.state.log.exchanges.iter().any(|one| one.url.as_data().contains("/as/token")),
        "the login is among them"
    );
    let typed = KeyEvent::new(KeyCode::Char('L'), KeyModifiers::NONE);
    desk.take(Message::Key(typed));
    desk.sees_no("Requests as sent");
}

#[test]
fn p35_help_lists_the_keys_of_the_place_from_the_dispatch_table() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("?");
    desk.sees("unlock the selected account");
    desk.press("ticket");
    desk.sees("set the ticket");
    desk.sees_no("unlock the selected account");
    desk.press("zzz");
    desk.sees("nothing has that in it");
    desk.key(KeyCode::Esc);
    desk.sees_no("filter:");
}

#[test]
fn p39_the_log_shows_requests_as_sent() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 80, 24);
    desk.look_at("ada");
    desk.press("L");
    desk.verify();
    desk.sees("Requests as sent");
    // The newest stands on top. With the whole screen the selected one is told in full, in as many lines as it takes.
    desk.key(KeyCode::Tab);
    desk.press("z");
    let log = |desk: &Desk| desk.screen().split_once("Requests as sent").unwrap().1.to_owned();
    let in_full = |desk: &Desk| {
        let screen = log(desk);
        // Its first line begins with the day.
        let from = screen.rfind(" UTC ").and_then(|at| screen[..at].rfind('│')).unwrap_or(0);
        screen[from..].replace(['│', ' ', '\n', '█'], "")
    };
    let mut seen = String::new();
    for _ in 0..80 {
        seen.push_str(&in_full(&desk));
        desk.key(KeyCode::Down);
    }
    for words in ["POST", "/as/token", "200", "/password", "&limit=50", "&limit=100", "id"] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    assert!(!seen.contains("Bearer") && !seen.contains('…'), "{seen}");
    desk.key(KeyCode::Home);
    // Nothing lies above the top: the first key down moves, however often its key came before a frame was drawn.
    let top = log(&desk);
    let press = |desk: &mut Desk, code| desk.take(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    for code in [KeyCode::Home, KeyCode::Home, KeyCode::Home, KeyCode::Home, KeyCode::Up] {
        press(&mut desk, code);
    }
    assert_eq!(log(&desk), top);
    press(&mut desk, KeyCode::Home);
    press(&mut desk, KeyCode::Down);
    assert_ne!(log(&desk), top);
}
