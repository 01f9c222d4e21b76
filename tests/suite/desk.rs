//! The whole program by keys, against the simulated server: state, flows, providers, ledger and frames,
//! with a clock that jumps instead of waiting.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::json;
use unbolt::domain::{Account, Lock};
use unbolt::screens::{Effect, Message};

use crate::support::headless_app::Desk;
use crate::support::{ADA, World};

#[test]
fn the_main_job_by_keys() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.sees("┌ Ada Lovelace · ada@acme.test ");
    desk.sees("● LOCKED");
    desk.sees("5/5");
    desk.press("t");
    desk.press("INC-4711");
    desk.key(KeyCode::Enter);
    desk.press("u");
    desk.sees("Unlock this account?");
    desk.sees(&format!("id {ADA}"));
    desk.sees("1 account: ada in pingone");
    desk.sees("ticket INC-4711");
    assert!(world.unlocks().is_empty(), "asked first");
    desk.press("y");
    desk.verify();
    desk.sees("200 OK, account.status OK");
    desk.sees("account OK, password OK");
    desk.sees("Ada Lovelace in pingone: unlocked");
    desk.sees("○ open");
    assert_eq!(world.unlocks().len(), 1);
    desk.press("y");
    let Some(Effect::Copy(note)) = desk.effects.pop() else { panic!("no note was copied") };
    assert_eq!(note.lines().count(), 2);
    assert!(note.contains("unlocked. Ticket INC-4711.") && note.contains(ADA), "{note}");
}

#[test]
fn the_first_page_shows_without_a_key_and_letters_filter_at_once() {
    let world = World::with_people(300);
    let mut desk = Desk::new(&world);
    desk.sees("Ada Lovelace");
    desk.sees("50 of 300");
    let before = world.get("/requests").as_array().unwrap().len();
    desk.press("grac");
    desk.sees("Grace Hopper");
    desk.sees_no("Ada Lovelace      ");
    assert_eq!(world.get("/requests").as_array().unwrap().len(), before, "nobody was asked yet");
    desk.verify();
    assert!(world.get("/requests").as_array().unwrap().len() > before, "after a rest everybody is");
}

#[test]
fn further_pages_come_when_the_selection_nears_the_end() {
    let world = World::with_people(300);
    let mut desk = Desk::new(&world);
    desk.key(KeyCode::Esc);
    desk.key(KeyCode::End);
    desk.verify();
    desk.sees("100 of 300");
}

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
fn the_log_shows_where_its_pane_was_folded() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 40, 12);
    desk.look_at("ada");
    desk.press("L");
    desk.sees("Requests as sent");
    desk.press("L");
    desk.sees("History");
}

#[test]
fn what_bars_a_person_who_is_not_locked_is_told() {
    let world = World::only("jumpcloud");
    let mut desk = Desk::new(&world);
    desk.look_at("linus");
    desk.press("u");
    desk.sees("not locked; the account is suspended: an unlock does not lift that");
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

#[test]
fn nobody_matches_and_nobody_is_shown() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.press("linus");
    desk.verify();
    desk.sees("┌ Linus Pauling · ");
    desk.press("zzz");
    desk.verify();
    desk.sees("nobody matches");
    desk.sees_no("Linus");
}

#[test]
fn one_bad_row_is_one_problem() {
    let world = World::new();
    let body = r#"{"_embedded":{"users":[{"id":{}},{"id":"f0a13f5d-3314-49c8-aede-86a059461728","username":"ok\ud800","enabled":true}]}}"#;
    world.fault(
        json!({"fault": "body", "body": body, "content_type": "application/json", "match": "/users", "times": 1}),
    );
    let desk = Desk::new(&world);
    desk.sees("1 unreadable row");
    assert_eq!(desk.state.desk.rows.len(), 1, "the other row is there");
}

#[test]
fn the_next_page_is_only_fetched_from_the_api_itself() {
    let world = World::new();
    let body = json!({"_links": {"next": {"href": "http://127.0.0.1:9/steal"}}, "_embedded": {"users": [{"id": ADA, "username": "ada"}]}});
    world.fault(json!({"fault": "body", "body": body.to_string(), "content_type": "application/json", "match": "/users", "times": 1}));
    let mut desk = Desk::new(&world);
    desk.key(KeyCode::Esc);
    desk.press("j");
    desk.verify();
    let failed = desk.state.providers[0].name.clone();
    let progress = format!("{:?}", desk.state.desk.search.progress(&failed));
    assert!(progress.contains("outside the configured API"), "{progress}");
}

#[test]
fn an_account_that_was_opened_is_watched_by_itself() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("phoebe");
    desk.press("uy");
    desk.verify();
    desk.sees("watching pingone");
    world.post("/clock", json!({"advance_s": 25}));
    desk.settle_within(Duration::from_secs(8));
    desk.sees("LOCKED AGAIN");
    desk.sees_no("watching pingone");
    // One that stays open is let go after its time, without a word.
    desk.press("/");
    desk.look_at("ada");
    desk.press("uy");
    desk.verify();
    desk.settle_within(Duration::from_secs(240));
    assert!(desk.state.watches.is_empty());
    desk.sees_no("has ended");
}

#[test]
fn what_was_done_before_this_session_is_the_persons_history() {
    let world = World::new();
    assert_eq!(world.run(&["unlock", "ada", "--yes", "--ticket", "INC-4702"]).code, 0);
    let newest = || unbolt::ledger::newest_records(&world.ledger_dir(), 100).unwrap();
    let mut desk = Desk::sized(&world, 100, 30);
    let before = newest();
    desk.take(Message::LedgerRead(Ok(before.clone())));
    desk.look_at("ada");
    let who = before[0].operator.cell();
    desk.sees(&format!("pingone: unlocked by {who} (INC-4702)"));
    // What is done now isn't told twice.
    desk.press("/");
    desk.look_at("grace");
    desk.press("uy");
    desk.verify();
    desk.take(Message::LedgerRead(Ok(newest())));
    assert!(desk.state.ledger.rows.iter().any(|row| row.username.as_data() == "grace"));
    desk.take(Message::Resize(160, 50));
    desk.sees("History");
    desk.sees_no(&format!("unlocked by {who}"));
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
fn two_people_of_one_name_are_told_apart_in_the_question() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.verify();
    desk.look_at("asmith2");
    desk.press("u");
    desk.sees("another Adam Smith is there: asmith");
}

#[test]
fn a_watch_tells_of_a_new_lock() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("phoebe");
    desk.press("uy");
    desk.verify();
    desk.sees("unlocked");
    desk.press("w");
    world.post("/clock", json!({"advance_s": 25}));
    desk.settle_within(Duration::from_secs(5));
    desk.sees("locked again");
    desk.sees("● LOCKED");
}

#[test]
fn a_new_lock_behind_another_tab_is_told_there() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("phoebe");
    desk.press("uy");
    desk.verify();
    desk.press("w3");
    world.post("/clock", json!({"advance_s": 25}));
    desk.settle_within(Duration::from_secs(62));
    desk.sees("Phoebe Sengers in pingone: LOCKED AGAIN");
    desk.press("1");
    desk.sees("LOCKED AGAIN");
}

#[test]
fn a_number_finds_its_person_however_it_is_written() {
    let world = World::whole();
    for text in ["E100001", "+44 20 7946 0001", "7946 0001", "(020) 7946-0001"] {
        let mut desk = Desk::new(&world);
        desk.press(text);
        desk.verify();
        let names: Vec<String> = desk.state.desk.rows.iter().map(|person| person.name.cell()).collect();
        assert_eq!(names, ["Ada Lovelace"], "{text}");
    }
}

#[test]
fn who_was_looked_at_last_stands_on_top_while_nothing_is_typed() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    for name in ["linus", "dorothy"] {
        desk.look_at(name);
        desk.press("/");
        desk.ctrl('u');
        desk.verify();
    }
    let names: Vec<String> = desk.state.desk.rows.iter().take(3).map(|person| person.name.cell()).collect();
    assert_eq!(names, ["Dorothy Vaughan", "Linus Pauling", "Ada Lovelace"]);
}

/// A new text is a new question: whom the last one left selected doesn't matter.
#[test]
fn who_is_called_exactly_what_was_typed_is_selected() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    let row = |desk: &Desk| desk.screen().lines().find(|line| line.starts_with("│ ▌")).unwrap().to_owned();
    desk.press("smith");
    desk.verify();
    assert!(row(&desk).contains("Adam Smith"), "{}", row(&desk));
    desk.ctrl('u');
    desk.press("ada");
    desk.verify();
    assert!(row(&desk).contains("Ada Lovelace"), "{}", row(&desk));
    desk.sees("┌ Ada Lovelace · ");
    // Whom the operator chose stays selected, whatever comes.
    desk.key(KeyCode::Down);
    desk.verify();
    let chosen = row(&desk);
    assert!(chosen.contains("Adam Smith"), "{chosen}");
    desk.key(KeyCode::Enter);
    desk.press("r");
    desk.verify();
    assert_eq!(row(&desk)[..30], chosen[..30]);
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
fn hundreds_of_people_that_were_seen_are_forgotten_again() {
    let world = World::with_people(1_500);
    let mut desk = Desk::new(&world);
    desk.look_at("grace");
    desk.press("m");
    let (mut most, mut seen) = (0, std::collections::HashSet::new());
    for letters in ["a", "b", "c", "d", "e", "f", "g", "h", "j", "k", "l", "m", "n", "o", "p", "r", "s", "t", "v", "w"]
    {
        desk.key(KeyCode::Esc);
        desk.press("/");
        desk.ctrl('u');
        desk.press(letters);
        desk.verify();
        seen.extend(desk.state.desk.cache.iter().map(|account| account.key.clone()));
        most = most.max(desk.state.desk.cache.len());
    }
    assert!(seen.len() > 600, "{} were seen", seen.len());
    assert!(most <= 560, "{most} accounts were known at once");
    let knows_grace = desk.state.desk.cache.iter().any(|account| account.username.as_data() == "grace");
    assert!(knows_grace, "who was looked at stays");
}
