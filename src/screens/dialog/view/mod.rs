//! Questions, in a box over the rest.
//!
//! ```text
//! unlocks   one account, or everything of a person; the ticket
//! runs      a list: its go, its files, its choices
//! lists     what is looked through: details, actions, keys
//! ```

mod bulk;
mod pickers;
mod unlock;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget as _};
use tui_input::Input;

use crate::screens::Action;
use crate::screens::KeyContext;
use crate::screens::State;
use crate::screens::dialog::state::Dialog;
use crate::screens::dialog::state::Prompt;
use crate::screens::dialog::state::Shown;

use crate::widgets::pane;
use crate::widgets::text_width::cut;
use crate::widgets::text_width::put;
use crate::widgets::text_width::wrap;
use crate::widgets::theme::Appearance;

use bulk::{bulk, file, go_on, retry};
use pickers::{choose, details, help, palette, which};
use unlock::{everywhere, ticket, unlock};

/// A box's text, its field, and its keys.
struct Content<'a> {
    title: &'static str,
    lines: Vec<(String, Style)>,
    /// The first and the last of those that have to show, where one of them is chosen.
    chosen: Option<(usize, usize)>,
    field: Option<(&'static str, &'a Input)>,
    place: KeyContext,
}

pub fn draw(
    state: &State,
    dialog: &Dialog,
    look: &Appearance,
    buffer: &mut Buffer,
    screen: Rect,
) -> (Option<Position>, Option<Shown>) {
    show(state, content(state, dialog, look), dialog.top, look, buffer, screen)
}

/// The question as lines.
pub fn lines(state: &State, dialog: &Dialog, look: &Appearance) -> Vec<String> {
    let content = content(state, dialog, look);
    std::iter::once(content.title.to_owned()).chain(content.lines.into_iter().map(|(line, _)| line)).collect()
}

fn content<'a>(state: &State, dialog: &'a Dialog, look: &Appearance) -> Content<'a> {
    match &dialog.ask {
        Prompt::Unlock(confirm) => unlock(state, confirm, look),
        Prompt::Everywhere { keys, person } => everywhere(state, keys, person, look),
        Prompt::OpenList(input) => file(
            input,
            "Open a list",
            "The file: CSV or TSV with a head line, JSON lines, or one name to a line.",
            look,
        ),
        Prompt::SaveList(input) => file(input, "Save the list", "A new file for the rows that are kept.", look),
        Prompt::NewList => {
            plain("Begin a new list?", "This list is neither run to its end nor saved: s saves it.", look)
        }
        Prompt::GoOn { typed } => go_on(state, typed.as_ref(), look),
        Prompt::Retry { typed } => retry(state, typed.as_ref(), look),
        Prompt::Leave => plain("Leave?", "The list is neither run nor saved, and is lost then: s saves it.", look),
        Prompt::Choose { candidates, at, .. } => choose(candidates, *at, look),
        Prompt::Which { keys, at } => which(state, keys, *at, look),
        Prompt::Bulk { typed } => bulk(state, typed.as_ref(), look),
        Prompt::Ticket { input, then } => ticket(state, input, then.is_some(), look),
        Prompt::Details { key, filter } => details(state, key, filter, look),
        Prompt::Help { filter, place } => help(state, filter, *place, look),
        Prompt::Palette { filter, actions, at } => palette(state, filter, actions, *at, look),
    }
}

fn show(
    state: &State,
    mut content: Content<'_>,
    top: usize,
    look: &Appearance,
    buffer: &mut Buffer,
    screen: Rect,
) -> (Option<Position>, Option<Shown>) {
    if content.lines.is_empty() {
        content.lines.push(("nothing has that in it; change the text".to_owned(), look.theme.muted));
    }
    let width = screen.width.saturating_sub(4).min(76);
    let inner = usize::from(width.saturating_sub(4));
    let mut lines: Vec<(String, Style)> = Vec::new();
    let mut starts = Vec::new();
    for (text, style) in content.lines {
        starts.push(lines.len());
        lines.extend(wrap(&text, inner).into_iter().map(|line| (line, style)));
    }
    let extra = if content.field.is_some() { 2 } else { 0 };
    let wanted = u16::try_from(lines.len() + extra + 4).unwrap_or(u16::MAX);
    let height = wanted.min(screen.height.saturating_sub(2)).max(5).min(screen.height);
    let area = Rect::new(screen.x + (screen.width - width) / 2, screen.y + (screen.height - height) / 2, width, height);
    Clear.render(area, buffer);
    let room = usize::from(height).saturating_sub(3 + extra / 2);
    let end = |at: usize| starts.get(at + 1).copied().unwrap_or(lines.len());
    let top = match content.chosen {
        Some((first, last)) => end(last).saturating_sub(room).min(starts.get(first).copied().unwrap_or(0)),
        None => top.min(lines.len().saturating_sub(room)),
    };
    let below = lines.len().saturating_sub(top + room);
    let shown = Some(Shown { top, room, below });
    let more = if below > 0 { format!("{below} more below") } else { String::new() };
    let inside = pane::frame(buffer, look, area, content.title, &more, true);
    if inside.is_empty() || room == 0 {
        return (None, None);
    }
    for (y, (line, style)) in (inside.y..).zip(lines.iter().skip(top).take(room)) {
        put(buffer, inside.x + 1, y, line, inside.width - 1, *style);
    }
    let keys_at = inside.bottom() - 1;
    let bottom = keys_at - u16::from(content.field.is_some());
    let answer = if below == 0 || content.place.is_list() { Action::Yes } else { Action::Down };
    let hint: Vec<String> = [answer, Action::Cancel]
        .into_iter()
        .filter_map(|action| {
            let keys = state.keymap.keys(content.place, action);
            let keys: Vec<&str> = keys.split(' ').filter(|key| !key.is_empty()).take(2).collect();
            let word = answer_word(content.place, content.field.is_some(), action);
            (!keys.is_empty()).then(|| format!("{} {word}", keys.join("/")))
        })
        .collect();
    put(buffer, inside.x + 1, keys_at, &hint.join("   "), inside.width - 1, look.theme.key);
    let Some((label, input)) = content.field else { return (None, shown) };
    let x = put(buffer, inside.x + 1, bottom, &format!("{label}: "), inside.width - 1, look.theme.plain);
    let room = inside.right().saturating_sub(x + 1);
    let scroll = input.visual_scroll(usize::from(room));
    let typed: String = input.value().chars().skip(scroll).collect();
    put(buffer, x, bottom, &cut(&typed, usize::from(room), ""), room, look.theme.plain);
    let column = u16::try_from(input.visual_cursor().saturating_sub(scroll)).unwrap_or(0);
    (Some(Position::new((x + column).min(inside.right() - 1), bottom)), shown)
}

/// An answer's word where it isn't a plain yes or cancel.
fn answer_word(place: KeyContext, has_field: bool, action: Action) -> &'static str {
    match (place, action) {
        (KeyContext::Help | KeyContext::Palette, Action::Cancel) if has_field => "close",
        (KeyContext::Palette, Action::Yes) if has_field => "do it",
        (KeyContext::Palette, Action::Yes) => "choose",
        (KeyContext::Text, Action::Yes) => "ok",
        (_, Action::Down) => "reads on",
        (_, action) => action.word().unwrap_or(""),
    }
}

fn plain(title: &'static str, text: &str, look: &Appearance) -> Content<'static> {
    Content {
        title,
        lines: vec![(text.to_owned(), look.theme.plain)],
        chosen: None,
        field: None,
        place: KeyContext::Confirm,
    }
}
