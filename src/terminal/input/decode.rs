//! Bytes of a terminal as keys and pastes, however they are parted: a sequence whose rest comes late is one key or
//! nothing, and a late answer to another program's question is nothing.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use vte::{Params, Parser, Perform};

use super::keys;

/// How long a lone escape is held: a slow link may bring the rest of its sequence.
const HOLD: Duration = Duration::from_millis(50);
/// How long the rest of a sequence or of a paste may take.
const REST: Duration = Duration::from_millis(600);
/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";
const ESCAPE: u8 = 0x1b;

/// What the bytes are.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyToken {
    /// A key.
    Key(KeyEvent),
    /// Pasted text.
    Paste(String),
}

/// What may still become something.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Pending {
    #[default]
    Nothing,
    /// An escape: a key of its own, or the start of a sequence. True behind a string, which it may end.
    Escape(bool),
    /// A sequence, or a letter of several bytes.
    Sequence,
}

/// The decoder.
#[derive(Default)]
pub struct Decoder {
    parser: Parser,
    found: KeyMatch,
    pending: Pending,
    /// True while the escape came with an earlier read.
    is_parted: bool,
    paste: Option<Vec<u8>>,
}

/// What the parser found.
#[derive(Default)]
struct KeyMatch {
    tokens: Vec<KeyToken>,
    /// True when the last byte ended something.
    has_ended: bool,
    /// An escape was followed by a sign of its own.
    escaped: Option<char>,
    /// The next sign names a key (SS3).
    is_ss3: bool,
    /// A paste begins.
    is_paste: bool,
}

impl Decoder {
    /// Takes the bytes of one read.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<KeyToken> {
        self.is_parted = matches!(self.pending, Pending::Escape(_));
        let mut rest = bytes;
        while let Some((byte, behind)) = rest.split_first() {
            if self.paste.is_some() {
                rest = self.pasted(rest);
                continue;
            }
            self.byte(*byte);
            rest = behind;
        }
        std::mem::take(&mut self.found.tokens)
    }

    fn byte(&mut self, byte: u8) {
        // The one before was a key.
        if byte == ESCAPE && self.pending == Pending::Escape(false) {
            self.found.tokens.push(KeyToken::Key(KeyCode::Esc.into()));
        }
        let before = self.pending;
        (self.found.has_ended, self.found.escaped) = (false, None);
        self.parser.advance(&mut self.found, &[byte]);
        if let Some(sign) = self.found.escaped.take() {
            self.escaped(sign, before);
        }
        self.pending = match before {
            _ if byte == ESCAPE => Pending::Escape(before == Pending::Sequence),
            _ if self.found.has_ended => Pending::Nothing,
            _ => Pending::Sequence,
        };
        if byte != ESCAPE {
            self.is_parted = false;
        }
        if std::mem::take(&mut self.found.is_paste) {
            self.paste = Some(Vec::new());
        }
    }

    /// Escape and a sign: with Alt where both came at once, else two keys; behind a string its end.
    fn escaped(&mut self, sign: char, before: Pending) {
        if before == Pending::Escape(true) {
            return;
        }
        if self.is_parted {
            let tokens = [KeyCode::Esc.into(), keys::of_char(sign)];
            self.found.tokens.extend(tokens.map(KeyToken::Key));
        } else {
            let mut key = keys::of_char(sign);
            key.modifiers |= KeyModifiers::ALT;
            self.found.tokens.push(KeyToken::Key(key));
        }
    }

    /// Takes pasted bytes up to the paste's end; gives what is behind it.
    fn pasted<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(paste) = &mut self.paste else { return bytes };
        let from = paste.len().saturating_sub(PASTE_END.len() - 1);
        let had = paste.len();
        paste.extend_from_slice(bytes);
        let end = paste.get(from..).and_then(|new| new.windows(PASTE_END.len()).position(|part| part == PASTE_END));
        let Some(end) = end.map(|at| from + at) else { return &[] };
        paste.truncate(end);
        self.finish_paste();
        bytes.get((end + PASTE_END.len()).saturating_sub(had)..).unwrap_or_default()
    }

    fn finish_paste(&mut self) {
        if let Some(paste) = self.paste.take() {
            self.found.tokens.push(KeyToken::Paste(String::from_utf8_lossy(&paste).into_owned()));
        }
        self.pending = Pending::Nothing;
    }

    /// How long the rest is waited for; none where nothing is begun.
    pub fn patience(&self) -> Option<Duration> {
        match self.pending {
            _ if self.paste.is_some() => Some(REST),
            Pending::Nothing => None,
            Pending::Escape(_) => Some(HOLD),
            Pending::Sequence => Some(REST),
        }
    }

    /// The rest has not come.
    pub fn give_up(&mut self) -> Vec<KeyToken> {
        if self.paste.is_some() {
            self.finish_paste();
        } else if self.pending == Pending::Escape(false) {
            self.found.tokens.push(KeyToken::Key(KeyCode::Esc.into()));
        }
        let tokens = std::mem::take(&mut self.found.tokens);
        (self.parser, self.found, self.pending) = (Parser::new(), KeyMatch::default(), Pending::Nothing);
        tokens
    }
}

impl Perform for KeyMatch {
    fn print(&mut self, c: char) {
        self.has_ended = true;
        if std::mem::take(&mut self.is_ss3) {
            self.tokens.extend(keys::of_ss3(c).map(KeyToken::Key));
        } else {
            self.tokens.push(KeyToken::Key(keys::of_char(c)));
        }
    }

    fn execute(&mut self, byte: u8) {
        self.has_ended = true;
        self.tokens.extend(keys::of_control(byte).map(KeyToken::Key));
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], _: bool, action: char) {
        self.has_ended = true;
        // Reports have marks of their own.
        if !intermediates.is_empty() {
            return;
        }
        let params: Vec<u16> = params.iter().filter_map(|param| param.first().copied()).collect();
        if action == '~' && params.first() == Some(&200) {
            self.is_paste = true;
        } else {
            self.tokens.extend(keys::of_csi(&params, action).map(KeyToken::Key));
        }
    }

    fn esc_dispatch(&mut self, intermediates: &[u8], _: bool, byte: u8) {
        if byte == b'O' && intermediates.is_empty() {
            self.is_ss3 = true;
            return;
        }
        self.has_ended = true;
        if intermediates.is_empty() {
            self.escaped = Some(char::from(byte));
        }
    }

    fn osc_dispatch(&mut self, _: &[&[u8]], _: bool) {
        self.has_ended = true;
    }

    fn unhook(&mut self) {
        self.has_ended = true;
    }
}

#[cfg(test)]
mod tests;
