//! Promises 40 and 41: every system has its row, and a failed one is seen.

use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use crossterm::event::KeyCode;
use serde_json::json;
use unbolt::screens::Effect;

use crate::support::World;
use crate::support::headless_app::Desk;
use crate::support::terminal::Terminal;

use super::*;

#[test]
fn p40_every_system_has_its_row_from_the_first_frame_on() {
    let world = World::whole();
    for name in SYSTEMS {
        world.fault_of(name, json!({"fault": "latency", "ms": 1_500}));
    }
    let path = world.config_path();
    let terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (100, 30));
    terminal.wait_to_see("Search");
    let first = terminal.screen();
    assert!(!first.contains("Ada Lovelace"), "nobody has answered yet:\n{first}");
    let rows_of = rows(&first);
    assert!(rows_of.iter().all(|row| row.contains("reading")), "{rows_of:?}\n{first}");
    let order: Vec<usize> = rows_of.iter().map(|row| first.find(row.as_str()).unwrap()).collect();
    assert!(order.is_sorted(), "the configuration's order: {order:?}");
    terminal.wait_to_see("Ada Lovelace");
    // Somebody on the desk: an account, none, or a reason, and never a gap.
    let world = World::whole();
    world.fault_of("adaxes", json!({"fault": "cut_before"}));
    for (width, height) in SIZES {
        let mut desk = Desk::sized(&world, width, height);
        desk.look_at("mallory");
        let rows = rows(&desk.screen());
        assert!(rows[0].contains("on purpose") && rows[2].contains("? not read"), "{width}x{height}: {rows:?}");
        assert!(rows[3].contains("no account"), "{width}x{height}: {rows:?}");
    }
}

/// PingOne cut, JumpCloud refused, Adaxes throttled.
pub(super) fn three_fail(world: &World) {
    world.fault_of("pingone", json!({"fault": "cut_before"}));
    world.fault_of("jumpcloud", json!({"fault": "status", "status": 401}));
    world.fault_of("adaxes", json!({"fault": "status", "status": 429}));
}

pub(super) const FAILED: [&str; 3] = ["pingone", "jumpcloud", "adaxes"];

#[test]
fn p41_a_system_that_failed_is_visible_wherever_it_counts() {
    for (width, height) in SIZES {
        let world = World::whole();
        let mut desk = Desk::sized(&world, width, height);
        desk.look_at("ada");
        three_fail(&world);
        desk.press("r");
        desk.settle_within(Duration::from_secs(20));
        // On the desk each has its row with the reason.
        let rows = rows(&desk.screen());
        for (n, reason) in ["cut", "login refused", "throttled"].into_iter().enumerate() {
            assert!(rows[n].contains("? not read"), "{width}x{height}: {}", desk.screen());
            let words = desk.screen();
            assert!(rows[n].contains(reason) || words.contains("the connection was cut"), "{width}x{height}: {rows:?}");
        }
        // In the list of people.
        let person = desk.screen().lines().find(|line| line.contains("▌ Ada")).unwrap().to_owned();
        assert!(person.contains('?'), "{person}");
        // In Locked: the title and a line of their own, and what was read before stays.
        desk.press("2");
        desk.settle_within(Duration::from_secs(20));
        let screen = desk.screen();
        for name in FAILED {
            assert!(screen.contains(&format!("{name} ? not read")), "{width}x{height}: {name}:\n{screen}");
        }
        let title = screen.lines().nth(1).unwrap();
        assert!(title.contains("not read"), "{title}");
    }
    // In every question and in the note: what isn't known, by name.
    let world = World::whole();
    let mut desk = Desk::sized(&world, 100, 30);
    desk.look_at("katherine");
    world.fault_of("jumpcloud", json!({"fault": "status", "status": 401}));
    world.fault_of("adaxes", json!({"fault": "status", "status": 429}));
    desk.press("r");
    desk.settle_within(Duration::from_secs(20));
    for key in ["u", "U"] {
        desk.press(key);
        desk.sees("not read, so not unlocked: jumpcloud (login refused), adaxes (throttled)");
        desk.key(KeyCode::Esc);
    }
    desk.press("uy");
    desk.settle_within(Duration::from_secs(20));
    desk.press("y");
    let note = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let note = note.expect("a note");
    assert!(note.contains("Not read, so not unlocked: jumpcloud (login refused), adaxes (throttled)."), "{note}");
}

#[test]
fn p41_the_lines_and_the_exit_code_name_what_failed() {
    let world = World::whole();
    three_fail(&world);
    let mut child = world.command(&["--plain"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"ada\n1\n:locked\n:quit\n").unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    for name in FAILED {
        assert!(said.contains(&format!("in {name}: not read: ")), "{name} on the desk:\n{said}");
        assert!(said.contains(&format!("{name}: not read: ")), "{name} in Locked:\n{said}");
    }
    let ran = world.run(&["locked"]);
    assert_eq!(ran.code, 1, "nobody could be asked: {ran:?}");
    assert!(FAILED.iter().all(|name| ran.err.contains(name)), "{ran:?}");
}
