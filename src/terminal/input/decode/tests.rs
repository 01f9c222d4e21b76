use super::*;

/// What the bytes are when they come in these reads, each sequence long after the one before is given up.
fn tokens(reads: &[&[u8]], gives_up: bool) -> Vec<KeyToken> {
    let mut decoder = Decoder::default();
    let mut tokens: Vec<KeyToken> = reads.iter().flat_map(|bytes| decoder.feed(bytes)).collect();
    if gives_up && decoder.patience().is_some() {
        tokens.extend(decoder.give_up());
    }
    tokens
}

fn code(code: KeyCode) -> KeyToken {
    KeyToken::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

#[test]
fn every_sequence_parted_anywhere_is_one_key_or_nothing() {
    let cases: [(&[u8], Vec<KeyToken>); 18] = [
        (b"\x1b[A", vec![code(KeyCode::Up)]),
        (b"\x1bOA", vec![code(KeyCode::Up)]),
        (b"\x1bOP", vec![code(KeyCode::F(1))]),
        (b"\x1bOR", vec![code(KeyCode::F(3))]),
        (b"\x1b[20~", vec![code(KeyCode::F(9))]),
        (b"\x1b[2~", vec![code(KeyCode::Insert)]),
        (b"\x1b[24~", vec![code(KeyCode::F(12))]),
        (b"\x1b[1;5C", vec![KeyToken::Key(KeyEvent::new(KeyCode::Right, KeyModifiers::CONTROL))]),
        (b"\x1b[Z", vec![code(KeyCode::BackTab)]),
        (b"\x1b[97u", vec![code(KeyCode::Char('a'))]),
        (b"\x1b[117;5u", vec![KeyToken::Key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL))]),
        (b"\x1b[200~ada\r\nuy\x1b[201~", vec![KeyToken::Paste("ada\r\nuy".to_owned())]),
        (b"\x1b[>41;354;0c", vec![]),
        (b"\x1b[?62;22c", vec![]),
        (b"\x1b[24;80R", vec![]),
        (b"\x1b]4;1;rgb:cdcd/0000/0000\x1b\\", vec![]),
        (b"\x1b]11;rgb:0000/0000/0000\x07", vec![]),
        (b"\x1bP1$r0m\x1b\\", vec![]),
    ];
    for (bytes, expected) in cases {
        assert_eq!(tokens(&[bytes], true), expected, "{:?}", String::from_utf8_lossy(bytes));
        for at in 1..bytes.len() {
            let (head, tail) = bytes.split_at(at);
            assert_eq!(tokens(&[head, tail], true), expected, "{head:?} and {tail:?}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(tokens(&single, true), expected, "byte by byte: {bytes:?}");
    }
}

#[test]
fn what_never_ends_is_nothing_and_an_escape_is_a_key() {
    assert_eq!(tokens(&[b"\x1b"], true), [code(KeyCode::Esc)]);
    assert_eq!(tokens(&[b"\x1b\x1b"], true), [code(KeyCode::Esc), code(KeyCode::Esc)]);
    assert_eq!(tokens(&[b"\x1b[20"], true), []);
    assert_eq!(tokens(&[b"\x1b[200~gra"], true), [KeyToken::Paste("gra".to_owned())]);
    // Escape and then a letter are two keys; both at once are one with Alt, and bound to nothing.
    assert_eq!(tokens(&[b"\x1b", b"j"], true), [code(KeyCode::Esc), code(KeyCode::Char('j'))]);
    assert_eq!(tokens(&[b"\x1bj"], true), [KeyToken::Key(KeyEvent::new(KeyCode::Char('j'), KeyModifiers::ALT))]);
    let umlaut = "\u{fc}".as_bytes();
    assert_eq!(tokens(&[&umlaut[..1], &umlaut[1..]], true), [code(KeyCode::Char('\u{fc}'))]);
    assert_eq!(tokens(&[b"\r\t\x7f\x15"], true).len(), 4);
}
