//! The policy on the screen.

use crossterm::event::KeyCode;
use serde_json::json;

use crate::support::headless_app::Desk;
use crate::support::{ADA, World};

use super::*;

#[test]
fn an_idle_screen_ends_or_is_locked_and_never_leaves_an_unlock_behind() {
    use crate::support::terminal::Terminal;
    let start = |world: &World| {
        let path = world.config_path();
        let mut terminal = Terminal::start(world.place.path(), &["--config", path.to_str().unwrap()], (80, 24));
        terminal.wait_to_see("Ada Lovelace");
        terminal.keys("ada\r");
        terminal.wait_to_see("5/5");
        terminal
    };
    let world = with_rules("idle_lock = \"3s\"");
    world.fault(json!({"fault": "latency", "ms": 6_000, "method": "POST", "match": "/users/"}));
    let mut terminal = start(&world);
    terminal.keys("u");
    terminal.answer("Unlock this account?", "y");
    assert_eq!(terminal.exit(), 0);
    crate::support::wait_for("the reason", || terminal.raw().contains("ended by the policy's idle_lock").then_some(()));
    assert_eq!(ledger(&world, &[])[0]["outcome"], "unlocked", "it was seen to its end");
    // With a program: it has the terminal to itself, every letter of it.
    let script = "printf 'LOCKED %s\\n' now; while read -r line; do [ \"$line\" = secret-uyuy ] && exit 0; echo \"wrong: $line\"; done";
    let world = with_rules(&format!("idle_lock = \"3s\"\nidle_command = [\"/bin/sh\", \"-c\", '''{script}''']"));
    let mut terminal = start(&world);
    terminal.wait_to_see("LOCKED now");
    for n in 0..10 {
        terminal.keys(&format!("uy{n}uy{n}\r"));
        terminal.wait_to_see(&format!("wrong: uy{n}uy{n}"));
    }
    terminal.keys("secret-uyuy\r");
    terminal.wait_to_see("Ada Lovelace");
    assert!(world.unlocks().is_empty(), "what was typed to it acted on nothing");
}

#[test]
fn the_question_on_the_screen_takes_ticket_and_verification() {
    let world = with_rules(
        "ticket = \"required\"\nticket_pattern = \"INC-[0-9]+\"\nverification = \"require\"\nprotected = [\"ada\"]",
    );
    let mut desk = Desk::new(&world);
    desk.look_at("ada");
    desk.press("u");
    desk.drawn();
    desk.press("x12");
    desk.key(KeyCode::Enter);
    desk.sees("INC-[0-9]+");
    desk.ctrl('u');
    desk.press("INC-12");
    desk.key(KeyCode::Enter);
    desk.drawn();
    desk.sees("Unlock this account?");
    desk.sees("ticket: INC-12");
    desk.sees("Tab says how the caller was verified");
    desk.sees("are protected (rule `protected`)");
    desk.press(ADA);
    desk.key(KeyCode::Enter);
    desk.sees("it has to be said how the caller was");
    desk.key(KeyCode::Tab);
    desk.key(KeyCode::Tab);
    desk.drawn();
    desk.sees("caller verified by badge");
    desk.key(KeyCode::Enter);
    desk.verify();
    desk.sees("account OK, password OK");
    let row = &ledger(&world, &[])[0];
    assert_eq!((&row["ticket"], &row["verified"]), (&json!("INC-12"), &json!("badge")), "{row}");
}
