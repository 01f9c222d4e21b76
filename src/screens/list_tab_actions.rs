//! Going from tab to tab, and what is done in those that are looked at.

use tui_input::Input;

use crate::screens::keymap::KeyContext;
use crate::screens::lists::state::Source;
use crate::screens::lists::state::entry;
use crate::screens::message::Effect;
use crate::screens::state::State;

/// Goes to who is locked; asks when nobody has asked yet.
pub fn locked(state: &mut State) -> Vec<Effect> {
    crate::screens::focus::to(state, KeyContext::Locked);
    if state.locked.as_of.is_none() { ask_locked(state) } else { Vec::new() }
}

fn ask_locked(state: &mut State) -> Vec<Effect> {
    let all = state.providers.iter().map(|provider| provider.name.clone()).collect();
    state.locked.ask(all, state.now.wall);
    state.changed();
    vec![Effect::ListLocked(state.locked.generation)]
}

/// Goes to the ledger; it is read anew each time.
pub fn ledger(state: &mut State) -> Vec<Effect> {
    crate::screens::focus::to(state, KeyContext::Ledger);
    state.ledger.reading = true;
    vec![Effect::ReadLedger]
}

/// Goes to the providers; looks at them when nobody has looked yet.
pub fn providers(state: &mut State) -> Vec<Effect> {
    crate::screens::focus::to(state, KeyContext::Systems);
    if state.systems.found.is_empty() && state.systems.checking.is_empty() { check(state) } else { Vec::new() }
}

fn check(state: &mut State) -> Vec<Effect> {
    state.systems.checking = state.providers.iter().map(|provider| provider.name.clone()).collect();
    state.changed();
    vec![Effect::Check]
}

/// Asks, reads or looks again, whichever this tab does.
pub fn again(state: &mut State) -> Vec<Effect> {
    match state.focus {
        KeyContext::Locked => ask_locked(state),
        KeyContext::Ledger => ledger(state),
        KeyContext::Systems => check(state),
        _ => Vec::new(),
    }
}

/// Why it can't be asked again now.
///
/// # Errors
/// The reason, for the footer.
pub fn can_ask_again(state: &State) -> Result<(), String> {
    let busy = match state.focus {
        KeyContext::Locked => !state.locked.asking.is_empty(),
        KeyContext::Ledger => state.ledger.reading,
        _ => !state.systems.checking.is_empty(),
    };
    if busy { Err("the last question is still being answered".to_owned()) } else { Ok(()) }
}

/// Why there is nobody to look at.
///
/// # Errors
/// The reason, for the footer.
pub fn can_open(state: &State) -> Result<(), String> {
    let some = match state.focus {
        KeyContext::Locked => state.locked.selected().is_some(),
        _ => state.ledger.selected().is_some(),
    };
    if some { Ok(()) } else { Err("nothing is selected".to_owned()) }
}

/// Looks at the selected account's person on the desk.
pub fn open(state: &mut State) -> Vec<Effect> {
    let (key, username) = match state.focus {
        KeyContext::Locked => match state.locked.selected().cloned() {
            Some(account) => {
                let found = (account.key.clone(), account.username.clone());
                state.desk.board.put(account);
                found
            }
            None => return Vec::new(),
        },
        _ => match state.ledger.selected() {
            Some(row) => (row.key.clone(), row.username.clone()),
            None => return Vec::new(),
        },
    };
    state.desk.query = Input::new(username.as_data().to_owned());
    let text = state.desk.query.value().to_owned();
    state.desk.search.typed(state.now, &text);
    state.desk.arrange(true);
    if state.desk.rows.iter().any(|person| person.accounts.contains(&key)) {
        state.desk.selected = Some(key);
        state.desk.scroll();
        return crate::screens::focus::to(state, KeyContext::Status);
    }
    crate::screens::desk::select::moved(state);
    crate::screens::focus::to(state, KeyContext::People)
}

/// Marks the selected account for the bulk list, or takes the mark away.
pub fn mark(state: &mut State) -> Vec<Effect> {
    if let Some(key) = state.locked.selected().map(|account| account.key.clone())
        && !state.locked.marks.remove(&key)
    {
        state.locked.marks.insert(key);
    }
    let len = state.locked.rows.len();
    state.locked.lines.step(1, len);
    state.changed();
    Vec::new()
}

/// Sends the marked accounts, or the selected one, to the bulk list.
pub fn send(state: &mut State) -> Vec<Effect> {
    let selected = state.locked.selected().map(|account| account.key.clone());
    let marks = std::mem::take(&mut state.locked.marks);
    let meant = |key: &crate::domain::AccountKey| {
        if marks.is_empty() { Some(key) == selected.as_ref() } else { marks.contains(key) }
    };
    let from = state.lists.rows.len() as u64;
    let accounts = state.locked.rows.iter().filter(|account| meant(&account.key));
    let entries: Vec<_> = accounts.zip(from + 1..).map(|(account, line)| entry(line, account)).collect();
    if entries.is_empty() {
        state.notify("nobody is selected");
        return Vec::new();
    }
    state.notify(format!("sent to the bulk list: {}", entries.len()));
    crate::screens::lists::list_actions::plan(state, Source::Entries(entries))
}

/// Copies the selected record for a ticket.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some(row) = state.ledger.selected() else { return Vec::new() };
    let at = row.at.to_zoned(state.session.zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z");
    let ticket =
        row.ticket.as_ref().map_or_else(|| "no ticket".to_owned(), |ticket| format!("ticket {}", ticket.clipboard()));
    let text = format!(
        "{at}: {} in {}: {}, by {}, {ticket}, {}",
        row.username.clipboard(),
        row.key.provider,
        row.outcome.replace('_', " "),
        row.operator.clipboard(),
        row.intent.as_ref().map_or_else(|| "nothing was sent".to_owned(), |intent| format!("ledger intent {intent}")),
    );
    state.notify("sent to your terminal");
    vec![Effect::Copy(text)]
}

/// Moves by lines in the tab that shows.
pub fn step(state: &mut State, by: isize) {
    match state.focus {
        KeyContext::Locked => state.locked.lines.step(by, state.locked.rows.len()),
        KeyContext::Ledger => state.ledger.lines.step(by, state.ledger.rows.len()),
        _ => {
            let len = state.systems.rows().count();
            state.systems.lines.step(by, len);
        }
    }
}
