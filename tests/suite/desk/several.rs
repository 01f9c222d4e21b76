//! A person with several locked accounts.

use std::time::Duration;

use crossterm::event::KeyCode;
use serde_json::json;
use unbolt::domain::{Account, Lock};
use unbolt::screens::Message;

use crate::support::World;
use crate::support::headless_app::Desk;

#[test]
fn of_several_locked_accounts_one_is_chosen_and_then_asked_about() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.look_at("ada");
    desk.key(KeyCode::Esc);
    desk.press("u");
    desk.sees("Which of the locked accounts?");
    desk.sees("▌ 1 pingone ada since");
    desk.sees(&format!("    id {}", world.id("ada")));
    desk.sees("  2 adaxes ada since");
    // A letter chooses nothing, so that no letter held down goes through both questions.
    desk.press("y");
    desk.sees("nothing is typed here: Up and Down choose");
    desk.sees("Which of the locked accounts?");
    for (key, chosen) in
        [("2", "▌ 2 adaxes"), ("k", "▌ 1 pingone"), ("k", "▌ 1 pingone"), ("j", "▌ 2 adaxes"), ("9", "▌ 2 adaxes")]
    {
        desk.press(key);
        desk.sees(chosen);
    }
    desk.key(KeyCode::Enter);
    desk.sees("Unlock this account?");
    desk.sees("1 account: ada in adaxes");
    desk.key(KeyCode::Enter);
    desk.verify();
    assert!(world.unlocks().is_empty(), "Enter answers no question");
    desk.press("u");
    desk.key(KeyCode::Enter);
    desk.drawn();
    desk.press("y");
    desk.verify();
    let unlocks = world.unlocks();
    assert!(unlocks.len() == 1 && unlocks[0]["path"].as_str().unwrap().contains(&world.id("ada")), "{unlocks:?}");
    // One is left: it is asked about at once.
    desk.press("u");
    desk.sees("1 account: ada in adaxes");
    // Where lines are given instead of keys, a number chooses.
    let world = World::whole();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.look_at("ada");
    desk.key(KeyCode::Esc);
    for (line, then) in [
        (":unlock", "Which of the locked accounts?"),
        ("3", "a number from 1 to 2 chooses"),
        ("y", "a number from 1 to 2 chooses"),
        ("2", "1 account: ada in adaxes"),
    ] {
        desk.take(Message::Line(line.to_owned()));
        desk.verify();
        desk.sees(then);
    }
    // While the question stands, an account may open, or be gone.
    for (account, why) in [(Some(Lock::Open), "there is nothing to unlock"), (None, "that account is gone")] {
        let mut desk = Desk::sized(&world, 100, 30);
        desk.look_at("ada");
        desk.key(KeyCode::Esc);
        desk.press("u");
        let old = desk.state.desk.accounts()[0].clone();
        let result = Ok(account.map(|lock| Box::new(Account { lock, can_sign_in: Some(true), ..old.clone() })));
        let (key, health) = (old.key.clone(), Box::default());
        desk.take(Message::Reply(Box::new(unbolt::flow::Reply::Read { key, result, health })));
        desk.drawn();
        desk.key(KeyCode::Enter);
        desk.sees(why);
        assert!(desk.state.dialog.is_none());
    }
}

#[test]
fn what_was_not_opened_with_the_others_is_told_last() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 80, 24);
    desk.look_at("katherine");
    desk.press("U");
    desk.sees("Unlock all of these accounts?");
    desk.press("y");
    let ended = |desk: &Desk| desk.state.unlocks.iter().filter(|unlock| unlock.flow.outcome().is_some()).count();
    for _ in 0..100 {
        if ended(&desk) < 2 {
            desk.settle_within(Duration::from_millis(100));
        }
    }
    assert_eq!(ended(&desk), 2);
    desk.sees("Katherine Johnson: 1 of 2 opened; adaxes: pending approval");
}

#[test]
fn a_lock_that_an_administrator_sets_between_the_look_and_the_act_is_not_opened() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    // The account now reads as one that was locked in another way.
    world.fault(json!({"fault": "status", "status": 403, "match": "/activities"}));
    world.fault(json!({"fault": "body", "body": json!({"status": "OK"}).to_string(), "content_type": "application/json", "match": "/password"}));
    desk.press("uy");
    desk.verify();
    desk.sees("the lock is another one than was");
    assert!(world.unlocks().is_empty());
}
