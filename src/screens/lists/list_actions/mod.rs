//! What is done with a list: it comes in, rows are taken out and put back, and it can be kept.

mod files;
mod rows;

use tui_input::Input;

use crate::bulk::ListEntry;
use crate::domain::{AccountKey, Untrusted};
use crate::screens::action::unless;
use crate::screens::dialog::state::Prompt;
use crate::screens::keymap::KeyContext;
use crate::screens::lists::state::{ListSource, entry};
use crate::screens::message::Effect;
use crate::screens::state::State;
use crate::screens::tab::Tab;

pub use files::{can_open_file, can_save, may_use_files, open_list, opened, save, saved};
pub use rows::{can_choose, can_drop, choose, drop_row, is_marked};

/// Goes to the tab.
pub fn show(state: &mut State) -> Vec<Effect> {
    let mut effects = crate::screens::focus::to(state, KeyContext::Lists);
    if state.lists.rows.is_empty() && state.lists.run.is_none() {
        effects.push(Effect::ListRuns);
    }
    effects
}

/// Has a list planned.
pub fn plan(state: &mut State, source: ListSource) -> Vec<Effect> {
    state.lists.planning += 1;
    state.focus = KeyContext::Lists;
    state.changed();
    vec![Effect::Plan(state.lists.generation, source)]
}

/// Why the list can't be changed now.
///
/// # Errors
/// The reason, for the footer.
pub fn can_edit(state: &State) -> Result<(), String> {
    unless(state.lists.run.is_some(), "this list is frozen and run: {key:new_list} begins a new one")?;
    unless(state.lists.freezing, "the plan is being frozen")
}

/// Asks for a line.
pub fn add_lines(state: &mut State) -> Vec<Effect> {
    state.ask(Prompt::AddLines, Some(Input::default()))
}

/// The line that was typed.
pub fn added(state: &mut State, line: &str) -> Vec<Effect> {
    if line.trim().is_empty() {
        return state.say("no name was typed");
    }
    plan(state, ListSource::Text(line.trim().to_owned()))
}

/// Asks for another text of the selected row's line.
pub fn edit(state: &mut State) -> Vec<Effect> {
    let Some((_, one)) = state.lists.current() else { return Vec::new() };
    let (line, text) = (one.row.line, one.row.input.clone());
    let input = Input::new(text.as_data().to_owned());
    state.ask(Prompt::EditLine(line, text), Some(input))
}

/// What a line says of somebody is something else: it is looked up anew in the place of what it came to. A line may name
/// several people.
pub fn edited(state: &mut State, line: u64, input: &Untrusted, text: &str) -> Vec<Effect> {
    if text.trim().is_empty() {
        return state.say("no name was typed: {key:drop_row} takes the row out");
    }
    let mut rows = state.lists.rows.iter().map(|one| &one.row);
    let ticket = rows.find(|row| row.line == line && row.input == *input).and_then(|row| row.ticket.clone());
    let again = state.lists.remove_line(line, input).into_iter().map(|row| (row.line, row.input, row.ticket));
    let entry = |(line, text, ticket)| ListEntry { line, text, ticket, ..ListEntry::default() };
    let edited = (input.clone(), entry((line, text.trim().into(), ticket)));
    let again = again.map(entry).map(|entry| (entry.text.clone(), entry));
    plan(state, ListSource::Again(std::iter::once(edited).chain(again).collect()))
}

/// Has a list planned that somebody brings along: one that is there already is told, because it stays.
pub fn join(state: &mut State, source: ListSource) -> Vec<Effect> {
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
    if state.lists.is_finished() { Ok(()) } else { can_edit(state) }
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
    let known = |key: &AccountKey| state.desk.cache.get(key).or_else(|| state.locked.account(key));
    let entries: Vec<ListEntry> =
        chosen.iter().filter_map(known).zip(1..).map(|(account, line)| entry(line, account)).collect();
    if entries.is_empty() {
        return state.say("choose or mark a person first");
    }
    let mut effects = if state.lists.is_finished() { cleared(state) } else { Vec::new() };
    state.marks.clear();
    state.notify(format!("added to the list: {}", entries.len()));
    effects.extend(plan(state, ListSource::Entries(entries)));
    effects
}

/// A new, empty list; asks first when that loses work.
pub fn clear(state: &mut State) -> Vec<Effect> {
    if state.lists.is_unsaved() { state.ask(Prompt::NewList, None) } else { cleared(state) }
}

/// The list is forgotten.
pub fn cleared(state: &mut State) -> Vec<Effect> {
    let run = state.lists.run.as_ref().map(|run| run.settings().id);
    state.lists.clear();
    state.changed();
    run.map(Effect::Release).into_iter().chain([Effect::ListRuns]).collect()
}

/// Why a new list can't be begun.
///
/// # Errors
/// The reason, for the footer.
pub fn can_clear(state: &State) -> Result<(), String> {
    unless(state.lists.shows_runs(), "there is no list yet: {key:add_lines} begins one")?;
    let at_work = state.lists.run.as_ref().is_some_and(|run| !run.is_over());
    unless(at_work || state.lists.freezing, "a run is under way: {key:stop} stops it first")
}
