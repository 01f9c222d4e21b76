//! Questions, in a box over the rest.
//!
//! ```text
//! unlock   one account, or everything of a person; the ticket
//! bulk     a list: its go, its files, its choices
//! pickers  what is looked through: details, actions, keys
//! ```

mod bulk;
mod pickers;
mod unlock;

use ratatui::Frame;
use ratatui::style::Style;
use tui_input::Input;

use crate::screens::dialog::state::{Dialog, Prompt, VisibleLines};
use crate::screens::view::footer;
use crate::screens::{Action, KeyContext, State};
use crate::widgets::Appearance;
use crate::widgets::popup::{Anchor, Field, Popup};

use bulk::{bulk, file, go_on, line, retry};
use pickers::{choose, details, help, palette, which};
use unlock::{everywhere, ticket, unlock};

/// A box's text, its field, and its keys.
struct Content<'a> {
    title: &'static str,
    lines: Vec<(String, Style)>,
    /// The first and the last of those that have to show, where one of them is chosen.
    chosen: Option<(usize, usize)>,
    field: Option<(&'static str, &'a Input)>,
}

/// Draws it; gives what of its text shows.
pub fn view(frame: &mut Frame, state: &State, dialog: &Dialog, appearance: &Appearance) -> Option<VisibleLines> {
    let mut content = content(state, dialog, appearance);
    if content.lines.is_empty() {
        content.lines.push(("nothing has that in it; change the text".to_owned(), appearance.theme.muted));
    }
    let typing_ticket = dialog.ticket.as_ref().map(|typed| ("ticket", typed));
    let place = dialog.place();
    let field = typing_ticket.or(content.field);
    for (text, _) in &mut content.lines {
        *text = state.with_keys(text);
    }
    let popup = Popup {
        title: content.title,
        lines: content.lines,
        chosen: content.chosen,
        top: dialog.top,
        field: field.map(|(label, input)| Field { label, input }),
        // What a question is about stays visible above it.
        anchor: if dialog.is_question() { Anchor::Bottom } else { Anchor::Middle },
        hang: hang(&dialog.ask),
        // The message about an answer stands below it.
        below: footer::lines(state, frame.area().width).len().max(1).try_into().unwrap_or(1),
    };
    let (text, keys) = popup.text(frame, appearance)?;
    let answer = if text.below == 0 || place.is_list() { Action::Yes } else { Action::Down };
    let ticket = (dialog.is_about_unlocks() && dialog.ticket.is_none()).then_some(Action::TicketField);
    let hints: Vec<String> = std::iter::once(answer)
        .chain(ticket)
        .chain([Action::Cancel])
        .filter_map(|action| {
            let keys = state.keymap.keys(place, action);
            let keys: Vec<&str> = keys.split(' ').filter(|key| !key.is_empty()).take(2).collect();
            let word = answer_word(place, field.is_some(), action);
            (!keys.is_empty()).then(|| format!("{} {word}", keys.join("/")))
        })
        .collect();
    keys.hints(frame, appearance, &hints.join("   "));
    Some(VisibleLines { top: text.top, room: text.room, below: text.below })
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
        Prompt::AddLines(input) => line(input, "Add a line", look),
        Prompt::EditLine { input, .. } => line(input, "Edit the line", look),
        Prompt::OpenList(input) => file(
            input,
            "Open a list",
            "The file: CSV or TSV with a head line, JSON lines, or one name to a line.",
            look,
        ),
        Prompt::SaveList(input) => file(input, "Save the list", "A new file for the rows that are kept.", look),
        Prompt::NewList => {
            plain("Begin a new list?", "This list is neither run to its end nor saved: {key:save_list} saves it.", look)
        }
        Prompt::GoOn { typed } => go_on(state, typed.as_ref(), look),
        Prompt::Retry { typed } => retry(state, typed.as_ref(), look),
        Prompt::Leave if state.lists.run.is_some() => plain("Leave the run?", &leaves_run(state), look),
        Prompt::Leave => {
            plain("Leave?", "The list is neither run nor saved, and is lost then: {key:save_list} saves it.", look)
        }
        Prompt::Choose { candidates, at, .. } => choose(candidates, *at, look),
        Prompt::Which { keys, at } => which(state, keys, *at, look),
        Prompt::Bulk { typed } => bulk(state, typed.as_ref(), look),
        Prompt::Ticket { input, then } => ticket(state, input, then.is_some(), look),
        Prompt::Details { key, filter } => details(state, key, filter, look),
        Prompt::Help { filter, place } => help(state, filter, *place, look),
        Prompt::Palette { filter, actions, at } => palette(state, filter, actions, *at, look),
    }
}

/// Where the second column of what is looked through begins.
fn hang(ask: &Prompt) -> usize {
    match ask {
        Prompt::Help { .. } => pickers::KEYS + 1,
        Prompt::Palette { .. } => pickers::PALETTE,
        Prompt::Details { .. } => pickers::LABEL,
        _ => 0,
    }
}

fn leaves_run(state: &State) -> String {
    let left = state.lists.left().saturating_sub(state.lists.in_flight());
    let rows = if left == 1 { "1 row is".to_owned() } else { format!("{left} rows are") };
    let later = match state.session.program {
        Some(_) => "they can be gone on with later, from the runs in Lists",
        None => "the demo forgets them",
    };
    format!("Requests under way are finished first. {rows} not begun then: {later}.")
}

/// An answer's word where it isn't a plain yes or cancel.
fn answer_word(place: KeyContext, has_field: bool, action: Action) -> &'static str {
    match (place, action) {
        (KeyContext::Help | KeyContext::Palette, Action::Cancel) if has_field => "close",
        (KeyContext::Palette, Action::Yes) if has_field => "do it",
        (KeyContext::Palette, Action::Yes) => "choose",
        (KeyContext::Text | KeyContext::Path, Action::Yes) => "ok",
        (_, Action::Down) => "more",
        (_, action) => action.word().unwrap_or(""),
    }
}

fn plain(title: &'static str, text: &str, look: &Appearance) -> Content<'static> {
    Content { title, lines: vec![(text.to_owned(), look.theme.plain)], chosen: None, field: None }
}
