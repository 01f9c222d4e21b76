//! Copying through the terminal (OSC 52), wrapped where tmux or screen stand in between.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What stands between the program and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplexer {
    /// Nothing.
    Nothing,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

impl Multiplexer {
    /// What the environment says.
    pub fn detect() -> Self {
        if std::env::var_os("TMUX").is_some() {
            Self::Tmux
        } else if std::env::var("TERM").is_ok_and(|term| term.starts_with("screen")) {
            Self::Screen
        } else {
            Self::Nothing
        }
    }
}

/// The bytes that put `text` on the clipboard.
pub fn sequence(text: &str, between: Multiplexer) -> Vec<u8> {
    let copy = format!("\x1b]52;c;{}\x07", STANDARD.encode(text));
    match between {
        Multiplexer::Nothing => copy.into_bytes(),
        // tmux takes the plain one itself or passes the wrapped one on, by its settings; at worst both say the same.
        Multiplexer::Tmux => format!("{copy}\x1bPtmux;{}\x1b\\", copy.replace('\x1b', "\x1b\x1b")).into_bytes(),
        Multiplexer::Screen => format!("\x1bP{copy}\x1b\\").into_bytes(),
    }
}

#[cfg(test)]
mod tests;
