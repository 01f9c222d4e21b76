//! The README's pictures: golden frames as SVG, for light and dark pages. `PICTURES=write cargo test --test suite
//! pictures` draws them anew; without it the test fails when they no longer match the frames.

mod svg;

use std::fs;
use std::path::Path;

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use unbolt::screens::Message;
use unbolt::widgets::Appearance;

use crate::frames::{desk_of, steady_providers};
use crate::support::headless_app::Desk;
use crate::support::{World, attempts};
use svg::{SCHEMES, Scheme, session, still};

/// The frame as it is the same in every run.
fn frame(desk: &mut Desk) -> Buffer {
    steady_providers(desk);
    desk.buffer(Appearance::new(true, false))
}

/// Draws a picture anew, or compares it with the one that is there.
fn picture(name: &str, desk: &mut Desk) {
    let buffer = frame(desk);
    drawn(name, |scheme| still(&buffer, scheme));
}

fn drawn(name: &str, draw: impl Fn(&Scheme) -> String) {
    for scheme in &SCHEMES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/pictures/{name}-{}.svg", scheme.name));
        let now = draw(scheme);
        if std::env::var("PICTURES").is_ok_and(|what| what == "write") {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &now).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let other = now.lines().zip(kept.lines().chain(std::iter::repeat(""))).find(|(now, kept)| now != kept);
        assert_eq!(
            other,
            None,
            "{} is not what the screen shows any more: PICTURES=write draws it anew",
            path.display()
        );
    }
}

#[test]
fn a_caller_is_found_unlocked_and_noted() {
    let world = World::whole();
    let mut desk = desk_of(&world, 90, 26);
    let mut frames = vec![(frame(&mut desk), 1.2)];
    for letter in ["a", "d", "a"] {
        desk.press(letter);
        frames.push((frame(&mut desk), 0.35));
    }
    desk.verify();
    frames.push((frame(&mut desk), 0.8));
    desk.key(KeyCode::Enter);
    desk.verify();
    frames.push((frame(&mut desk), 2.0));
    // One account: the steps of several come in any order.
    desk.press("u");
    frames.push((frame(&mut desk), 2.5));
    desk.press("y");
    desk.verify();
    frames.push((frame(&mut desk), 2.5));
    desk.press("y");
    frames.push((frame(&mut desk), 3.0));
    drawn("session", |scheme| session(&frames, scheme));
}

#[test]
fn who_is_locked_what_was_done_and_how_the_systems_are() {
    // One system: several are locked within the same second, and in any order.
    let world = World::new();
    let mut desk = desk_of(&world, 110, 30);
    desk.look_at("ada");
    desk.press("uy");
    desk.verify();
    desk.press("2");
    desk.verify();
    picture("locked", &mut desk);
    desk.press("4");
    picture("ledger", &mut desk);
    let world = World::whole();
    let mut desk = desk_of(&world, 110, 30);
    desk.key(KeyCode::Esc);
    desk.press("5");
    picture("systems", &mut desk);
}

#[test]
fn a_run_that_was_left() {
    let world = World::new();
    let mut desk = desk_of(&world, 110, 30);
    crate::frames::show_stopped_run(&mut desk);
    picture("run", &mut desk);
}

#[test]
fn the_desk_and_an_unlock_everywhere() {
    let world = World::whole();
    let mut desk = desk_of(&world, 110, 30);
    desk.look_at("ada");
    picture("desk", &mut desk);
    desk.press("U");
    picture("everywhere", &mut desk);
}

#[test]
fn a_list_before_it_is_run() {
    let world = World::with_people(40);
    let mut desk = desk_of(&world, 110, 30);
    let list = "ada\ngrace\nasmith2\nnobody\ndorothy\nmallory\nfrontdesk@acme.test\nlinus\nphoebe\nada\n";
    desk.take(Message::Paste(list.to_owned()));
    desk.plan();
    picture("bulk", &mut desk);
}

#[test]
fn a_mac_that_is_followed() {
    // A Mac that puts it off until that was seen. It comes every second: who is slow may see it put off twice.
    attempts(6, || {
        let world = World::new();
        world.use_mdm("fleet", "");
        world.mac("ada", serde_json::json!({"asleep": false, "script": vec!["not_now"; 100]}));
        let mut desk = desk_of(&world, 110, 30);
        desk.look_at("ada");
        desk.press("u");
        desk.press("y");
        desk.settle_until("not_now");
        world.mac("ada", serde_json::json!({"script": []}));
        desk.settle_until("ended        acknowledged");
        if desk.screen().matches("not_now").count() != 1 {
            return Err(desk.screen());
        }
        desk.press("r");
        // The last word has left its line by then.
        desk.settle_within(std::time::Duration::from_secs(12));
        picture("mac", &mut desk);
        Ok(())
    });
}
