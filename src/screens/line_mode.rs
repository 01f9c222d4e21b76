//! The state as lines, for screen readers and logs: what the screen shows, said once, nothing redrawn.

use crate::domain::{Account, Untrusted};
use crate::flow::unlock::lock_words;
use crate::screens::desk::accounts::SystemRow;
use crate::screens::desk::request_log::quoted;
use crate::screens::desk::ticket_note;
use crate::screens::desk::view::people;
use crate::screens::dialog::palette;
use crate::screens::dialog::state::Prompt;
use crate::screens::tab::Tab;
use crate::screens::{Action, KeyContext, State, ledger, lists, locked, session_unlocks, systems};
use crate::widgets::Appearance;
use crate::widgets::format::{clock_millis, clock_seconds, joined, since_until, state as state_words, stretch};

/// More people than anybody listens to; a longer text finds fewer.
const PEOPLE: usize = 20;

/// How a message begins.
pub const NOTE: &str = "note: ";

/// What is typed where the screen has keys, for the few actions that a line does in its own way.
const TYPED_INSTEAD: [(Action, &str); 6] = [
    (Action::Open, "its number"),
    (Action::Down, "a number"),
    (Action::Up, "a number"),
    (Action::Search, "a line of text"),
    (Action::Yes, "an empty line"),
    (Action::TicketField, "`no`, then `:ticket`,"),
];

/// What does an action where lines are typed.
pub fn hint(action: Action) -> String {
    let own = TYPED_INSTEAD.iter().find(|row| row.0 == action).map(|row| row.1.to_owned());
    own.unwrap_or_else(|| format!("`:{}`", action.name()))
}

/// Everything that there is to say now, in the order in which it is said. A line that was said before isn't said again.
pub fn lines(state: &State, look: &Appearance) -> Vec<String> {
    let mut lines = match state.tab() {
        Tab::Desk => desk(state, look),
        Tab::Locked => locked::view::lines(state, look),
        Tab::Lists => lists::view::lines(state, look),
        Tab::Ledger => ledger::view::lines(state),
        Tab::Systems => systems::view::lines(state),
    };
    lines.extend(steps(state));
    if state.log.shows {
        lines.extend(state.log.exchanges.iter().map(|one| quoted(one, &state.session.zone)));
    }
    if let Some((text, _)) = &state.toast {
        lines.push(format!("{NOTE}{}", state.with_keys(text)));
    }
    if let Some(asked) = &state.dialog {
        let said = match &asked.ask {
            // Whoever types lines needs the names, not the keys.
            Prompt::Help(_) | Prompt::Palette(_) => {
                let named = |action: Action| format!(":{} — {}", action.name(), action.help());
                palette::here(state).into_iter().map(named).collect()
            }
            _ => crate::screens::dialog::view::lines(state, asked, look),
        };
        lines.extend(said.into_iter().map(|line| format!("? {}", state.with_keys(&line))));
        lines.push(
            match asked.place() {
                KeyContext::Confirm => "? y does it, any other line cancels",
                KeyContext::Text | KeyContext::Path => "? type it and press Enter; `cancel` cancels",
                _ if matches!(asked.ask, Prompt::Choose { .. } | Prompt::Which(_)) => {
                    "? a number chooses, an empty line cancels"
                }
                _ => "? an empty line closes this, any other does what it says",
            }
            .to_owned(),
        );
    }
    lines
}

fn desk(state: &State, look: &Appearance) -> Vec<String> {
    let mut lines = Vec::new();
    let polled = !state.desk.search.is_pending() && state.desk.search.wake().is_none();
    if state.desk.query.value().is_empty() && state.focus != KeyContext::Status {
        return vec![
            "type a name; then a number looks at somebody, and :unlock asks; :help names every action".to_owned(),
        ];
    }
    if polled && state.focus != KeyContext::Status {
        for (n, person) in state.desk.rows.iter().take(PEOPLE).enumerate() {
            let first = person.accounts.first().and_then(|key| state.desk.cache.get(key));
            let username = first.map(|account| account.username.cell()).unwrap_or_default();
            lines.push(format!(
                "{}. {}, {username}: {}",
                n + 1,
                person.name.cell(),
                people::words(state, person, look)
            ));
        }
        match state.desk.rows.len() {
            0 => lines.push(format!("nobody matches `{}`", Untrusted::from(state.desk.query.value()).cell())),
            n if n > PEOPLE => lines.push(format!("and {} more: type more of the name", n - PEOPLE)),
            _ => {}
        }
    }
    if state.focus == KeyContext::Status
        && let Some(person) = state.desk.person()
    {
        for (n, row) in state.desk.system_rows().iter().enumerate() {
            lines.extend(row_line(state, &person.name, row, look).map(|line| format!("{}. {line}", n + 1)));
        }
        let unread = ticket_note::unread(state);
        if !unread.is_empty() && state.desk.still_reading().is_empty() {
            lines.push(format!("not read: {}; {} tries again", unread.join(", "), hint(Action::Refresh)));
        }
    }
    lines
}

/// A row of the account table; none while it is being read.
fn row_line(state: &State, person: &Untrusted, row: &SystemRow<'_>, look: &Appearance) -> Option<String> {
    match row {
        SystemRow::Account(account) if state.desk.reading.contains(&account.key) => None,
        SystemRow::Account(account) => Some(account_line(state, person, account, look)),
        SystemRow::NotRead(name, problem) => Some(format!("{} in {name}: not read: {}", person.cell(), problem.line())),
        SystemRow::NoAccount(name) => Some(format!("{} in {name}: no account", person.cell())),
        SystemRow::Reading(_) => None,
    }
}

fn account_line(state: &State, person: &Untrusted, account: &Account, look: &Appearance) -> String {
    let relock = session_unlocks::relock_of(state, &account.key).filter(|_| account.lock.is_locked());
    let word = if relock.is_some() { "LOCKED AGAIN" } else { state_words(account, look.glyphs).1 };
    let again = relock.map(|relock| format!("locked again after {}", stretch(relock.after))).unwrap_or_default();
    let zone = &state.session.zone;
    let (since, until) = since_until(account, state.now.wall, zone);
    let cause = if account.lock.is_locked() { lock_words(account) } else { String::new() };
    let problem = account.problem.as_ref().map(crate::domain::Problem::line).unwrap_or_default();
    let warning = account.after_unlock_warning().unwrap_or_default().to_owned();
    let facts = [
        format!("{} in {}: {word}", person.cell(), account.key.provider),
        again,
        cause,
        since,
        until,
        match account.bad_logins.count {
            Some(_) => account.bad_logins.words(),
            None => "bad logins not reported".to_owned(),
        },
        warning,
        problem,
        format!("id {}", account.key.id.cell()),
        format!("as of {}", clock_seconds(account.as_of, zone)),
    ];
    joined(facts, ", ")
}

/// One line for each step of each unlock of this session.
fn steps(state: &State) -> Vec<String> {
    let mut lines = Vec::new();
    for unlock in &state.unlocks {
        for step in unlock.flow.steps() {
            lines.push(format!(
                "{} {} in {}: {} {}",
                clock_millis(step.at, &state.session.zone),
                unlock.username.cell(),
                unlock.flow.order().key.provider,
                step.state.in_words(),
                step.detail.cell()
            ));
        }
    }
    lines
}
