//! Frames: golden ones for the desk, every size without a panic, wide names in line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unbolt::view::{Look, draw};

use crate::support::World;
use crate::support::by_keys::{Desk, text};

/// What changes from run to run, made steady: clock times, dates, ports, latencies, ids of intents.
fn steady(screen: &str) -> String {
    let mut out = String::new();
    for line in screen.lines() {
        let line = mask(
            line,
            |word| {
                word.len() >= 5 && word.contains(':') && word.chars().all(|c| c.is_ascii_digit() || ":.".contains(c))
            },
            '9',
        );
        let line = mask(&line, |word| word.len() == 24 && word.ends_with('Z') && word.contains('T'), '9');
        let line =
            mask(&line, |word| word.len() == 36 && word.starts_with("01") && word.matches('-').count() == 4, 'x');
        out.push_str(&line);
        out.push('\n');
    }
    out
}

fn mask(line: &str, is_unsteady: impl Fn(&str) -> bool, with: char) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in line.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || ":.-".contains(c) {
            word.push(c);
            continue;
        }
        if is_unsteady(word.trim_end_matches(',')) {
            out.extend(word.chars().map(|c| if c.is_ascii_alphanumeric() { with } else { c }));
        } else {
            out.push_str(&word);
        }
        word.clear();
        if c != '\n' {
            out.push(c);
        }
    }
    out
}

/// A desk whose latencies are steady too.
fn desk(width: u16, height: u16) -> (World, Desk) {
    let world = World::new();
    let mut desk = Desk::sized(&world, width, height);
    desk.look_at("ada");
    for provider in &mut desk.state.providers {
        provider.vitals.latency = Some(std::time::Duration::from_millis(42));
        provider.vitals.budget = Some(20);
    }
    (world, desk)
}

fn drawn(desk: &Desk, look: Look) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, desk.state.size.0, desk.state.size.1));
    draw(&desk.state, &look, &mut buffer);
    buffer
}

#[test]
fn the_desk_at_80x24() {
    let (_world, desk) = desk(80, 24);
    insta::assert_snapshot!(steady(&desk.screen()));
}

#[test]
fn the_desk_at_100x30() {
    let (_world, desk) = desk(100, 30);
    insta::assert_snapshot!(steady(&desk.screen()));
}

#[test]
fn the_question_before_an_unlock() {
    let (_world, mut desk) = desk(80, 24);
    desk.press("u");
    insta::assert_snapshot!(steady(&desk.screen()));
}

#[test]
fn the_desk_in_plain_ascii() {
    let (_world, desk) = desk(80, 24);
    let screen = text(&drawn(&desk, Look::new(false, true)));
    assert!(screen.is_ascii(), "{screen}");
    insta::assert_snapshot!(steady(&screen));
}
