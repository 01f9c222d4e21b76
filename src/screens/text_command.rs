//! A whole line instead of keys, where nothing is redrawn: a name, a number, an action by its name, an answer.

use tui_input::Input;

use crate::domain::{Untrusted, suggest};
use crate::screens::action::Action;
use crate::screens::desk::accounts::SystemRow;
use crate::screens::dialog::state::Prompt;
use crate::screens::keymap::KeyContext;
use crate::screens::message::Effect;
use crate::screens::state::State;

use crate::screens::action::perform;

/// Takes a line.
pub fn take(state: &mut State, line: &str) -> Vec<Effect> {
    let line = line.trim();
    state.toast = None;
    state.changed();
    if let Some(dialog) = &mut state.dialog {
        if let Some(many) = dialog.choices() {
            return match line.parse::<usize>() {
                Ok(n) if (1..=many).contains(&n) => {
                    dialog.at = n - 1;
                    perform(state, Action::Yes)
                }
                _ if matches!(line, "" | "n" | "no" | "cancel") => perform(state, Action::Cancel),
                _ => state.say(format!("a number from 1 to {many} chooses")),
            };
        }
        return match dialog.place() {
            KeyContext::Confirm if matches!(line, "y" | "yes") => perform(state, Action::Yes),
            KeyContext::Text | KeyContext::Path if line != "cancel" => {
                let is_ticket = matches!(dialog.ask, Prompt::Ticket { .. });
                let typed = match line {
                    // The ticket that stands there is kept.
                    "" if is_ticket => None,
                    "-" if is_ticket => Some(""),
                    line => Some(line),
                };
                if let (Some(field), Some(typed)) = (dialog.input(), typed) {
                    *field = Input::new(typed.to_owned());
                }
                perform(state, Action::Yes)
            }
            // What was shown is closed by whatever comes next, and that counts.
            KeyContext::Help | KeyContext::Palette if !line.is_empty() => {
                state.dialog = None;
                take(state, line)
            }
            _ => perform(state, Action::Cancel),
        };
    }
    if let Some(name) = line.strip_prefix(':') {
        return named(state, name);
    }
    match line.parse::<usize>() {
        Ok(n) if n > 0 => chosen(state, n - 1),
        _ if line.is_empty() => Vec::new(),
        _ => {
            state.desk.ask_for(line, state.now);
            crate::screens::focus::to(state, KeyContext::People)
        }
    }
}

fn named(state: &mut State, name: &str) -> Vec<Effect> {
    let name = name.trim().replace([' ', '-'], "_").to_lowercase();
    if let Some(action) = Action::named(&name) {
        return perform(state, action);
    }
    let meant = suggest(&name, Action::names()).map(|name| format!("; did you mean `:{name}`?")).unwrap_or_default();
    state.say(format!("`{}` is no action{meant}", Untrusted::from(name).cell()))
}

/// The person, the account or the run of that number, as it was said.
fn chosen(state: &mut State, at: usize) -> Vec<Effect> {
    if state.focus == KeyContext::Lists && state.lists.shows_runs() {
        let list = &mut state.lists.runs.list;
        list.at = at.min(list.shown.len().saturating_sub(1));
        list.scroll();
        let id = state.lists.runs.selected().map(crate::bulk::runs::RunSummary::short_id).unwrap_or_default();
        return state.say(format!("chosen: run {id}"));
    }
    if state.focus == KeyContext::Status {
        let chosen = state.desk.system_rows().get(at).map(|row| match row {
            SystemRow::Account(account) => format!("chosen: {} {}", account.key.provider, account.key.id.cell()),
            row => format!("chosen: {}", row.system()),
        });
        state.desk.choose_row(at);
        return state.say(chosen.unwrap_or_else(|| "there is no row of this number".to_owned()));
    }
    match state.desk.rows.get(at).and_then(crate::screens::desk::state::Desk::key_of).cloned() {
        Some(key) => {
            state.desk.selected = Some(key);
            crate::screens::focus::to(state, KeyContext::Status)
        }
        None => state.say("there is nobody of this number"),
    }
}
