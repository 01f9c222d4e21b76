//! Promises 25 to 34: acting safely.

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::json;
use unbolt::screens::keymap::Chord;
use unbolt::screens::{Action, Effect, Event, KeyContext, Message, update};

use crate::on;
use crate::support::headless_app::Desk;
use crate::support::{World, happens_within, wait_for};

fn with_rules(rules: &str) -> World {
    let world = World::new();
    std::fs::write(world.config_path(), format!("[policy]\n{rules}\n{}", world.config_text())).unwrap();
    world
}

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
fn p32_a_watch_asks_less_and_less_and_off_screen_once_a_minute() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("w");
    let asked = |world: &World| {
        let requests = world.get("/requests");
        let reads = requests.as_array().unwrap().iter().filter(|one| {
            let path = one["path"].as_str().unwrap().split('?').next().unwrap();
            one["method"] == "GET" && path.ends_with(&world.id("ada"))
        });
        reads.count()
    };
    let mut counts = vec![asked(&world)];
    for _ in 0..4 {
        desk.settle_within(Duration::from_secs(30));
        counts.push(asked(&world));
    }
    let each: Vec<usize> = counts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(each[0] >= 3 && each[0] <= 5, "{each:?}");
    assert!(each.windows(2).all(|pair| pair[1] <= pair[0]), "never more often again: {each:?}");
    assert!(each.iter().sum::<usize>() <= 9, "{each:?}");
    // Off the screen, behind another tab or with another person there, it asks once a minute, and ends after its time.
    let minutes = |desk: &mut Desk| -> Vec<usize> {
        let mut counts = vec![asked(&world)];
        for _ in 0..5 {
            desk.settle_within(Duration::from_secs(60));
            counts.push(asked(&world));
        }
        counts.windows(2).map(|pair| pair[1] - pair[0]).collect()
    };
    desk.settle_within(Duration::from_secs(120));
    assert!(desk.state.watches.is_empty());
    for leaves in ["/linus", "2"] {
        desk.press("1");
        desk.press("/");
        desk.ctrl('u');
        desk.look_at("ada");
        desk.press("w");
        for (width, height) in [(80, 24), (100, 30), (120, 40)] {
            desk.take(Message::Resize(width, height));
            desk.sees("watching pingone");
        }
        match leaves.strip_prefix('/') {
            Some(name) => {
                desk.press("/");
                desk.ctrl('u');
                desk.look_at(name);
            }
            None => desk.press(leaves),
        }
        desk.verify();
        let each = minutes(&mut desk);
        assert!(each.iter().all(|one| *one <= 1) && each.iter().sum::<usize>() >= 2, "{leaves}: {each:?}");
        assert!(each[4] == 0 && desk.state.watches.is_empty(), "{leaves}: {each:?}");
        desk.sees_no("watching pingone");
    }
}

#[test]
fn p32_retry_after_is_kept_and_the_ceiling_too() {
    let world = World::new();
    world.fault(json!({"fault": "status", "status": 429, "retry_after": "1", "match": "/users", "times": 1}));
    let started = Instant::now();
    let ran = world.run(&["find", "ada", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(started.elapsed() >= Duration::from_millis(950), "{:?}", started.elapsed());
    let text = world.config_text().replace("max_per_second = 1000", "max_per_second = 2");
    std::fs::write(world.config_path(), text).unwrap();
    let before = world.get("/requests").as_array().unwrap().len();
    let started = Instant::now();
    assert_eq!(world.run(&["find", "ada"]).code, 0);
    let asked = world.get("/requests").as_array().unwrap().len() - before;
    // Two at once, then two in a second.
    let least = Duration::from_millis(u64::try_from(asked.saturating_sub(3)).unwrap() * 500);
    assert!(asked >= 4 && started.elapsed() >= least, "{asked} requests in {:?}", started.elapsed());
}

#[test]
fn p33_a_stalled_system_freezes_nothing() {
    happens_within(Duration::from_secs(8), || {
        let world = World::whole();
        world.fault_of("adaxes", json!({"fault": "latency", "ms": 10_000}));
        let started = Instant::now();
        let mut terminal = on(&world, (120, 40));
        for letter in ["l", "i", "n", "u", "s"] {
            terminal.keys(letter);
            std::thread::sleep(Duration::from_millis(30));
        }
        terminal.wait_to_see("> linus");
        terminal.keys("\r");
        terminal.wait_to_see("┌ Linus Pauling · ");
        terminal.wait_to_see("jumpcloud");
        let took = started.elapsed();
        terminal.keys("\x03");
        terminal.exit();
        took
    });
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

#[test]
fn p34_quitting_waits_for_an_unlock_in_flight() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    world.fault(json!({"fault": "latency", "ms": 300, "method": "POST", "match": "/users/"}));
    desk.press("uy");
    // The account is read and the intent recorded; the request is on its way.
    desk.until_sent();
    desk.press("q");
    desk.sees("waiting for 1 unlock");
    assert!(!desk.effects.contains(&Effect::Quit));
    desk.verify();
    assert!(desk.effects.contains(&Effect::Quit), "it leaves by itself once the outcome is known");
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "unlocked");
}

#[test]
fn p34_leaving_at_once_records_the_outcome_as_unknown() {
    let world = World::new();
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    world.fault(json!({"fault": "latency", "ms": 1_500, "method": "POST", "match": "/users/"}));
    desk.press("uy");
    desk.until_sent();
    desk.ctrl('c');
    desk.ctrl('c');
    while !desk.effects.contains(&Effect::Quit) {
        let replies = &mut desk.replies.1;
        let what = desk.runtime.block_on(async { replies.recv().await }).unwrap();
        desk.pending -= 1;
        desk.take(what);
    }
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["outcome"], "unknown");
}

/// What was still at work when the operator left is told where the shell goes on.
#[test]
fn p34_the_outcome_that_was_waited_for_is_told_on_the_main_screen() {
    let leave = |latency: u32, quits: usize| {
        let world = World::new();
        let mut terminal = on(&world, (80, 24));
        terminal.keys("ada\r");
        terminal.wait_to_see("5/5");
        world.fault(json!({"fault": "latency", "ms": latency, "method": "POST", "match": "/users/"}));
        terminal.keys("u");
        terminal.answer("Unlock this account?", "y");
        wait_for("the request", || (world.unlocks().len() == 1).then_some(()));
        terminal.keys("q");
        terminal.wait_to_see("waiting for 1 unlock, at most");
        (1..quits).for_each(|_| terminal.keys("q"));
        assert_eq!(terminal.exit(), 0);
        let told = || terminal.raw().split("\x1b[?1049l").nth(1).map(str::to_owned).filter(|told| told.contains("Ada"));
        wait_for("the farewell", told)
    };
    assert_eq!(leave(2_000, 1).trim(), "unbolt: Ada Lovelace in pingone: unlocked");
    let forced = leave(10_000, 2);
    assert!(forced.contains("Ada Lovelace in pingone: unknown"), "{forced}");
    assert!(forced.contains(" ledger resolve`"), "{forced}");
}
