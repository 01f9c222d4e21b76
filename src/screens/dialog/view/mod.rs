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

use crate::screens::dialog::help::KEYS;
use crate::screens::dialog::state::{Dialog, Prompt};
use crate::screens::view::footer;
use crate::screens::{Action, KeyContext, State};
use crate::widgets::format::count;
use crate::widgets::popup::{Anchor, Field, Popup};
use crate::widgets::{Appearance, VisibleLines};

use bulk::{bulk, go_on, retry};
use pickers::{choose, details, help, palette, which};
use unlock::{everywhere, ticket, unlock};

/// A box's text.
struct Content {
    title: &'static str,
    lines: Vec<(String, Style)>,
    /// The first and the last of those that have to show, where one of them is chosen.
    chosen: Option<(usize, usize)>,
}

/// Draws it; gives what of its text shows.
pub fn view(frame: &mut Frame, state: &State, dialog: &Dialog, appearance: &Appearance) -> Option<VisibleLines> {
    let mut content = content(state, dialog, appearance);
    if content.lines.is_empty() {
        content.lines.push(("nothing has that in it; change the text".to_owned(), appearance.theme.muted));
    }
    let ticket = dialog.ticket.as_ref().map(|input| Field { label: "ticket", input });
    let field = ticket.or_else(|| dialog.field.as_ref().map(|input| Field { label: label(&dialog.ask), input }));
    let place = dialog.place();
    for (text, _) in &mut content.lines {
        *text = state.with_keys(text);
    }
    let popup = Popup {
        title: content.title,
        lines: content.lines,
        chosen: content.chosen,
        top: dialog.top,
        field,
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
    Some(text)
}

/// The question as lines.
pub fn lines(state: &State, dialog: &Dialog, look: &Appearance) -> Vec<String> {
    let content = content(state, dialog, look);
    std::iter::once(content.title.to_owned()).chain(content.lines.into_iter().map(|(line, _)| line)).collect()
}

fn content(state: &State, dialog: &Dialog, look: &Appearance) -> Content {
    let is_typed = dialog.field.is_some();
    let filter = dialog.field.as_ref().map_or("", Input::value);
    match &dialog.ask {
        Prompt::Unlock(confirm) => unlock(state, confirm, look),
        Prompt::Everywhere { keys, person } => everywhere(state, keys, person, look),
        Prompt::AddLines => plain("Add a line", "A user name, an address or an id.", look),
        Prompt::EditLine(..) => plain("Edit the line", "A user name, an address or an id.", look),
        Prompt::OpenList => plain(
            "Open a list",
            "The file: CSV or TSV with a head line, JSON lines, or one name to a line. {key:complete} completes its name.",
            look,
        ),
        Prompt::SaveList => {
            plain("Save the list", "A new file for the rows that are kept. {key:complete} completes its name.", look)
        }
        Prompt::NewList => {
            plain("Begin a new list?", "This list is neither run to its end nor saved: {key:save_list} saves it.", look)
        }
        Prompt::GoOn => go_on(state, is_typed, look),
        Prompt::Retry => retry(state, is_typed, look),
        Prompt::Leave if state.lists.run.is_some() => plain("Leave the run?", &leaves_run(state), look),
        Prompt::Leave => {
            plain("Leave?", "The list is neither run nor saved, and is lost then: {key:save_list} saves it.", look)
        }
        Prompt::Choose { candidates, .. } => choose(candidates, dialog.at, look),
        Prompt::Which(keys) => which(state, keys, dialog.at, look),
        Prompt::Bulk => bulk(state, is_typed, look),
        Prompt::Ticket { then } => ticket(state, then.is_some(), look),
        Prompt::Details(key) => details(state, key, filter, look),
        Prompt::Help(place) => help(state, filter, *place, look),
        Prompt::Palette(actions) => palette(state, filter, actions, dialog.at, look),
    }
}

/// What a question's field holds.
fn label(ask: &Prompt) -> &'static str {
    match ask {
        Prompt::Unlock(_) => "id",
        Prompt::Bulk | Prompt::GoOn | Prompt::Retry => "number",
        Prompt::Ticket { .. } => "ticket",
        Prompt::AddLines | Prompt::EditLine(..) => "line",
        Prompt::OpenList | Prompt::SaveList => "file",
        Prompt::Palette(_) => "action",
        _ => "filter",
    }
}

/// Where the second column of what is looked through begins.
fn hang(ask: &Prompt) -> usize {
    match ask {
        Prompt::Help(_) => KEYS + 1,
        Prompt::Palette(_) => pickers::PALETTE,
        Prompt::Details(_) => pickers::LABEL,
        _ => 0,
    }
}

fn leaves_run(state: &State) -> String {
    let left = state.lists.left().saturating_sub(state.lists.in_flight());
    let rows = count(left, "row is", "rows are");
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

fn plain(title: &'static str, text: &str, look: &Appearance) -> Content {
    Content { title, lines: vec![(text.to_owned(), look.theme.plain)], chosen: None }
}
