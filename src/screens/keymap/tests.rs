use crossterm::event::KeyCode;

use super::*;

#[test]
fn the_standard_table_is_valid_and_keeps_off_the_terminals_own_keys() {
    let keymap = Keymap::standard().unwrap();
    for (place, chord, _) in &keymap.rows {
        assert!(!chord.alt, "{place:?} uses Alt");
        let flow_control = chord.ctrl && matches!(chord.code, KeyCode::Char('a' | 'b' | 's' | 'q'));
        assert!(!flow_control, "{place:?} uses a key of tmux, screen or the terminal's flow control");
    }
}

#[test]
fn no_letter_acts_where_letters_are_text() {
    let keymap = Keymap::standard().unwrap();
    for place in KeyContext::ALL.iter().copied().filter(|place| place.is_typing()) {
        let letters =
            keymap.reachable(place).filter(|(chord, _)| matches!(chord.code, KeyCode::Char(_)) && !chord.ctrl);
        assert_eq!(letters.count(), 0, "{place:?}");
    }
}
