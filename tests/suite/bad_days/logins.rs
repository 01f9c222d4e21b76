//! Logins that are refused or time out.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::bent::{Bend, JSON};
use crate::support::terminal::Terminal;
use crate::support::{World, wait_for};

use super::*;

pub(super) fn refused() -> Bend {
    let inner = json!({"code": "invalidCredentials", "message": "wrong", "attemptsLeft": 4});
    Bend::Instead((403, JSON, json!({"code": "forbidden", "message": "no", "innerError": inner}).to_string()))
}

pub(super) fn silent() -> Bend {
    std::thread::sleep(Duration::from_secs(20));
    Bend::Pass
}

/// A login by name and password, as a service account has one.
pub(super) fn by_password(world: &World) {
    let text = world.config_text();
    let line = text.lines().find(|line| line.starts_with("token = ")).unwrap();
    let login = format!("username = \"svc-unbolt@acme.test\"\npassword ={}", line.trim_start_matches("token ="));
    std::fs::write(world.config_path(), text.replace(line, &login)).unwrap();
}

#[test]
fn a_refused_login_is_tried_once_whoever_asks_and_says_how_many_attempts_are_left() {
    let world = World::only("adaxes");
    by_password(&world);
    let (_server, logins) = counted(&world, "adaxes", "/authSessions/create", refused);
    let list = world.place.path().join("list.txt");
    let names: Vec<String> = (0..60).map(|n| format!("nobody{n:03}")).collect();
    std::fs::write(&list, names.join("\n")).unwrap();
    let ran = world.run(&["bulk", "plan", list.to_str().unwrap()]);
    assert_eq!(logins.load(Ordering::SeqCst), 1, "sixty rows spend one attempt: {ran:?}");
    assert!(ran.out.contains("4 attempts left"), "{ran:?}");
    let path = world.config_path();
    let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (120, 40));
    terminal.wait_to_see("refused the login");
    for letter in ["a", "d", "a", " ", "l"] {
        terminal.keys(letter);
        terminal.wait_for_rest();
    }
    assert_eq!(logins.load(Ordering::SeqCst), 2, "letters spend none");
    // On purpose, it is asked again.
    terminal.keys("\t");
    terminal.wait_for_rest();
    terminal.keys("5");
    terminal.wait_to_see("FAIL");
    terminal.keys("r");
    wait_for("a login on purpose", || (logins.load(Ordering::SeqCst) >= 3).then_some(()));
    terminal.keys("\x03");
    terminal.exit();
    assert_eq!(logins.load(Ordering::SeqCst), 3);
}

#[test]
fn a_dead_token_endpoint_costs_one_time_out_and_not_one_for_each_row() {
    let world = World::with_people(120);
    world.add_to_config("total_timeout = \"2s\"");
    let list = list_of(&world, 30, "pingone");
    let (_server, fetches) = counted(&world, "pingone", "/as/token", silent);
    let began = Instant::now();
    let ran = world.run(&["bulk", "plan", &list, "--provider", "pingone"]);
    assert_ne!(ran.code, 0);
    assert!(began.elapsed() < Duration::from_secs(6), "three time-outs at most: {:?}", began.elapsed());
    assert!(fetches.load(Ordering::SeqCst) <= 3, "{fetches:?}");
}
