//! Where the panes stand, by the size of the terminal. Narrow ones stack them; low ones fold them in
//! this order: the lowest pane first, then the one without the focus.

use ratatui::layout::Rect;

use crate::screens::keymap::KeyContext;

/// From this width on, search and status stand side by side.
const WIDE: u16 = 100;
/// Smaller terminals are told so instead.
const SMALLEST: (u16, u16) = (30, 8);
/// Below this height the lowest pane folds, unless it has the focus.
const FOLD_PROGRESS: u16 = 17;

/// The areas of a frame; a folded pane's is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The head line.
    pub header: Rect,
    /// The search.
    pub search: Rect,
    /// Provider status.
    pub status: Rect,
    /// The unlock or the log.
    pub progress: Rect,
    /// Keys or a message.
    pub footer: Rect,
}

/// True when nothing useful fits.
#[must_use]
pub fn is_too_small(size: (u16, u16)) -> bool {
    size.0 < SMALLEST.0 || size.1 < SMALLEST.1
}

/// The areas for a size and a focus.
#[must_use]
pub fn layout(size: (u16, u16), focus: KeyContext) -> Layout {
    let (width, height) = size;
    if is_too_small(size) {
        return Layout::default();
    }
    let row = |y: u16, rows: u16| Rect::new(0, y, width, rows);
    let middle = height - 2;
    let mut layout = Layout { header: row(0, 1), footer: row(height - 1, 1), ..Layout::default() };
    if width >= WIDE {
        let low = if height < FOLD_PROGRESS && focus != KeyContext::Progress {
            0
        } else {
            (middle / 3).clamp(6, 14).min(middle / 2)
        };
        let top = middle - low;
        let left = width * 42 / 100;
        layout.search = Rect::new(0, 1, left, top);
        layout.status = Rect::new(left, 1, width - left, top);
        layout.progress = row(1 + top, low);
    } else if height < FOLD_PROGRESS {
        match focus {
            KeyContext::Progress => layout.progress = row(1, middle),
            KeyContext::Status => layout.status = row(1, middle),
            _ => {
                let top = (middle / 2).max(4).min(middle);
                layout.search = row(1, top);
                layout.status = row(1 + top, middle - top);
            }
        }
    } else {
        let search = middle / 3;
        let status = middle * 9 / 22;
        layout.search = row(1, search);
        layout.status = row(1 + search, status);
        layout.progress = row(1 + search + status, middle - search - status);
    }
    layout
}

/// How many rows of a list fit: head line and footer, the pane below, borders and the line above them are none.
#[must_use]
pub fn bulk_rows(size: (u16, u16)) -> usize {
    let height = size.1.saturating_sub(2);
    usize::from(height.saturating_sub(bulk_details(height) + 3)).max(1)
}

/// How many rows of a list fit that has no line above them.
#[must_use]
pub fn tab_rows(size: (u16, u16)) -> usize {
    let height = size.1.saturating_sub(2);
    usize::from(height.saturating_sub(bulk_details(height) + 2)).max(1)
}

/// The height of the pane below the rows of a list.
#[must_use]
pub fn bulk_details(height: u16) -> u16 {
    7.min(height / 3)
}

/// How many people the search pane shows: its borders and its text field are not rows.
#[must_use]
pub fn people_rows(layout: &Layout) -> usize {
    usize::from(layout.search.height.saturating_sub(3)).max(1)
}
