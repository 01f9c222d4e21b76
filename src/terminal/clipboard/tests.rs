use super::*;

#[test]
fn the_sequence_is_wrapped_for_what_stands_between() {
    assert_eq!(sequence("hi", Multiplexer::Nothing), b"\x1b]52;c;aGk=\x07");
    assert_eq!(sequence("hi", Multiplexer::Tmux), b"\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\");
    assert_eq!(sequence("hi", Multiplexer::Screen), b"\x1bP\x1b]52;c;aGk=\x07\x1b\\");
}
