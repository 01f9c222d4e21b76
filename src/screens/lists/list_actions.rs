//! What is done with a list: it comes in, rows are taken out and put back, and it can be kept.

use std::path::PathBuf;

use tui_input::Input;

use crate::bulk::ListEntry;
use crate::bulk::plan::{Row, Verdict};
use crate::domain::{AccountKey, Untrusted};
use crate::screens::dialog::state::Prompt;
use crate::screens::keymap::KeyContext;
use crate::screens::lists::state::{Source, entry};
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::screens::tab::Tab;

/// Goes to the tab.
pub fn show(state: &mut State) -> Vec<Effect> {
    let mut effects = crate::screens::focus::to(state, KeyContext::Lists);
    if state.lists.rows.is_empty() && state.lists.run.is_none() {
        effects.push(Effect::ListRuns);
    }
    effects
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
        return Err("this list is frozen and run: {key:new_list} begins a new one".to_owned());
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
    if state.lists.rows.is_empty() { Err("the list is empty: there is nothing to save".to_owned()) } else { Ok(()) }
}

/// Asks for a line.
pub fn add_lines(state: &mut State) -> Vec<Effect> {
    state.ask(Prompt::AddLines(Input::default()))
}

/// The line that was typed.
pub fn added(state: &mut State, line: &str) -> Vec<Effect> {
    if line.trim().is_empty() {
        state.notify("no name was typed");
        return Vec::new();
    }
    plan(state, Source::Text(line.trim().to_owned()))
}

/// Asks for another text of the selected row's line.
pub fn edit(state: &mut State) -> Vec<Effect> {
    let Some((line, text)) = state.lists.current().map(|(_, one)| (one.row.line, one.row.input.as_data().to_owned()))
    else {
        return Vec::new();
    };
    state.ask(Prompt::EditLine { line, input: Input::new(text) })
}

/// The line says something else: it is looked up anew in the place of what it came to.
pub fn edited(state: &mut State, line: u64, text: &str) -> Vec<Effect> {
    if text.trim().is_empty() {
        state.notify("no name was typed: {key:drop_row} takes the row out");
        return Vec::new();
    }
    let ticket = state.lists.rows.iter().find(|one| one.row.line == line).and_then(|one| one.row.ticket.clone());
    let entry = |line: u64, text: Untrusted, ticket: Option<Untrusted>| ListEntry {
        line,
        text,
        rank: None,
        further: Vec::new(),
        provider: None,
        ticket,
    };
    let again = state.lists.remove_line(line);
    let edited = entry(line, text.trim().into(), ticket);
    let again = again.into_iter().map(|row| entry(row.line, row.input, row.ticket));
    let entries = std::iter::once(edited).chain(again).collect();
    plan(state, Source::Entries(entries))
}

/// Asks for a file.
pub fn open_list(state: &mut State) -> Vec<Effect> {
    state.ask(Prompt::OpenList(Input::default()))
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
        1 => state.notify("this joins the row that is here: {key:new_list} begins a new list"),
        n => state.notify(format!("this joins the {n} rows that are here: {{key:new_list}} begins a new list")),
    }
    plan(state, source)
}

/// Why nobody can be added: a finished run is nobody's list any more, and makes place.
///
/// # Errors
/// The reason, for the footer.
pub fn can_send(state: &State) -> Result<(), String> {
    let is_finished = state.lists.run.as_ref().is_some_and(crate::bulk::Run::is_over) && state.lists.left() == 0;
    if is_finished { Ok(()) } else { can_edit(state) }
}

/// Adds the marked people, or the selected one, to the list.
pub fn send(state: &mut State) -> Vec<Effect> {
    let mut chosen: Vec<AccountKey> = state.marks.keys().cloned().collect();
    if chosen.is_empty() {
        chosen = match state.tab() {
            Tab::Locked => state.locked.list.selected().map(|row| state.locked.keys(row)).unwrap_or_default(),
            _ => {
                let at = state.desk.position();
                let selected = at.and_then(|at| state.desk.rows.get(at)).map(|person| person.accounts.clone());
                selected.or_else(|| state.desk.person().map(|person| person.accounts)).unwrap_or_default()
            }
        };
    }
    let from = state.lists.rows.len() as u64;
    let known = |key: &AccountKey| state.desk.cache.get(key).or_else(|| state.locked.account(key));
    let entries: Vec<ListEntry> =
        chosen.iter().filter_map(known).zip(from + 1..).map(|(account, line)| entry(line, account)).collect();
    if entries.is_empty() {
        state.notify("choose or mark a person first");
        return Vec::new();
    }
    let mut released = Vec::new();
    if state.lists.run.as_ref().is_some_and(crate::bulk::Run::is_over) && state.lists.left() == 0 {
        released = cleared(state);
    }
    state.marks.clear();
    state.notify(format!("added to the list: {}", entries.len()));
    released.extend(plan(state, Source::Entries(entries)));
    released
}

/// Why no row is taken out.
///
/// # Errors
/// The reason, for the footer.
pub fn can_drop(state: &State) -> Result<(), String> {
    can_edit(state)?;
    if state.lists.rows.is_empty() { Err("there is no list yet".to_owned()) } else { Ok(()) }
}

fn is_marked(state: &State, at: usize) -> bool {
    let account = state.lists.rows.get(at).and_then(|one| one.row.account.as_ref());
    account.is_some_and(|account| state.marks.has(std::slice::from_ref(&account.key)))
}

/// Takes the row out, or puts it back; all marked rows where there are any.
pub fn drop_row(state: &mut State) -> Vec<Effect> {
    let marked: Vec<usize> = (0..state.lists.rows.len()).filter(|at| is_marked(state, *at)).collect();
    let meant = if marked.is_empty() { state.lists.current().map(|(at, _)| at).into_iter().collect() } else { marked };
    let drops = meant.iter().any(|at| state.lists.rows.get(*at).is_some_and(|one| !one.dropped));
    for at in meant {
        if let Some(one) = state.lists.rows.get_mut(at) {
            one.dropped = drops;
        }
    }
    state.changed();
    Vec::new()
}

/// Asks which of several accounts is meant.
pub fn choose(state: &mut State) -> Vec<Effect> {
    match state.lists.current() {
        Some((at, one)) if !one.row.candidates.is_empty() => {
            let candidates = one.row.candidates.clone();
            state.ask(Prompt::Choose { row: at, candidates, at: 0 })
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

/// Asks where to save the list.
pub fn save(state: &mut State) -> Vec<Effect> {
    state.ask(Prompt::SaveList(Input::default()))
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
    if state.lists.is_unsaved() { state.ask(Prompt::NewList) } else { cleared(state) }
}

/// The list is forgotten.
pub fn cleared(state: &mut State) -> Vec<Effect> {
    let run = state.lists.run.as_ref().map(|run| run.settings().id);
    state.lists.clear();
    crate::screens::update::fit(state);
    state.changed();
    run.map(Effect::Release).into_iter().chain([Effect::ListRuns]).collect()
}

/// Why a new list can't be begun.
///
/// # Errors
/// The reason, for the footer.
pub fn can_clear(state: &State) -> Result<(), String> {
    if state.lists.shows_runs() {
        return Err("there is no list yet: {key:add_lines} begins one".to_owned());
    }
    let at_work = state.lists.run.as_ref().is_some_and(|run| !run.is_over());
    if at_work || state.lists.freezing {
        return Err("a run is under way: {key:stop} stops it first".to_owned());
    }
    Ok(())
}
