//! The screen: a pure function of the state. One region of it per file.
//!
//! ```text
//! header    who sits where, with which ticket
//! search    the text field and the people          status    the accounts of one person, the providers
//!                                                  facts     the selected account, line by line
//! progress  the steps of an unlock, or the requests as they were sent
//! bulk, tab the rows of a list, in the place of all three
//! footer    the keys of this place, or a message
//! dialog    a question, over everything
//! ```

use crate::widgets::Appearance;
mod footer;
mod header;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::screens::State;
use crate::screens::dialog::state::Shown;
use crate::screens::layout::is_too_small;
use crate::screens::layout::layout;
use crate::screens::tab::Tab;

/// What was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Where the cursor stands, if it shows.
    pub cursor: Option<Position>,
    /// What of a question's text shows; none where nothing does.
    pub text: Option<Shown>,
    /// How many lines of the lowest pane don't show.
    pub hidden: usize,
}

/// Draws the state.
pub fn draw(state: &State, look: &Appearance, buffer: &mut Buffer) -> Drawn {
    let area = buffer.area;
    if is_too_small(state.size) {
        let words = format!("unbolt needs 30x8, this is {}x{}", state.size.0, state.size.1);
        crate::widgets::text_width::put(buffer, area.x, area.y, &words, area.width, look.theme.plain);
        return Drawn { cursor: None, text: None, hidden: state.hidden };
    }
    let layout = layout(state.size, state.focus);
    header::draw(state, look, buffer, layout.header);
    if Tab::of(state.focus) != Tab::Desk {
        let middle = Rect::new(area.x, area.y + 1, area.width, area.height.saturating_sub(2));
        let cursor = if state.focus.is_bulk() {
            crate::screens::lists::view::draw(state, look, buffer, middle)
        } else {
            crate::screens::list_tab::draw(state, look, buffer, middle);
            None
        };
        footer::draw(state, look, buffer, layout.footer);
        let (cursor, text) = match &state.dialog {
            Some(dialog) => crate::screens::dialog::view::draw(state, dialog, look, buffer, area),
            None => (cursor, None),
        };
        return Drawn { cursor, text, hidden: state.hidden };
    }
    let cursor = crate::screens::desk::view::people::draw(state, look, buffer, layout.search);
    crate::screens::desk::view::account_table::draw(state, look, buffer, layout.status);
    let lowest = if state.shows_log {
        crate::screens::desk::view::request_log::draw
    } else {
        crate::screens::desk::view::progress::draw
    };
    let hidden = lowest(state, look, buffer, layout.progress);
    footer::draw(state, look, buffer, layout.footer);
    let (cursor, text) = match &state.dialog {
        Some(dialog) => crate::screens::dialog::view::draw(state, dialog, look, buffer, area),
        None => (cursor, None),
    };
    Drawn { cursor, text, hidden }
}
