//! The terminal as ratatui's backend: it answers size and cursor from memory, never asks, collects a whole frame and
//! turns it into one block of bytes. An identical frame is no bytes.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io::Write as _;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType as Clears};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::{Position, Rect, Size};
use unicode_width::UnicodeWidthStr as _;

use super::encode;

/// Synchronized update (mode 2026): the terminal shows the frame whole.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Collects frames.
#[derive(Default)]
pub struct BufferedBackend {
    size: Size,
    /// What stands on the terminal: unchanged cells that bridge a short gap are written from here.
    shown: Buffer,
    /// What shall stand there.
    next: Buffer,
    /// The rows in which the two may differ, each once.
    touched: BTreeSet<u16>,
    /// Where the cursor stands, if it shows.
    cursor: Option<Position>,
    /// Where it is wanted.
    wanted: Option<Position>,
    position: Position,
    /// True when nothing that stands there can be relied on.
    is_stale: bool,
    only_ascii: bool,
    block: Vec<u8>,
}

impl BufferedBackend {
    /// A terminal just taken: empty, cursor hidden.
    pub fn new((width, height): (u16, u16), only_ascii: bool) -> Self {
        let empty = Buffer::empty(Rect::new(0, 0, width, height));
        Self {
            size: Size::new(width, height),
            shown: empty.clone(),
            next: empty,
            is_stale: true,
            only_ascii,
            ..Self::default()
        }
    }

    /// The terminal has another size.
    pub fn resize(&mut self, (width, height): (u16, u16)) {
        self.size = Size::new(width, height);
    }

    /// Draws everything anew with the next frame.
    pub fn forget(&mut self) {
        self.is_stale = true;
    }

    /// True when the next frame has to be drawn although the state is the same.
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// The block of the last frame; empty when the terminal shows it already.
    pub fn take_block(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.block)
    }
}

impl Backend for BufferedBackend {
    type Error = Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Infallible> {
        for (x, y, cell) in content {
            self.touched.insert(y);
            let width = cell.cell_width();
            let mut cell = cell.clone();
            // A terminal without UTF-8 gets a question mark for what it can't show, as wide as what it replaces.
            if self.only_ascii && !cell.symbol().is_ascii() {
                let marks = "?".repeat(cell.symbol().width().clamp(1, 2));
                cell.set_symbol(&marks);
            }
            if let Some(place) = self.next.cell_mut((x, y)) {
                *place = cell;
            }
            // What a wide sign covers is nobody's.
            for covered in x.saturating_add(1)..x.saturating_add(width) {
                if let Some(place) = self.next.cell_mut((covered, y)) {
                    place.reset();
                }
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.wanted = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.wanted = Some(self.position);
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.position)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.position = position.into();
        if self.wanted.is_some() {
            self.wanted = Some(self.position);
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, _: ClearType) -> Result<(), Infallible> {
        let area = Rect::new(0, 0, self.size.width, self.size.height);
        (self.next, self.is_stale) = (Buffer::empty(area), true);
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        let anew = self.is_stale || self.shown.area != self.next.area;
        if anew {
            self.shown = Buffer::empty(self.next.area);
        }
        let rows = if anew { (0..self.next.area.height).collect() } else { std::mem::take(&mut self.touched) };
        let changed = encode::changes(&self.shown, &self.next, &rows, self.wanted);
        if changed.is_empty() && self.wanted == self.cursor && !anew {
            return Ok(());
        }
        self.block.extend_from_slice(BEGIN);
        // Writing to memory doesn't fail.
        if anew {
            let _ = queue!(self.block, Clear(Clears::All));
        }
        let _ = match self.wanted {
            Some(at) if changed.is_empty() => queue!(self.block, MoveTo(at.x, at.y)),
            _ => self.block.write_all(changed.as_bytes()),
        };
        let _ = match (self.cursor, self.wanted) {
            (None, Some(_)) => queue!(self.block, Show),
            (Some(_), None) => queue!(self.block, Hide),
            _ => Ok(()),
        };
        self.block.extend_from_slice(END);
        let width = usize::from(self.next.area.width);
        for row in rows {
            let row = usize::from(row) * width..(usize::from(row) + 1) * width;
            if let (Some(shown), Some(next)) = (self.shown.content.get_mut(row.clone()), self.next.content.get(row)) {
                shown.clone_from_slice(next);
            }
        }
        (self.cursor, self.is_stale) = (self.wanted, false);
        Ok(())
    }
}
