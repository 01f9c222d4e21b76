//! Lists from files, and rows to files.

use std::path::PathBuf;

use tui_input::Input;

use crate::bulk::plan::Row;
use crate::domain::Untrusted;
use crate::screens::action::unless;
use crate::screens::dialog::state::Prompt;
use crate::screens::lists::state::ListSource;
use crate::screens::message::Effect;
use crate::screens::state::State;

use super::{can_edit, join};

/// Why no file is opened or written here.
///
/// # Errors
/// The reason, for the footer.
pub fn may_use_files(state: &State) -> Result<(), String> {
    unless(state.session.service, "service mode opens and writes no files: paste the list")
}

/// Why no file is opened.
///
/// # Errors
/// The reason, for the footer.
pub fn can_open_file(state: &State) -> Result<(), String> {
    may_use_files(state)?;
    can_edit(state)
}

/// Why the list isn't saved.
///
/// # Errors
/// The reason, for the footer.
pub fn can_save(state: &State) -> Result<(), String> {
    may_use_files(state)?;
    unless(state.lists.rows.is_empty(), "the list is empty: there is nothing to save")
}

/// Asks for a file.
pub fn open_list(state: &mut State) -> Vec<Effect> {
    state.ask(Prompt::OpenList, Some(Input::default()))
}

/// The file that was named.
pub fn opened(state: &mut State, path: &str) -> Vec<Effect> {
    if path.trim().is_empty() {
        return state.say("no file was named");
    }
    join(state, ListSource::File(PathBuf::from(path.trim())))
}

/// Asks where to save the list.
pub fn save(state: &mut State) -> Vec<Effect> {
    state.ask(Prompt::SaveList, Some(Input::default()))
}

/// The rows that are kept, as a list that can be opened again.
pub fn saved(state: &mut State, path: &str) -> Vec<Effect> {
    if path.trim().is_empty() {
        return state.say("no file was named");
    }
    let mut text = String::from("provider,id,username,ticket\n");
    for one in state.lists.rows.iter().filter(|one| !one.dropped) {
        // No field may be a formula to whoever opens the list in a spreadsheet.
        let quoted = |text: &Untrusted| format!("\"{}\"", text.csv().replace('"', "\"\""));
        let row: &Row = &one.row;
        let (provider, id, name) = match &row.account {
            Some(account) => (account.key.provider.to_string(), quoted(&account.key.id), quoted(&account.username)),
            None => (String::new(), String::new(), quoted(&row.input)),
        };
        let ticket = row.ticket.as_ref().map(quoted).unwrap_or_default();
        text.push_str(&format!("{provider},{id},{name},{ticket}\n"));
    }
    vec![Effect::Save { path: PathBuf::from(path.trim()), text }]
}
