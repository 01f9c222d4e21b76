//! Whom the desk finds, and in which order.

use crossterm::event::KeyCode;
use serde_json::json;

use crate::support::headless_app::Desk;
use crate::support::{ADA, World};

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
