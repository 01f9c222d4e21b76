//! The sequences that terminals send for keys: xterm's (ctlseqs, "PC-Style Function Keys"), the VT220's, and `CSI … u`
//! (fixterms).

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What stands before `~` in the VT220's sequences.
const NUMBERED: [(u16, KeyCode); 22] = [
    (1, KeyCode::Home),
    (2, KeyCode::Insert),
    (3, KeyCode::Delete),
    (4, KeyCode::End),
    (5, KeyCode::PageUp),
    (6, KeyCode::PageDown),
    (7, KeyCode::Home),
    (8, KeyCode::End),
    (11, KeyCode::F(1)),
    (12, KeyCode::F(2)),
    (13, KeyCode::F(3)),
    (14, KeyCode::F(4)),
    (15, KeyCode::F(5)),
    (17, KeyCode::F(6)),
    (18, KeyCode::F(7)),
    (19, KeyCode::F(8)),
    (20, KeyCode::F(9)),
    (21, KeyCode::F(10)),
    (23, KeyCode::F(11)),
    (24, KeyCode::F(12)),
    (29, KeyCode::Menu),
    (32, KeyCode::Pause),
];

/// The final letters of xterm's sequences, and of SS3.
const LETTERS: [(char, KeyCode); 12] = [
    ('A', KeyCode::Up),
    ('B', KeyCode::Down),
    ('C', KeyCode::Right),
    ('D', KeyCode::Left),
    ('F', KeyCode::End),
    ('H', KeyCode::Home),
    ('P', KeyCode::F(1)),
    ('Q', KeyCode::F(2)),
    ('S', KeyCode::F(4)),
    ('Z', KeyCode::BackTab),
    ('M', KeyCode::Enter),
    ('R', KeyCode::F(3)),
];

/// The key of a letter behind SS3 (`ESC O`).
pub fn of_ss3(letter: char) -> Option<KeyEvent> {
    LETTERS.iter().find(|row| row.0 == letter).map(|row| KeyEvent::new(row.1, KeyModifiers::NONE))
}

/// The key of a control sequence; none for a report or for what isn't known.
pub fn of_csi(params: &[u16], action: char) -> Option<KeyEvent> {
    let first = params.first().copied().unwrap_or(0);
    let modifiers = modifiers(params.get(1).copied().unwrap_or(1));
    let code = match action {
        '~' => NUMBERED.iter().find(|row| row.0 == first)?.1,
        'u' => return unicode(first, modifiers),
        // A report of the cursor's place, and of a mouse that nobody asked for.
        'R' | 'M' => return None,
        letter => LETTERS.iter().find(|row| row.0 == letter)?.1,
    };
    Some(KeyEvent::new(code, modifiers))
}

fn modifiers(param: u16) -> KeyModifiers {
    let bits = param.saturating_sub(1);
    let pairs = [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)];
    pairs.into_iter().filter(|(bit, _)| bits & bit != 0).fold(KeyModifiers::NONE, |all, (_, one)| all | one)
}

fn unicode(code: u16, modifiers: KeyModifiers) -> Option<KeyEvent> {
    let c = char::from_u32(u32::from(code))?;
    let plain = if c.is_control() { u8::try_from(code).ok().and_then(of_control)? } else { of_char(c) };
    Some(KeyEvent::new(plain.code, modifiers | plain.modifiers))
}

/// The key of a sign.
pub fn of_char(c: char) -> KeyEvent {
    match c {
        '\u{7f}' => KeyEvent::new(KeyCode::Backspace, KeyModifiers::NONE),
        c if c.is_uppercase() => KeyEvent::new(KeyCode::Char(c), KeyModifiers::SHIFT),
        c => KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE),
    }
}

/// The key of a control character (C0); others are none.
pub fn of_control(byte: u8) -> Option<KeyEvent> {
    let ctrl = |c: u8| Some(KeyEvent::new(KeyCode::Char(char::from(c)), KeyModifiers::CONTROL));
    let plain = |code| Some(KeyEvent::new(code, KeyModifiers::NONE));
    match byte {
        b'\r' => plain(KeyCode::Enter),
        b'\t' => plain(KeyCode::Tab),
        0x08 | 0x7f => plain(KeyCode::Backspace),
        0x1b => plain(KeyCode::Esc),
        0 => ctrl(b' '),
        1..=0x1a => ctrl(byte - 1 + b'a'),
        0x1c..=0x1f => ctrl(byte - 0x1c + b'4'),
        _ => None,
    }
}
