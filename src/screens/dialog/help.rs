//! Showing the keys of a place.

use tui_input::Input;

use crate::screens::action::Action;
use crate::screens::dialog::state::Prompt;
use crate::screens::keymap::{KeyContext, Keymap};
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::widgets::format::Glyphs;
use crate::widgets::text_width::fit;

/// The cells of the keys.
pub const KEYS: usize = 14;

/// Opens it.
pub fn open(state: &mut State) -> Vec<Effect> {
    state.ask(Prompt::Help(state.focus), Some(Input::default()))
}

/// The actions by what they are for, in the order of the help, by their names.
const GROUPS: [(&str, &str); 6] = [
    (
        "Unlock and read",
        "unlock unlock_all open refresh watch ticket copy details copy_id console log verify check_all",
    ),
    ("Lists and runs", "run pause stop retry send add_lines open_list save_list new_list drop_row edit choose"),
    ("Rows", "filter next_match previous_match sort mark mark_range mark_all up down page_up page_down first last"),
    ("Places", "desk locked lists ledger systems search leave_query people back next_pane previous_pane zoom"),
    ("Answers", "yes ticket_field method complete cancel"),
    ("Program", "help palette redraw suspend quit"),
];

/// What the shapes and words of the screen mean.
fn legend(glyphs: Glyphs) -> [(&'static str, &'static str); 12] {
    [
        (glyphs.locked, "locked"),
        (glyphs.on_purpose, "locked on purpose: an administrator's decision, opened with its id typed"),
        (glyphs.open, "open: the system says that it is not locked"),
        (glyphs.none, "the system reports no such thing, or it is not known yet"),
        (glyphs.unknown, "not read: the system failed; the reason stands beside it"),
        (glyphs.disabled, "disabled, or kept out otherwise: an unlock changes nothing about it"),
        ("5/5", "bad logins of those allowed, as the system counts them"),
        ("3+ bad", "at least so many: the system tells no exact count"),
        ("0 bad seen", "no bad login in what could be read"),
        ("stale", "read longer ago, and not since"),
        ("SINCE, OPENS", "how long it has been locked, and when it opens by itself; admin: somebody has to open it"),
        ("accepted", "the system has taken the unlock and not confirmed it yet"),
    ]
}

/// The keys of a place by groups and what they do, then the legend, as far as that holds the text; true for the head of
/// a group.
pub fn lines(keymap: &Keymap, place: KeyContext, glyphs: Glyphs, filter: &str) -> Vec<(bool, String)> {
    let wanted = filter.trim().to_lowercase();
    let groups = GROUPS.map(|(head, names)| {
        let actions = names.split(' ').filter_map(Action::named);
        (head, actions.map(|action| (keymap.keys(place, action), action.help())).collect::<Vec<_>>())
    });
    let signs = legend(glyphs).into_iter().map(|(sign, means)| (sign.to_owned(), means)).collect();
    let mut lines = Vec::new();
    for (head, mut rows) in groups.into_iter().chain([("What the signs mean", signs)]) {
        rows.retain(|(keys, words)| {
            !keys.is_empty() && format!("{keys} {words} {head}").to_lowercase().contains(&wanted)
        });
        lines.extend((!rows.is_empty()).then(|| (true, head.to_owned())));
        lines.extend(rows.iter().map(|(keys, words)| (false, format!("{} {words}", fit(keys, KEYS, glyphs.ellipsis)))));
    }
    lines
}

#[cfg(test)]
mod tests;
