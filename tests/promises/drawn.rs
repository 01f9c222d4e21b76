//! Promises 54 to 56: the first frame, figures beside everything that is drawn, keys that come from the keymap alone.

use std::time::Duration;

use crossterm::event::KeyCode;
use serde_json::json;
use unbolt::screens::action::availability;
use unbolt::screens::{Action, KeyContext, Keymap};
use unbolt::widgets::Appearance;

use crate::support::World;
use crate::support::headless_app::{Desk, text};
use crate::support::terminal::Terminal;

#[test]
fn p54_the_first_frame_is_there_before_any_system_has_answered() {
    let world = World::whole();
    for name in ["pingone", "jumpcloud", "adaxes", "macs"] {
        world.fault_of(name, json!({"fault": "latency", "ms": 1_200}));
    }
    let path = world.config_path();
    let terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (100, 30));
    terminal.wait_to_see("Search");
    let answered = world.get("/requests");
    let answered = answered.as_array().unwrap().iter().filter(|one| one["status"].is_number()).count();
    assert!(!terminal.screen().contains("Ada Lovelace"), "{answered} have answered:\n{}", terminal.screen());
    // Who settles the list is not held back: its frame follows, and the status of the person on top without a key.
    terminal.wait_to_see("Ada Lovelace");
    terminal.wait_to_see("5/5");
}

#[test]
fn p55_what_is_drawn_has_its_figures_beside_it() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 120, 40);
    desk.look_at("ada");
    let looks = [Appearance::new(true, false), Appearance::new(false, false), Appearance::new(false, true)];
    for appearance in looks {
        let screen = text(&desk.buffer(appearance));
        let boxes = if appearance.ascii { "##### 5/5" } else { "■■■■■ 5/5" };
        assert!(screen.contains(boxes), "{screen}");
        let strip = screen.lines().find(|line| line.contains("failed sign-ins, last 24 h")).unwrap();
        let figure = strip.trim_end_matches(['│', '|', ' ']);
        assert!(figure.ends_with(|c: char| c.is_ascii_digit()), "{strip}");
    }
    desk.press("2");
    desk.verify();
    for appearance in looks {
        let screen = text(&desk.buffer(appearance));
        let strip = screen.lines().find(|line| line.contains("last hour") || line.contains("last 24 h")).unwrap();
        assert!(strip.contains("in all, most at "), "{strip}");
        let bars = screen.lines().find(|line| line.contains("pingone ")).unwrap();
        assert!(bars.contains(|c: char| c.is_ascii_digit()), "{bars}");
    }
    // 150 at once look like what they are.
    for account in desk.state.locked.rows.clone() {
        for n in 0..12 {
            let mut other = account.clone();
            other.key.id = format!("{}-{n}", other.key.id.as_data()).into();
            other.username = format!("{}{n}", other.username.as_data()).into();
            other.email = None;
            desk.state.locked.rows.push(other);
        }
    }
    desk.state.locked.arrange();
    desk.sees("at once: looks like password guessing");
    // A run: the gauge's figures as text.
    desk.take(unbolt::screens::Message::Paste("ada\ngrace\n".to_owned()));
    desk.plan();
    desk.press("3");
    desk.key(KeyCode::Enter);
    desk.sees("accounts will be unlocked");
}

/// A keymap in which no key is what it was.
fn renamed() -> (Keymap, Vec<String>) {
    let standard = Keymap::standard().unwrap();
    let mut text = String::new();
    let mut former = Vec::new();
    let mut fresh = ('\u{2801}'..='\u{28ff}').cycle();
    for place in KeyContext::ALL.iter().copied() {
        text.push_str(&format!("[{}]\n", place.word()));
        for (chord, action) in standard.own(place) {
            former.push(chord.label());
            text.push_str(&format!("\"{}\" = \"none\"\n", chord.name()));
            text.push_str(&format!("\"{}\" = \"{}\"\n", fresh.next().unwrap(), action.name()));
        }
    }
    former.sort();
    former.dedup();
    (standard.with(&text).unwrap(), former)
}

/// The former keys that a text names: as words, or as a letter before what it does.
fn names_keys(text: &str, former: &[String]) -> Vec<String> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || "│|┌┐└┘(),;:".contains(c)).collect();
    let is_key = |key: &&String| {
        let long = key.chars().count() > 1 && words.contains(&key.as_str());
        let verbs = [
            "types", "tries", "goes", "copies", "begins", "asks", "lists", "reads", "chooses", "unlocks", "opens",
            "adds", "saves", "sets", "resumes", "stops", "leaves", "yes", "cancel",
        ];
        let letter = words.windows(2).any(|pair| pair[0] == key.as_str() && verbs.contains(&pair[1]));
        let pressed = words.windows(2).any(|pair| pair[0] == "press" && pair[1] == key.as_str());
        long || letter || pressed
    };
    former.iter().filter(is_key).cloned().collect()
}

#[test]
fn p56_no_message_names_a_key_that_is_not_the_keymaps() {
    let (keymap, former) = renamed();
    assert!(former.iter().any(|key| key == "Enter") && former.iter().any(|key| key == "^T"), "{former:?}");
    assert_eq!(names_keys("Esc, then t sets one", &former), ["Esc", "t"], "the test knows a key when it sees one");
    let world = World::whole();
    let mut states = Vec::new();
    for name in ["", "ada", "mallory", "dorothy", "asmith", "grace"] {
        let mut desk = Desk::sized(&world, 100, 30);
        if !name.is_empty() {
            desk.look_at(name);
        }
        states.push(desk);
    }
    world.fault_of("jumpcloud", json!({"fault": "status", "status": 401}));
    let mut failed = Desk::sized(&world, 100, 30);
    failed.look_at("ada");
    states.push(failed);
    let mut looked_at = 0;
    for desk in &mut states {
        desk.state.keymap = keymap.clone();
        for place in KeyContext::ALL.iter().copied().filter(|place| !matches!(place, KeyContext::Everywhere)) {
            if !place.is_typing() && place != KeyContext::Confirm {
                desk.state.focus = place;
            }
            for action in Action::all() {
                assert_eq!(names_keys(action.help(), &former), [""; 0], "{action:?}");
                let Err(why) = availability(&desk.state, action) else { continue };
                let said = desk.state.with_keys(&why);
                assert!(!said.contains("{key:"), "{said}");
                assert_eq!(names_keys(&said, &former), [""; 0], "{place:?}, {action:?}: {said}");
                looked_at += 1;
            }
            desk.state.toast = None;
            let screen = desk.screen();
            assert_eq!(names_keys(&screen, &former), [""; 0], "{place:?}:\n{screen}");
        }
        // Each question, and what is said when it is answered wrongly.
        for action in [Action::Unlock, Action::UnlockAll, Action::Ticket, Action::OpenList, Action::Quit] {
            desk.state.focus = if action == Action::OpenList { KeyContext::Lists } else { KeyContext::Status };
            let _ = unbolt::screens::action::perform(&mut desk.state, action);
            let screen = desk.screen();
            assert_eq!(names_keys(&screen, &former), [""; 0], "{action:?}:\n{screen}");
            desk.state.dialog = None;
            desk.settle_within(Duration::ZERO);
        }
    }
    assert!(looked_at > 200, "{looked_at}");
}
