//! The question before an unlock.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::json;
use unbolt::screens::Message;

use crate::support::World;
use crate::support::headless_app::Desk;

#[test]
fn a_disabled_key_says_why() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("asmith");
    desk.press("u");
    desk.sees("the account is open; there is nothing to unlock");
    desk.press("/");
    desk.ctrl('u');
    desk.look_at("dorothy");
    desk.press("u");
    desk.sees("the account is disabled");
    desk.press("y");
    desk.sees("there is no outcome yet");
    assert!(world.unlocks().is_empty());
}

#[test]
fn a_deliberate_lock_wants_its_id_typed() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("mallory");
    desk.sees("by Sasha Petrov (security)");
    desk.press("u");
    desk.sees("Locked on purpose");
    desk.press("y");
    desk.key(KeyCode::Enter);
    desk.sees("that is not the account's id");
    desk.key(KeyCode::Backspace);
    desk.press(&world.id("mallory"));
    desk.key(KeyCode::Enter);
    desk.verify();
    desk.sees("Mallory Archer in pingone: unlocked");
}

#[test]
fn a_cause_that_cannot_be_told_is_named_in_the_question() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("aobi");
    desk.press("u");
    desk.sees("can't be told: it may be deliberate");
}

#[test]
fn a_question_that_does_not_fit_is_read_to_its_end_before_it_is_answered() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("mallory");
    desk.take(Message::Resize(40, 12));
    desk.press("u");
    desk.sees("Down more");
    let id = world.id("mallory");
    let answers = |desk: &mut Desk| {
        desk.press(&id);
        desk.key(KeyCode::Enter);
        desk.verify();
    };
    answers(&mut desk);
    // Where nothing of it shows, nothing is answered.
    desk.take(Message::Resize(20, 5));
    desk.drawn();
    answers(&mut desk);
    desk.take(Message::Resize(40, 12));
    desk.drawn();
    let mut lines = 0;
    while desk.screen().contains("Down more") {
        answers(&mut desk);
        desk.key(KeyCode::Down);
        desk.drawn();
        lines += 1;
    }
    assert!(lines > 3, "{lines}");
    // However fast it is gone through, each line was drawn before: keys that come at once go by one box at most.
    let down = || Message::Key(KeyEvent::new(KeyCode::Down, KeyModifiers::NONE));
    desk.take(Message::Resize(40, 12));
    desk.drawn();
    for _ in 0..30 {
        desk.take(down());
    }
    assert_eq!(desk.state.dialog.as_ref().map(|dialog| dialog.top), Some(6));
    desk.drawn();
    while desk.screen().contains("Down more") {
        desk.key(KeyCode::PageDown);
        desk.drawn();
    }
    // Read again from above: not at its end any more.
    desk.key(KeyCode::Up);
    desk.drawn();
    answers(&mut desk);
    assert!(world.unlocks().is_empty());
    desk.key(KeyCode::Down);
    desk.drawn();
    answers(&mut desk);
    assert_eq!(world.unlocks().len(), 1);
}

#[test]
fn two_people_of_one_name_are_told_apart_in_the_question() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.verify();
    desk.look_at("asmith2");
    desk.press("u");
    desk.sees("another Adam Smith is there: asmith");
}

#[test]
fn from_locked_the_unlock_is_asked_for_once_its_person_is_read() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.key(KeyCode::Esc);
    desk.press("2");
    desk.verify();
    desk.press("/katherine");
    desk.key(KeyCode::Enter);
    desk.press("u");
    desk.verify();
    desk.sees("Unlock this account?");
    desk.sees("katherine in pingone");
    assert!(world.unlocks().is_empty());
    // Somebody who was opened before and is locked again is read anew first.
    desk.key(KeyCode::Esc);
    desk.press("/");
    desk.look_at("phoebe");
    desk.press("uy");
    desk.verify();
    world.post("/clock", json!({"advance_s": 25}));
    desk.press("2r");
    desk.verify();
    desk.press("/");
    desk.ctrl('u');
    desk.press("phoebe");
    desk.key(KeyCode::Enter);
    desk.press("u");
    desk.verify();
    desk.sees("Unlock this account?");
    // Whoever presses another key meanwhile has gone on.
    desk.key(KeyCode::Esc);
    desk.press("2/");
    desk.ctrl('u');
    desk.press("grace");
    desk.key(KeyCode::Enter);
    desk.press("uj");
    desk.verify();
    desk.sees_no("Unlock this account?");
}

#[test]
fn what_bars_a_person_who_is_not_locked_is_told() {
    let world = World::only("jumpcloud");
    let mut desk = Desk::new(&world);
    desk.look_at("linus");
    desk.press("u");
    desk.sees("not locked; the account is suspended: an unlock does not lift that");
}
