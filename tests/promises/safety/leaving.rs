//! Promise 34: leaving.

use serde_json::json;
use unbolt::screens::Effect;

use crate::on;
use crate::support::headless_app::Desk;
use crate::support::{World, wait_for};

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
