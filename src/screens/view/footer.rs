//! The footer: a message while it stands, else the keys of this place from the dispatch table. A question names its
//! own.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use crate::bulk::Run;
use crate::screens::Action;
use crate::screens::KeyContext;
use crate::screens::State;
use crate::screens::perform::availability;

use crate::widgets::text_width::cut;
use crate::widgets::text_width::put;
use crate::widgets::theme::Appearance;

pub fn draw(state: &State, look: &Appearance, buffer: &mut Buffer, area: Rect) {
    if let Some((text, _)) = &state.toast {
        let text = cut(text, usize::from(area.width.saturating_sub(2)), look.glyphs.ellipsis);
        put(buffer, area.x + 1, area.y, &text, area.width.saturating_sub(1), look.theme.key);
        return;
    }
    if state.dialog.is_some() {
        return;
    }
    let place = state.focus;
    let mut x = area.x + 1;
    for action in Action::all() {
        let Some(word) = word(state, action) else { continue };
        let keys = state.keymap.keys(place, action);
        let Some(key) = keys.split(' ').find(|key| !key.is_empty()) else { continue };
        let width = u16::try_from(key.width() + word.width() + 3).unwrap_or(u16::MAX);
        if x + width > area.right() {
            continue;
        }
        // Many keys belong to one stage of a list only: the others would push them out.
        if place.is_bulk() && availability(state, action).is_err() {
            continue;
        }
        // In the list it would change with each move of the cursor, and cost bytes with each key.
        let can = place != KeyContext::Status || availability(state, action).is_ok();
        x = put(buffer, x, area.y, key, area.width, if can { look.theme.key } else { look.theme.muted });
        x = put(buffer, x + 1, area.y, word, area.width, if can { look.theme.plain } else { look.theme.muted }) + 2;
    }
}

/// The word of an action as things stand.
fn word(state: &State, action: Action) -> Option<&'static str> {
    match action {
        Action::Pause if state.lists.run.as_ref().is_some_and(Run::is_paused) => Some("resume"),
        _ => action.word(),
    }
}
