//! What was done before, and what is watched after.

use std::time::Duration;

use serde_json::json;
use unbolt::screens::Message;

use crate::support::World;
use crate::support::headless_app::Desk;

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
fn the_log_shows_where_its_pane_was_folded() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 40, 12);
    desk.look_at("ada");
    desk.press("L");
    desk.sees("Requests as sent");
    desk.press("L");
    desk.sees("History");
}
