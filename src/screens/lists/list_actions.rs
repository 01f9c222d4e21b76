//! What is done with a list: it comes in, rows are taken out and put back, and it can be kept.

use std::path::PathBuf;

use tui_input::Input;

use crate::bulk::Entry;
use crate::bulk::plan::Row;
use crate::bulk::plan::Verdict;
use crate::domain::AccountKey;
use crate::domain::Untrusted;
use crate::screens::dialog::state::Prompt;
use crate::screens::keymap::KeyContext;
use crate::screens::lists::state::Sort;
use crate::screens::lists::state::Source;
use crate::screens::lists::state::entry;
use crate::screens::message::Effect;
use crate::screens::state::State;

use crate::screens::perform::ask;

/// Goes to the tab.
pub fn show(state: &mut State) -> Vec<Effect> {
    crate::screens::focus::to(state, KeyContext::Lists)
}

/// Has a list planned.
pub fn plan(state: &mut State, source: Source) -> Vec<Effect> {
    state.lists.planning += 1;
    state.focus = KeyContext::Lists;
    crate::screens::update::fit(state);
    state.changed();
    vec![Effect::Plan(state.lists.generation, source)]
}

/// Why the list can't be changed now.
///
/// # Errors
/// The reason, for the footer.
pub fn can_edit(state: &State) -> Result<(), String> {
    if state.lists.run.is_some() {
        return Err("this list is frozen and run: N begins a new one".to_owned());
    }
    if state.lists.freezing {
        return Err("the plan is being frozen".to_owned());
    }
    Ok(())
}

/// Why no file is opened or written here.
///
/// # Errors
/// The reason, for the footer.
pub fn may_use_files(state: &State) -> Result<(), String> {
    if state.session.service {
        return Err("service mode opens and writes no files: paste the list".to_owned());
    }
    Ok(())
}

/// Asks for a file.
pub fn open_list(state: &mut State) -> Vec<Effect> {
    ask(state, Prompt::OpenList(Input::default()))
}

/// The file that was named.
pub fn opened(state: &mut State, path: &str) -> Vec<Effect> {
    if path.trim().is_empty() {
        state.notify("no file was named");
        return Vec::new();
    }
    join(state, Source::File(PathBuf::from(path.trim())))
}

/// Has a list planned that somebody brings along: one that is there already is told, because it stays.
pub fn join(state: &mut State, source: Source) -> Vec<Effect> {
    match state.lists.rows.len() {
        0 => {}
        1 => state.notify("this joins the row that is here: N begins a new list"),
        n => state.notify(format!("this joins the {n} rows that are here: N begins a new list")),
    }
    plan(state, source)
}

/// Marks the selected person, or takes the mark away.
pub fn mark(state: &mut State) -> Vec<Effect> {
    if let Some(key) = state.desk.selected.clone()
        && !state.marks.remove(&key)
    {
        state.marks.insert(key);
    }
    state.desk.step(1);
    crate::screens::desk::select::moved(state);
    state.changed();
    Vec::new()
}

/// Sends the marked people, or the selected one, to the list.
pub fn send(state: &mut State) -> Vec<Effect> {
    let marked = |accounts: &[AccountKey]| accounts.iter().any(|key| state.marks.contains(key));
    let mut chosen: Vec<AccountKey> = state
        .desk
        .rows
        .iter()
        .filter(|person| marked(&person.accounts))
        .flat_map(|person| person.accounts.iter().cloned())
        .collect();
    if state.marks.is_empty() {
        chosen = state.desk.person().map(|person| person.accounts).unwrap_or_default();
        let selected = state.desk.selected.as_ref();
        if let Some(person) =
            state.desk.rows.iter().find(|person| selected.is_some_and(|key| person.accounts.contains(key)))
        {
            chosen.clone_from(&person.accounts);
        }
    }
    let from = state.lists.rows.len() as u64;
    let entries: Vec<Entry> = chosen
        .iter()
        .filter_map(|key| state.desk.board.get(key))
        .zip(from + 1..)
        .map(|(account, line)| entry(line, account))
        .collect();
    if entries.is_empty() {
        state.notify("choose or mark a person first");
        return Vec::new();
    }
    state.marks.clear();
    state.notify(format!("sent to the bulk list: {}", entries.len()));
    plan(state, Source::Entries(entries))
}

/// Takes the row out, or puts it back.
pub fn drop_row(state: &mut State) -> Vec<Effect> {
    if let Some((at, _)) = state.lists.current()
        && let Some(one) = state.lists.rows.get_mut(at)
    {
        one.dropped = !one.dropped;
    }
    state.changed();
    Vec::new()
}

/// Asks which of several accounts is meant.
pub fn choose(state: &mut State) -> Vec<Effect> {
    match state.lists.current() {
        Some((at, one)) if !one.row.candidates.is_empty() => {
            let candidates = one.row.candidates.clone();
            ask(state, Prompt::Choose { row: at, candidates, at: 0 })
        }
        _ => Vec::new(),
    }
}

/// Why nothing can be chosen for this row.
///
/// # Errors
/// The reason, for the footer.
pub fn can_choose(state: &State) -> Result<(), String> {
    can_edit(state)?;
    match state.lists.current() {
        Some((_, one)) if !one.row.candidates.is_empty() => Ok(()),
        Some((_, one)) if one.row.verdict == Verdict::Ambiguous => {
            Err("there is nothing to choose from: unlock it by itself on the desk".to_owned())
        }
        _ => Err("this row is not ambiguous".to_owned()),
    }
}

/// Begins to type a filter.
pub fn filter(state: &mut State) -> Vec<Effect> {
    crate::screens::focus::to(state, KeyContext::Filter)
}

/// The other order.
pub fn sort(state: &mut State) -> Vec<Effect> {
    state.lists.sort = if state.lists.sort == Sort::ProblemsFirst { Sort::Line } else { Sort::ProblemsFirst };
    state.lists.arrange();
    state.changed();
    Vec::new()
}

/// Asks where to save the list.
pub fn save(state: &mut State) -> Vec<Effect> {
    ask(state, Prompt::SaveList(Input::default()))
}

/// The rows that are kept, as a list that can be opened again.
pub fn saved(state: &mut State, path: &str) -> Vec<Effect> {
    if path.trim().is_empty() {
        state.notify("no file was named");
        return Vec::new();
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

/// A new, empty list; asks first when that loses work.
pub fn clear(state: &mut State) -> Vec<Effect> {
    if state.lists.is_unsaved() { ask(state, Prompt::NewList) } else { cleared(state) }
}

/// The list is forgotten.
pub fn cleared(state: &mut State) -> Vec<Effect> {
    let run = state.lists.run.as_ref().map(|run| run.settings().id);
    state.lists.clear();
    state.changed();
    run.map(Effect::Release).into_iter().collect()
}

/// Why a new list can't be begun.
///
/// # Errors
/// The reason, for the footer.
pub fn can_clear(state: &State) -> Result<(), String> {
    let at_work = state.lists.run.as_ref().is_some_and(|run| !run.is_over());
    if at_work || state.lists.freezing {
        return Err("the run is at work: X stops it first".to_owned());
    }
    Ok(())
}
