//! A ticket belongs to one caller.

use std::time::Duration;

use crossterm::event::KeyCode;

use crate::support::World;
use crate::support::headless_app::Desk;

#[test]
fn a_ticket_is_asked_again_for_another_caller() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("t");
    desk.press("INC-1");
    desk.key(KeyCode::Enter);
    desk.press("uy");
    desk.verify();
    desk.press("/");
    desk.ctrl('u');
    desk.look_at("grace");
    desk.press("u");
    desk.sees("another caller");
    desk.key(KeyCode::Enter);
    desk.sees("Unlock this account?");
    desk.sees("ticket: INC-1");
    // Everywhere is no other way around it.
    desk.key(KeyCode::Esc);
    desk.press("/");
    desk.ctrl('u');
    desk.look_at("linus");
    desk.press("U");
    desk.sees("another caller");
    desk.key(KeyCode::Enter);
    desk.sees("ticket: INC-1");
    desk.press("y");
    desk.verify();
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[1]["ticket"], "INC-1");
}

#[test]
fn a_held_enter_that_chooses_gives_nobody_another_callers_ticket() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.look_at("mallory");
    desk.press("tINC-1");
    desk.key(KeyCode::Enter);
    desk.press("u");
    desk.key(KeyCode::Esc);
    desk.state.ticket.as_mut().unwrap().person = desk.state.desk.shown.clone();
    desk.press("/");
    desk.ctrl('u');
    desk.look_at("ada");
    desk.key(KeyCode::Esc);
    desk.press("u");
    desk.sees("another caller");
    desk.ctrl('u');
    desk.press("INC-2");
    desk.key(KeyCode::Enter);
    desk.sees("Which of the locked accounts?");
    for _ in 0..3 {
        desk.key(KeyCode::Enter);
    }
    desk.verify();
    assert!(world.unlocks().is_empty());
    assert_eq!(desk.state.ticket.as_ref().map(|ticket| ticket.text.as_data().to_owned()), Some("INC-2".to_owned()));
}

#[test]
fn a_name_typed_where_letters_are_commands_does_nothing() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("nguyen");
    desk.settle_within(Duration::ZERO);
    desk.sees("letters are commands here: / types a name");
    assert!(desk.state.dialog.is_none());
    assert!(world.unlocks().is_empty());
}

#[test]
fn a_message_ends_with_its_question_and_its_place() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("mallory");
    desk.press("uwrong");
    desk.key(KeyCode::Enter);
    desk.sees("that is not the account's id; nothing was sent");
    desk.ctrl('u');
    desk.sees_no("nothing was sent");
    desk.key(KeyCode::Esc);
    desk.sees("cancelled; nothing was sent");
    desk.press("4");
    desk.sees_no("nothing was sent");
}
