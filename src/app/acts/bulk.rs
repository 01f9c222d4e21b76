//! What is done in the bulk tab: lists come in, rows are taken out and put back, a plan is frozen and run.

use std::path::PathBuf;

use tui_input::Input;

use crate::app::bulk::{Sort, Source, entry};
use crate::app::dialog::{Ask, Dialog};
use crate::app::event::Effect;
use crate::app::keymap::Place;
use crate::app::state::State;
use crate::bulk::plan::{Row, Verdict};
use crate::bulk::{Entry, Run, alarm};
use crate::domain::{AccountKey, Outcome, Untrusted};

use super::panes;

/// More rows than this are confirmed by their number.
const ORDINARY: usize = 10;

/// Goes to the tab.
pub fn show(state: &mut State) -> Vec<Effect> {
    panes::to(state, Place::Bulk)
}

fn ask(state: &mut State, ask: Ask) -> Vec<Effect> {
    state.changed();
    state.dialog = Some(Dialog { ask, since: state.revision, drawn: false });
    Vec::new()
}

/// Has a list planned.
pub fn plan(state: &mut State, source: Source) -> Vec<Effect> {
    if !state.bulk.rows.is_empty() {
        state.say(format!("added to the {} rows of this list: N begins a new one", state.bulk.rows.len()));
    }
    state.bulk.planning += 1;
    state.focus = Place::Bulk;
    crate::app::update::fit(state);
    state.changed();
    vec![Effect::Plan(state.bulk.generation, source)]
}

/// Why the list can't be changed now.
///
/// # Errors
/// The reason, for the footer.
pub fn can_edit(state: &State) -> Result<(), String> {
    if state.bulk.run.is_some() {
        return Err("this list is frozen and run: N begins a new one".to_owned());
    }
    if state.bulk.freezing {
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
    ask(state, Ask::OpenList(Input::default()))
}

/// The file that was named.
pub fn opened(state: &mut State, path: &str) -> Vec<Effect> {
    if path.trim().is_empty() {
        state.say("no file was named");
        return Vec::new();
    }
    plan(state, Source::File(PathBuf::from(path.trim())))
}

/// Marks the selected person, or takes the mark away.
pub fn mark(state: &mut State) -> Vec<Effect> {
    if let Some(key) = state.desk.selected.clone()
        && !state.marks.remove(&key)
    {
        state.marks.insert(key);
    }
    state.desk.step(1);
    super::select::moved(state);
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
    let from = state.bulk.rows.len() as u64;
    let entries: Vec<Entry> = chosen
        .iter()
        .filter_map(|key| state.desk.board.get(key))
        .zip(from + 1..)
        .map(|(account, line)| entry(line, account))
        .collect();
    if entries.is_empty() {
        state.say("choose or mark a person first");
        return Vec::new();
    }
    state.marks.clear();
    state.say(format!("sent to the bulk list: {}", entries.len()));
    plan(state, Source::Entries(entries))
}

/// Takes the row out, or puts it back.
pub fn drop_row(state: &mut State) -> Vec<Effect> {
    if let Some((at, _)) = state.bulk.current()
        && let Some(one) = state.bulk.rows.get_mut(at)
    {
        one.dropped = !one.dropped;
    }
    state.changed();
    Vec::new()
}

/// Asks which of several accounts is meant.
pub fn choose(state: &mut State) -> Vec<Effect> {
    match state.bulk.current() {
        Some((at, one)) if !one.row.candidates.is_empty() => {
            let candidates = one.row.candidates.clone();
            ask(state, Ask::Choose { row: at, candidates, at: 0 })
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
    match state.bulk.current() {
        Some((_, one)) if !one.row.candidates.is_empty() => Ok(()),
        Some((_, one)) if one.row.verdict == Verdict::Ambiguous => {
            Err("there is nothing to choose from: unlock it by itself on the desk".to_owned())
        }
        _ => Err("this row is not ambiguous".to_owned()),
    }
}

/// Begins to type a filter.
pub fn filter(state: &mut State) -> Vec<Effect> {
    panes::to(state, Place::BulkFilter)
}

/// The other order.
pub fn sort(state: &mut State) -> Vec<Effect> {
    state.bulk.sort = if state.bulk.sort == Sort::Odd { Sort::Line } else { Sort::Odd };
    state.bulk.arrange();
    state.changed();
    Vec::new()
}

/// Asks where to save the list.
pub fn save(state: &mut State) -> Vec<Effect> {
    ask(state, Ask::SaveList(Input::default()))
}

/// The rows that are kept, as a list that can be opened again.
pub fn saved(state: &mut State, path: &str) -> Vec<Effect> {
    if path.trim().is_empty() {
        state.say("no file was named");
        return Vec::new();
    }
    let mut text = String::from("provider,id,username,ticket\n");
    for one in state.bulk.rows.iter().filter(|one| !one.dropped) {
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
    if state.bulk.is_unsaved() { ask(state, Ask::NewList) } else { cleared(state) }
}

/// The list is forgotten.
pub fn cleared(state: &mut State) -> Vec<Effect> {
    let run = state.bulk.run.as_ref().map(|run| run.settings().id);
    state.bulk.clear();
    state.changed();
    run.map(Effect::Release).into_iter().collect()
}

/// Why a new list can't be begun.
///
/// # Errors
/// The reason, for the footer.
pub fn can_clear(state: &State) -> Result<(), String> {
    let at_work = state.bulk.run.as_ref().is_some_and(|run| !run.is_over());
    if at_work || state.bulk.freezing {
        return Err("the run is at work: X stops it first".to_owned());
    }
    Ok(())
}

/// Asks for the go: what happens, to how many, and what looks wrong about it.
pub fn go(state: &mut State) -> Vec<Effect> {
    let kept = state.bulk.kept();
    state.bulk.alarms = alarm::alarms(&kept, &state.unlocked_accounts());
    let typed = (state.bulk.meant() > ORDINARY).then(Input::default);
    ask(state, Ask::Bulk { typed })
}

/// Why it can't begin.
///
/// # Errors
/// The reason, for the footer.
pub fn can_go(state: &State) -> Result<(), String> {
    can_edit(state)?;
    if state.bulk.planning > 0 {
        return Err("the list is still being looked up".to_owned());
    }
    super::unlock::may_write(state)?;
    let most = state.policy.bulk_max_rows;
    match state.bulk.meant() {
        0 => Err("nothing on this list is to be unlocked".to_owned()),
        n if n > most => Err(format!("{n} are more than the policy's {most} for one run")),
        _ => Ok(()),
    }
}

/// The go was given, for exactly what the question showed.
pub fn begin(state: &mut State) -> Vec<Effect> {
    if let Err(why) = can_go(state) {
        state.say(why);
        return Vec::new();
    }
    state.bulk.freezing = true;
    state.changed();
    let papers = state.papers();
    // It was said about this list; the next one is another one.
    state.verified = None;
    vec![Effect::Freeze { rows: state.bulk.kept(), papers }]
}

/// Asks whether a run that stopped goes on.
pub fn go_on(state: &mut State) -> Vec<Effect> {
    let typed = (state.bulk.left() > ORDINARY).then(Input::default);
    ask(state, Ask::GoOn { typed })
}

/// It does.
pub fn gone_on(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    state.bulk.change_run(now, Run::go_on)
}

/// Why a run can't go on.
///
/// # Errors
/// The reason, for the footer.
pub fn can_go_on(state: &State) -> Result<(), String> {
    super::unlock::may_write(state)?;
    has_run(state)?;
    match &state.bulk.run {
        Some(run) if run.stopped().is_some() && run.progress().0 < run.progress().1 => Ok(()),
        _ => Err("the run was not stopped".to_owned()),
    }
}

/// Why a run can't rest or be stopped.
///
/// # Errors
/// The reason, for the footer.
pub fn is_live(state: &State) -> Result<(), String> {
    has_run(state)?;
    match &state.bulk.run {
        Some(run) if run.stopped().is_some() => Err("the run is stopped: G goes on with it".to_owned()),
        Some(run) if run.is_over() => Err("the run is over".to_owned()),
        _ => Ok(()),
    }
}

/// Has the run rest, or go on.
pub fn pause(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    state.bulk.change_run(now, |run| {
        if run.is_paused() {
            run.go_on();
        } else {
            run.pause();
        }
    })
}

/// Stops the run; what is at work is finished.
pub fn stop(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    state.changed();
    state.bulk.change_run(now, |run| run.stop("stopped by the operator"))
}

/// Does what failed again.
pub fn retry(state: &mut State) -> Vec<Effect> {
    let (now, mut again) = (state.now, 0);
    let effects = state.bulk.change_run(now, |run| again = run.retry_failed());
    state.say(format!("{again} rows are done again"));
    effects
}

/// Why there is nothing to pause, stop or retry.
///
/// # Errors
/// The reason, for the footer.
pub fn has_run(state: &State) -> Result<(), String> {
    if state.bulk.run.is_some() { Ok(()) } else { Err("nothing is run yet: g begins it".to_owned()) }
}

/// Why nothing is done again.
///
/// # Errors
/// The reason, for the footer.
pub fn can_retry(state: &State) -> Result<(), String> {
    super::unlock::may_write(state)?;
    has_run(state)?;
    let failed = |outcome: Outcome| matches!(outcome, Outcome::Failed | Outcome::StillLocked | Outcome::Refused);
    if state.bulk.run.as_ref().is_some_and(|run| run.outcomes().any(failed)) {
        Ok(())
    } else {
        Err("no row has failed".to_owned())
    }
}

/// The report of the run for the ticket.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some(run) = &state.bulk.run else { return Vec::new() };
    let sum: Vec<String> = run.totals().iter().map(|(word, n)| format!("{n} {}", word.replace('_', " "))).collect();
    let (ended, meant) = run.progress();
    let text = format!("bulk unlock {}: {ended} of {meant} rows: {}", run.settings().id, sum.join(", "));
    state.say("sent to your terminal");
    vec![Effect::Copy(text)]
}

/// How many rows the question is about; rows with other verdicts stay as they are.
#[must_use]
pub fn left_out(state: &State) -> usize {
    state.bulk.rows.iter().filter(|one| one.dropped || one.row.verdict != Verdict::Unlock).count()
}
