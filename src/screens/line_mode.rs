//! The state as lines, for screen readers and logs: what the screen shows, said once, nothing redrawn.

use crate::domain::Account;
use crate::domain::Untrusted;
use crate::flow::unlock::lock_words;
use crate::screens::KeyContext;
use crate::screens::State;
use crate::screens::dialog::state::Prompt;
use crate::screens::tab::Tab;

use crate::widgets::format::clock_millis;
use crate::widgets::format::clock_seconds;
use crate::widgets::format::since_until;
use crate::widgets::format::state as state_words;
use crate::widgets::theme::Appearance;

/// More people than anybody listens to; a longer text finds fewer.
const PEOPLE: usize = 20;

/// How a message begins.
pub const NOTE: &str = "note: ";

/// What the screen says of keys, and what is typed in their place.
const TYPED_INSTEAD: [(&str, &str); 5] = [
    ("(Esc, then t sets one)", "(`no`, then `:ticket` sets one)"),
    ("Enter keeps it, ^U empties the field", "an empty line keeps it, `-` is none"),
    ("choose one (Tab), then u", "choose one by its number, then `:unlock`"),
    ("look at a person first: Enter", "look at a person first: type its number"),
    ("? shows what can be done here", "`:help` names what can be done here"),
];

/// Everything that there is to say now, in the order in which it is said. A line that was said before isn't said again.
#[must_use]
pub fn lines(state: &State, look: &Appearance) -> Vec<String> {
    let mut lines = match Tab::of(state.focus) {
        Tab::Desk => desk(state, look),
        Tab::Lists => crate::screens::lists::view::lines(state, look),
        _ => crate::screens::list_tab::lines(state, look),
    };
    lines.extend(steps(state));
    if state.shows_log {
        lines.extend(state.log.iter().flat_map(|exchange| {
            crate::screens::desk::view::request_log::told(exchange, &state.session.zone, usize::MAX)
        }));
    }
    if let Some((text, _)) = &state.toast {
        lines.push(format!("{NOTE}{text}"));
    }
    if let Some(asked) = &state.dialog {
        let said = match &asked.ask {
            // Whoever types lines needs the names, not the keys.
            Prompt::Help { .. } | Prompt::Palette { .. } => names(state),
            _ => crate::screens::dialog::view::lines(state, asked, look),
        };
        lines.extend(said.into_iter().map(|line| format!("? {line}")));
        lines.push(
            match asked.place() {
                KeyContext::Confirm => "? y does it, any other line cancels",
                KeyContext::Text => "? type it and press Enter; `cancel` cancels",
                _ if matches!(asked.ask, Prompt::Choose { .. } | Prompt::Which { .. }) => {
                    "? a number chooses, an empty line cancels"
                }
                _ => "? an empty line closes this, any other does what it says",
            }
            .to_owned(),
        );
    }
    for (keys, typed) in TYPED_INSTEAD {
        lines.iter_mut().filter(|line| line.contains(keys)).for_each(|line| *line = line.replace(keys, typed));
    }
    lines
}

fn names(state: &State) -> Vec<String> {
    crate::screens::dialog::palette::here(state)
        .into_iter()
        .map(|action| format!(":{} — {}", action.name(), action.help()))
        .collect()
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
            let accounts: Vec<&Account> = person.accounts.iter().filter_map(|key| state.desk.board.get(key)).collect();
            let username = accounts.first().map(|account| account.username.cell()).unwrap_or_default();
            let (_, words, _) = crate::screens::desk::view::people::summary(&accounts, look);
            lines.push(format!("{}. {}, {username}: {words}", n + 1, person.name.cell()));
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
        for (n, account) in state.desk.accounts().into_iter().enumerate() {
            if !state.desk.reading.contains(&account.key) {
                lines.push(format!("{}. {}", n + 1, account_line(state, &person.name, account, look)));
            }
        }
    }
    lines
}

fn account_line(state: &State, person: &Untrusted, account: &Account, look: &Appearance) -> String {
    let (_, word, _) = state_words(account, look.glyphs);
    let zone = &state.session.zone;
    let (since, until) = since_until(account, state.now.wall, zone);
    let cause = if account.lock.is_locked() { lock_words(account) } else { String::new() };
    let problem = account.problem.as_ref().map(crate::domain::Problem::line).unwrap_or_default();
    let warning = account.after_unlock_warning().unwrap_or_default().to_owned();
    let facts = [
        format!("{} in {}: {word}", person.cell(), account.key.provider),
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
    facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(", ")
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
                step.state.word().replace('_', " "),
                step.detail.cell()
            ));
        }
    }
    lines
}
