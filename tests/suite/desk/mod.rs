//! The whole program by keys, against the simulated server: state, flows, providers, ledger and frames,
//! with a clock that jumps instead of waiting.

mod history;
mod questions;
mod search;
mod several;
mod tickets;

use crossterm::event::KeyCode;
use unbolt::screens::Effect;

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
