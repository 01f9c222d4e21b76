//! Promises 42 and 43: the keys of a list.

use crossterm::event::KeyCode;
use unbolt::screens::keymap::Chord;
use unbolt::screens::tab::Tab;
use unbolt::screens::{Action, KeyContext, Keymap, State};

use crate::support::World;
use crate::support::headless_app::Desk;

/// The lists, each with how to get there and a text that some of its rows hold.
pub(super) const LISTS: [(KeyContext, &str, &str); 4] = [
    (KeyContext::Locked, "2", "ada"),
    (KeyContext::Lists, "3", "grace"),
    (KeyContext::Ledger, "4", "grace"),
    (KeyContext::Systems, "5", "macs"),
];

/// A desk with something in every list.
pub(super) fn with_lists(world: &World, size: (u16, u16)) -> Desk {
    for who in ["grace", "linus", "katherine"] {
        assert_eq!(world.run(&["unlock", who, "--provider", "pingone", "--yes"]).code, 0);
    }
    let mut desk = Desk::sized(world, size.0, size.1);
    desk.take(unbolt::screens::Message::Paste("ada\ngrace\nnobody\ndorothy\n".to_owned()));
    desk.plan();
    desk.look_away();
    desk
}

pub(super) fn position(state: &State) -> (usize, usize) {
    let list = state.list_ref().unwrap();
    (list.at, list.shown.len())
}

#[test]
fn p42_the_keys_of_a_list_act_alike_in_every_tab() {
    let keymap = Keymap::standard().unwrap();
    let action = |place, key: &str| keymap.action(place, Chord::parse(key).unwrap());
    let moves = [
        ("up", Action::Up),
        ("k", Action::Up),
        ("down", Action::Down),
        ("j", Action::Down),
        ("pageup", Action::PageUp),
        ("ctrl-u", Action::PageUp),
        ("pagedown", Action::PageDown),
        ("ctrl-d", Action::PageDown),
        ("home", Action::First),
        ("g", Action::First),
        ("end", Action::Last),
        ("G", Action::Last),
        ("S", Action::Sort),
        ("z", Action::Zoom),
    ];
    let lists = [KeyContext::People, KeyContext::Locked, KeyContext::Lists, KeyContext::Ledger, KeyContext::Systems];
    for place in lists {
        for (key, wanted) in moves {
            assert_eq!(action(place, key), Some(wanted), "{key} in {place:?}");
        }
    }
    for place in &lists[1..] {
        for (key, wanted) in [("/", Action::Filter), ("n", Action::NextMatch), ("N", Action::PreviousMatch)] {
            assert_eq!(action(*place, key), Some(wanted), "{key} in {place:?}");
        }
    }
    for place in &lists[..3] {
        for (key, wanted) in [("space", Action::Mark), ("V", Action::MarkRange), ("*", Action::MarkAll)] {
            assert_eq!(action(*place, key), Some(wanted), "{key} in {place:?}");
        }
    }
    // And they do the same.
    let world = World::whole();
    let mut desk = with_lists(&world, (100, 30));
    for (place, key, held) in LISTS {
        desk.press(key);
        desk.verify();
        let (_, all) = position(&desk.state);
        assert!(all > 2, "{place:?} has rows");
        desk.press("G");
        assert_eq!(position(&desk.state).0, all - 1, "{place:?}");
        desk.press("gj");
        assert_eq!(position(&desk.state).0, 1, "{place:?}");
        desk.press("/");
        assert_eq!(desk.state.focus, KeyContext::Filter);
        desk.press(held);
        let fitting = position(&desk.state).1;
        assert!((1..all).contains(&fitting), "{place:?}: {fitting} of {all}");
        desk.key(KeyCode::Enter);
        assert_eq!((desk.state.focus, position(&desk.state).1), (place, fitting));
        // The filter is off again, and its matches can still be gone through.
        desk.press("/");
        desk.key(KeyCode::Esc);
        assert_eq!((desk.state.focus, position(&desk.state).1), (place, all), "{place:?}");
        if fitting > 1 {
            desk.press("g");
            let before = position(&desk.state).0;
            desk.press("n");
            assert_ne!(position(&desk.state).0, before, "{place:?}: n goes on");
            desk.press("N");
        }
        let sort = desk.state.list_ref().unwrap().sort;
        desk.press("S");
        assert_ne!(desk.state.list_ref().unwrap().sort, sort, "{place:?}");
    }
    // Marks are one set, whichever tab they were set in.
    desk.press("2");
    desk.verify();
    desk.press("g V".replace(' ', "").as_str());
    desk.press("*");
    let all = desk.state.locked.people.len();
    desk.sees(&format!("{all} marked"));
    desk.press("*");
    assert!(desk.state.marks.is_empty(), "all of them away again");
    desk.press("g jj".replace(' ', "").as_str());
    desk.key(KeyCode::Char(' '));
    desk.sees("1 marked");
    desk.press("gV");
    desk.sees("3 marked");
    desk.press("B");
    assert!(desk.state.marks.is_empty() && desk.state.tab() == Tab::Lists);
}

#[test]
fn p43_esc_clears_a_filter_and_goes_back_the_way_one_came() {
    let world = World::whole();
    let mut desk = Desk::sized(&world, 80, 24);
    desk.key(KeyCode::Esc);
    desk.press("2");
    desk.verify();
    desk.press("/ada");
    desk.key(KeyCode::Enter);
    desk.sees("filter");
    desk.sees("ada");
    desk.press("/");
    desk.key(KeyCode::Esc);
    desk.sees("the filter is off");
    // One that was kept is taken off first: nobody comes back to a list that is silently short.
    desk.press("/ada");
    desk.key(KeyCode::Enter);
    desk.key(KeyCode::Esc);
    desk.sees("the filter is off");
    assert_eq!(desk.state.focus, KeyContext::Locked);
    // Locked, the desk, Locked again.
    desk.key(KeyCode::Enter);
    desk.verify();
    assert_eq!(desk.state.tab(), Tab::Desk);
    desk.key(KeyCode::Esc);
    assert_eq!(desk.state.focus, KeyContext::Locked);
    // A new question: the old text stands selected, a letter takes its place, up recalls it.
    desk.press("1");
    desk.press("/");
    // While nothing is typed, another slash is none of the name.
    desk.press("/grace");
    desk.verify();
    assert_eq!(desk.state.desk.query.value(), "grace");
    desk.key(KeyCode::Enter);
    desk.verify();
    desk.press("/");
    desk.press("linus");
    desk.verify();
    assert_eq!(desk.state.desk.query.value(), "linus");
    desk.key(KeyCode::Enter);
    desk.press("/");
    desk.key(KeyCode::Up);
    desk.key(KeyCode::Up);
    assert_eq!(desk.state.desk.query.value(), "grace");
    desk.key(KeyCode::Enter);
    desk.press("/");
    desk.key(KeyCode::Left);
    desk.press("x");
    assert_eq!(desk.state.desk.query.value(), "gracxe", "an arrow edits");
}
