//! Frames: golden ones for the desk, every size without a panic, wide names in line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use unbolt::view::{Look, draw};
use unicode_width::UnicodeWidthStr as _;

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

#[test]
fn any_size_draws_without_panic_and_a_small_one_says_so() {
    let (_world, mut desk) = desk(80, 24);
    for dialog in [false, true] {
        if dialog {
            desk.press("u");
        }
        for width in 1..=132 {
            for height in [1, 2, 3, 5, 7, 8, 9, 12, 16, 17, 24, 50] {
                desk.take(unbolt::app::What::Resize(width, height));
                drawn(&desk, Look::new(true, false));
            }
        }
    }
    desk.take(unbolt::app::What::Resize(40, 7));
    desk.sees("unbolt needs 30x8, this is 40x7");
}

#[test]
fn only_the_sixteen_colours_and_no_background() {
    let (_world, desk) = desk(80, 24);
    for cell in &drawn(&desk, Look::new(true, false)).content {
        assert_eq!(cell.bg, Color::Reset);
        assert!(!matches!(cell.fg, Color::Rgb(..) | Color::Indexed(_)));
    }
    for cell in &drawn(&desk, Look::new(false, false)).content {
        assert_eq!(cell.fg, Color::Reset, "mono carries everything without colour");
    }
}

#[test]
fn wide_and_long_and_hostile_names_keep_the_columns() {
    let world = World::new();
    let mut desk = Desk::sized(&world, 80, 60);
    desk.settle();
    let screen = desk.screen();
    let people = screen.lines().take_while(|line| !line.contains("Provider status"));
    let rows: Vec<&str> = people.filter(|line| line.contains("● LOCKED ") || line.contains("– not read")).collect();
    assert!(rows.len() >= 9, "{screen}");
    let column = |line: &str| line[..line.find(['●', '–']).unwrap()].width();
    let expected = column(rows[0]);
    for row in rows {
        assert_eq!(column(row), expected, "{row}");
    }
    assert!(screen.contains("山田"), "{screen}");
    assert!(!screen.contains('\u{1b}') && !screen.contains('\u{202e}'));
}
