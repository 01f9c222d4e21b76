//! Promises 26 to 29: what is asked before a change.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::json;
use unbolt::screens::Message;

use crate::support::World;
use crate::support::headless_app::Desk;

use super::*;

#[test]
fn p26_marks_drop_with_their_rows_and_their_number_shows() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.key(KeyCode::Esc);
    desk.press("   ");
    desk.sees("3 marked");
    // One is gone: its mark goes with it.
    let gone = desk.state.desk.rows[0].accounts[0].clone();
    desk.take(Message::Reply(Box::new(unbolt::flow::Reply::Read {
        key: gone,
        result: Ok(None),
        health: Box::default(),
    })));
    desk.sees("2 marked");
    // One is unlocked: it is done.
    desk.press("/grace");
    desk.verify();
    desk.key(KeyCode::Enter);
    desk.verify();
    desk.press("uy");
    desk.verify();
    desk.sees("1 marked");
    desk.press("2");
    desk.verify();
}

#[test]
fn p27_every_change_is_asked_once_and_names_whom() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.look_at("ada");
    let id = world.id("ada");
    desk.press("u");
    for words in ["Ada Lovelace", "1 account: ada in pingone", &id] {
        desk.sees(words);
    }
    // The key that opened it doesn't answer it.
    desk.press("u");
    desk.sees("cancelled");
    desk.press("U");
    for words in ["2 accounts", "pingone", "adaxes", &id] {
        desk.sees(words);
    }
    desk.press("U");
    desk.verify();
    assert!(world.unlocks().is_empty());
}

#[test]
fn p28_an_answer_to_an_older_question_is_dropped() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.press("grace");
    // The answer to this is held back until another question stands on the screen.
    world.fault(json!({"fault": "latency", "ms": 400, "match": "grace"}));
    desk.settle_within(Duration::from_millis(250));
    desk.ctrl('u');
    desk.press("linus");
    // Enter acts on nobody of the older question.
    desk.key(KeyCode::Enter);
    assert!(desk.state.desk.person().is_none_or(|person| !person.name.as_data().contains("Grace")));
    desk.verify();
    assert_eq!(desk.state.desk.query.value(), "linus");
    let names: Vec<String> = desk.state.desk.rows.iter().map(|person| person.name.cell()).collect();
    assert_eq!(names, ["Linus Pauling"]);
}

#[test]
fn p27_type_ahead_confirms_nothing() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    // Both keys arrive before the question was drawn.
    desk.take(Message::Key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::NONE)));
    desk.take(Message::Key(KeyEvent::new(KeyCode::Char('y'), KeyModifiers::NONE)));
    desk.verify();
    desk.sees("Unlock this account?");
    assert!(world.unlocks().is_empty());
    desk.press("n");
    desk.sees("nothing was sent");
    desk.verify();
    assert!(world.unlocks().is_empty());
}

#[test]
fn p27_a_held_enter_and_stray_keys_confirm_nothing() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("u");
    for _ in 0..20 {
        desk.key(KeyCode::Enter);
    }
    desk.sees("cancelled; nothing was sent");
    desk.press("u");
    desk.press("/");
    desk.sees("cancelled; nothing was sent");
    desk.verify();
    assert!(world.unlocks().is_empty());
}

#[test]
fn p29_a_read_only_desk_has_no_write_path_and_says_so_on_the_key() {
    let world = with_rules("read_only = true");
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    for key in ["u", "U"] {
        desk.press(key);
        desk.sees("read-only: this desk only looks");
        assert!(desk.state.dialog.is_none(), "{key}");
    }
    desk.press("3");
    desk.key(KeyCode::Enter);
    desk.sees("read-only");
    assert!(desk.effects.is_empty(), "{:?}", desk.effects);
    assert!(world.unlocks().is_empty());
}

#[test]
fn p25_selection_follows_the_account_and_not_the_row() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.key(KeyCode::Esc);
    desk.press("jj");
    let chosen = desk.state.desk.selected.clone();
    assert_eq!(desk.state.desk.position(), Some(2));
    // The first row's account is gone: every row moves up, the selection stays on its person.
    let gone = desk.state.desk.rows[0].accounts[0].clone();
    desk.take(Message::Reply(Box::new(unbolt::flow::Reply::Read {
        key: gone,
        result: Ok(None),
        health: Box::default(),
    })));
    assert_eq!(desk.state.desk.selected, chosen);
    assert_eq!(desk.state.desk.position(), Some(1));
    // The selected one is gone: nobody is selected, and the key says so.
    let gone = chosen.unwrap();
    desk.take(Message::Reply(Box::new(unbolt::flow::Reply::Read {
        key: gone,
        result: Ok(None),
        health: Box::default(),
    })));
    assert_eq!(desk.state.desk.position(), None);
    desk.key(KeyCode::Enter);
    desk.sees("nobody is selected any more");
}
