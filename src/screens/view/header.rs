//! The head line: the program, and who sits here with which ticket.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::screens::State;
use crate::screens::state::TICKET_LIFE;
use crate::screens::tab::Tab;

use crate::widgets::text_width::cut;
use crate::widgets::text_width::put;
use crate::widgets::theme::Appearance;

/// The spinner: nothing, and its four signs.
const SPINNER: [&str; 5] = [" ", "|", "/", "-", "\\"];

pub fn draw(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) {
    let after = put(buffer, area.x, area.y, " unbolt", area.width, look.theme.key);
    let sign = state.busy.and_then(|(_, sign)| SPINNER.get(usize::from(sign))).unwrap_or(&" ");
    put(buffer, after + 1, area.y, sign, 1, look.theme.muted);
    let here = Tab::of(state.focus);
    // A narrow head line has the numbers, and the name of the tab that shows.
    let is_narrow = area.width < 90;
    let mut x = after + 2;
    for (one, name) in Tab::ALL {
        let count = if one == Tab::Locked && !state.locked.rows.is_empty() && !is_narrow {
            format!(" {}", state.locked.rows.len())
        } else {
            String::new()
        };
        let words = if is_narrow && one != here { name.get(..1).unwrap_or(name) } else { name };
        x = tab(look, buffer, area, x + 1, &format!("{words}{count}"), one == here) + 1;
    }
    let ticket = state
        .ticket
        .as_ref()
        .filter(|ticket| state.now.mono < ticket.at + TICKET_LIFE)
        .map(|ticket| cut(&ticket.text.cell(), 24, look.glyphs.ellipsis));
    let marked = state.marks.len() + state.locked.marks.len();
    let mut parts = Vec::new();
    if marked > 0 {
        parts.push(format!("{marked} marked"));
    }
    parts.extend([cut(&state.session.operator.cell(), 32, look.glyphs.ellipsis)]);
    parts.extend(ticket);
    if !state.session.label.is_empty() {
        parts.push(state.session.label.clone());
    }
    let right = parts.join(&format!(" {} ", look.glyphs.dot));
    let width = u16::try_from(right.width()).unwrap_or(u16::MAX);
    if x + width + 1 < area.width {
        put(buffer, area.right() - width - 1, area.y, &right, width, look.theme.muted);
    }
}

fn tab(look: &Appearance, buffer: &mut Buffer, area: Rect, x: u16, word: &str, is_here: bool) -> u16 {
    put(buffer, x, area.y, word, area.width, if is_here { look.theme.plain } else { look.theme.muted })
}
