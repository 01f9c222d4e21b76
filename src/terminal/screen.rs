//! Frames: drawn into a buffer, compared with what stands on the terminal, written at once.

use std::io;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr as _;

use crate::screens::State;
use crate::screens::view::Drawn;
use crate::screens::view::draw;
use crate::widgets::Appearance;

use crate::terminal::encode;

/// Synchronized update (mode 2026): the terminal shows the frame whole.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// What stands on the terminal.
pub struct Screen {
    shown: Buffer,
    cursor: Option<Position>,
    look: Appearance,
    /// True when nothing that stands there can be relied on.
    stale: bool,
}

impl Screen {
    /// A terminal just taken: empty, cursor hidden.
    #[must_use]
    pub fn new(look: Appearance) -> Self {
        Self { shown: Buffer::empty(Rect::ZERO), cursor: None, look, stale: true }
    }

    /// Draws everything anew with the next frame.
    pub fn forget(&mut self) {
        self.stale = true;
    }

    /// True when the next frame has to be drawn although the state is the same.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// The bytes of a frame; empty when the terminal shows it already; and what was drawn.
    ///
    /// # Errors
    /// Never: the bytes go to memory.
    pub fn frame(&mut self, state: &State) -> io::Result<(Vec<u8>, Drawn)> {
        let area = Rect::new(0, 0, state.size.0, state.size.1);
        let mut next = Buffer::empty(area);
        let drawn = draw(state, &self.look, &mut next);
        let cursor = drawn.cursor;
        if self.look.ascii {
            only_ascii(&mut next);
        }
        let anew = self.stale || self.shown.area != area;
        if anew {
            self.shown = Buffer::empty(area);
        }
        let changed = encode::changes(&self.shown, &next, cursor);
        if changed.is_empty() && cursor == self.cursor && !anew {
            return Ok((Vec::new(), drawn));
        }
        let mut bytes = BEGIN.to_vec();
        if anew {
            queue!(bytes, Clear(ClearType::All))?;
        }
        match cursor {
            Some(at) if changed.is_empty() => queue!(bytes, MoveTo(at.x, at.y))?,
            _ => bytes.extend(changed.into_bytes()),
        }
        match (self.cursor, cursor) {
            (None, Some(_)) => queue!(bytes, Show)?,
            (Some(_), None) => queue!(bytes, Hide)?,
            _ => {}
        }
        bytes.extend_from_slice(END);
        self.shown = next;
        self.cursor = cursor;
        self.stale = false;
        Ok((bytes, drawn))
    }
}

/// A terminal without UTF-8 gets a question mark for what it can't show, as wide as what it replaces.
fn only_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let marks = "?".repeat(cell.symbol().width().clamp(1, 2));
            cell.set_symbol(&marks);
        }
    }
}
