//! Who is locked, as text below the table and in the line mode.
use ratatui::style::Style;

use crate::domain::{Account, Lock, Untrusted};
use crate::screens::{State, session_unlocks};
use crate::widgets::Appearance;
use crate::widgets::format::{self, since_until};

use super::{empty, known};

/// Why they are locked; and what this program knows since the list was read.
pub(super) fn why(state: &State, appearance: &Appearance, accounts: &[&Account]) -> (String, String, Style) {
    let theme = &appearance.theme;
    let opened = |account: &&&Account| {
        let known = state.desk.cache.get(&account.key);
        known.is_some_and(|known| known.is_read() && known.as_of > account.as_of && !known.lock.is_locked())
    };
    if let Some(relock) = accounts.iter().find_map(|account| session_unlocks::relock_of(state, &account.key)) {
        let again = format!("again after {}", format::stretch(relock.after));
        return (format!("locked {again}"), again, theme.danger);
    }
    let now_open = accounts.iter().filter(opened).count();
    if now_open == accounts.len() {
        return ("opened since this was read".to_owned(), "opened".to_owned(), theme.success);
    }
    let stale = accounts.iter().any(|account| {
        state.locked.systems.iter().any(|(name, system)| *name == account.key.provider && system.is_stale)
    });
    let (mut long, mut short): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for account in accounts {
        let (one, few) = format::why(account);
        for (said, words) in [(&mut long, one), (&mut short, few)] {
            if !words.is_empty() && !said.contains(&words) {
                said.push(words);
            }
        }
    }
    for (words, is_so) in [("one opened since", now_open > 0), ("as read before", stale)] {
        if is_so {
            long.push(words.to_owned());
            short.push(words.to_owned());
        }
    }
    if long.is_empty() {
        (long, short) = (vec!["not read yet".to_owned()], vec!["not read".to_owned()]);
    }
    (long.join(", "), short.join(" + "), theme.plain)
}

/// The selected person with their accounts, and what the lists can't see.
pub(super) fn details(state: &State, appearance: &Appearance) -> (String, Vec<(String, Style)>) {
    let tab = &state.locked;
    let selected = tab.list.selected();
    let name = selected.and_then(|row| tab.people.get(row)).map(|person| person.name.cell());
    let (now, zone, theme) = (state.now.wall, &state.session.zone, &appearance.theme);
    let mut said: Vec<(String, Style)> = Vec::new();
    for account in selected.into_iter().flat_map(|row| known(state, row)) {
        let (since, until) = since_until(account, now, zone);
        let why = if account.is_read() { format::why(account).0 } else { "cause not read yet".to_owned() };
        let id = format!("user name {}, id {}", account.username.cell(), account.key.id.cell());
        let parts = [account.key.provider.to_string(), why, since, until, id];
        said.push((format::joined(parts, ", "), theme.plain));
    }
    let problems = tab.systems.iter().filter_map(|(name, system)| Some((name, system.problem.as_ref()?)));
    said.extend(problems.map(|(name, problem)| (format!("{name}: {}", problem.line()), theme.danger)));
    let blind = tab.systems.iter().filter(|(_, system)| !system.blind_spot.is_empty());
    said.extend(
        blind.map(|(name, system)| (format!("{name}: {}", Untrusted::from(system.blind_spot).cell()), theme.muted)),
    );
    (name.unwrap_or_else(|| "Details".to_owned()), said)
}

/// The tab as lines.
pub fn lines(state: &State, appearance: &Appearance) -> Vec<String> {
    let tab = &state.locked;
    let (now, zone) = (state.now.wall, &state.session.zone);
    let mut lines: Vec<String> = Vec::new();
    for (name, system) in &tab.systems {
        match (&system.problem, system.is_asking, system.can_list) {
            (Some(problem), ..) => lines.push(format!("{name}: not read: {}", problem.line())),
            (None, true, _) => {}
            (None, false, false) => lines.push(format!("{name}: can't list who is locked")),
            (None, false, true) => lines.push(format!("{name}: {} locked", tab.count(name))),
        }
    }
    for row in tab.list.shown.iter().map(|row| *row as usize).filter(|row| *row < tab.people.len()) {
        let name = tab.people.get(row).map(|person| person.name.cell()).unwrap_or_default();
        let accounts = known(state, row);
        let (why, ..) = why(state, appearance, &accounts);
        for account in accounts {
            let (since, until) = since_until(account, now, zone);
            let (_, word, _) = format::state(account, appearance.glyphs);
            let word = if matches!(account.lock, Lock::Locked { .. }) { word } else { "LOCKED" };
            let parts = [
                name.clone(),
                account.username.cell(),
                account.key.provider.to_string(),
                word.to_owned(),
                since,
                until,
                why.clone(),
            ];
            lines.push(format::joined(parts, ", "));
        }
    }
    if tab.rows.is_empty() {
        lines.push(state.with_keys(empty(state)));
    }
    lines
}
