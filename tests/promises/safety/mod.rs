//! Promises 25 to 34: acting safely.

mod leaving;
mod questions;
mod watches;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::json;
use unbolt::screens::keymap::Chord;
use unbolt::screens::{Action, Event, KeyContext, Message, update};

use crate::support::World;
use crate::support::headless_app::Desk;

fn with_rules(rules: &str) -> World {
    let world = World::new();
    std::fs::write(world.config_path(), format!("[policy]\n{rules}\n{}", world.config_text())).unwrap();
    world
}

/// Whatever can't be done answers with a reason: in every place, after different things have happened.
#[test]
fn p30_a_key_that_does_nothing_says_why() {
    let fresh = |world: &World| Desk::new(world);
    let looked = |world: &World, name: &str| {
        let mut desk = Desk::new(world);
        desk.look_at(name);
        desk
    };
    let world = World::whole();
    let read_only = with_rules("read_only = true");
    let mut states: Vec<(&str, Desk)> = vec![
        ("fresh", fresh(&world)),
        ("locked", looked(&world, "ada")),
        ("disabled", looked(&world, "dorothy")),
        ("open", looked(&world, "asmith")),
        ("read only", looked(&read_only, "ada")),
    ];
    let places = [
        KeyContext::People,
        KeyContext::Status,
        KeyContext::Progress,
        KeyContext::Lists,
        KeyContext::Locked,
        KeyContext::Ledger,
        KeyContext::Systems,
    ];
    let mut refused = 0;
    for (name, desk) in &mut states {
        for place in places {
            for action in Action::all() {
                let mut state = desk.state.clone();
                state.focus = place;
                state.toast = None;
                let before = state.revision;
                if let Err(reason) = unbolt::screens::action::availability(&state, action) {
                    assert!(reason.len() > 5, "{name}, {place:?}, {action:?}: `{reason}`");
                    let effects = unbolt::screens::action::perform(&mut state, action);
                    assert!(effects.is_empty(), "{name}, {place:?}, {action:?}: {effects:?}");
                    assert_eq!(
                        state.toast.as_ref().map(|toast| &toast.0),
                        Some(&reason),
                        "{name}, {place:?}, {action:?}"
                    );
                    assert!(state.revision > before && state.dialog.is_none(), "{name}, {place:?}, {action:?}");
                    refused += 1;
                }
            }
            // And so does a key that means nothing there.
            for c in ('a'..='z').chain('A'..='Z').chain('0'..='9').chain([' ', '/', '%']) {
                let mut state = desk.state.clone();
                (state.focus, state.toast) = (place, None);
                let key = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
                if state.keymap.action(place, Chord::of(&key)).is_none() {
                    update(&mut state, Event { at: desk.state.now, message: Message::Key(key) });
                    assert!(state.toast.is_some(), "{name}, {place:?}: `{c}` says nothing");
                }
            }
        }
    }
    assert!(refused > 100, "{refused}");
    // A letter that is no command, and the next that would unlock: somebody types a name.
    let mut desk = looked(&world, "ada");
    desk.press("x");
    desk.sees("letters are commands here: / types a name");
    desk.press("u");
    desk.sees("ignored: it looked like typing");
    assert!(world.unlocks().is_empty() && read_only.unlocks().is_empty());
}

#[test]
fn p31_a_broken_provider_has_a_line_of_its_own_and_the_rest_works() {
    let world = World::whole();
    world.fault_of("jumpcloud", json!({"fault": "status", "status": 401}));
    let ran = world.run(&["find", "ada", "--json"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.err.contains("jumpcloud: JumpCloud refused the login"));
    assert_eq!(ran.json()[0]["accounts"].as_array().unwrap().len(), 3);
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.sees("login refused");
    desk.sees("● LOCKED");
}

#[test]
fn p31_an_expired_token_is_renewed_once_and_a_refused_login_is_a_problem_with_a_step() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    world.fault(json!({"fault": "expire_tokens"}));
    desk.look_at("ada");
    desk.sees("5/5");
    world.fault(json!({"fault": "status", "status": 403, "match": "/users"}));
    desk.press("r");
    desk.verify();
    desk.sees("doesn't let this login do that");
    desk.sees("? not read");
    world.fault(json!({"fault": "clear"}));
    desk.press("r");
    desk.verify();
    desk.sees("● LOCKED");
}
