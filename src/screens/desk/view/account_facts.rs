//! The facts of one account in lines: why its owner may be calling comes first.

use jiff::Timestamp;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::domain::Account;
use crate::domain::Cause;
use crate::domain::Lock;
use crate::domain::Person;
use crate::domain::Untrusted;
use crate::screens::State;

use crate::widgets::format::clock;
use crate::widgets::format::clock_seconds;
use crate::widgets::theme::Appearance;

/// ListState that are kept for trouble where there are so many.
const KEPT: [(usize, usize); 2] = [(16, 2), (8, 1)];

/// Below so many lines some facts don't show.
const LOW: usize = 18;

type Line = (String, Style);

/// The account in lines: the likely cause of the call first, then what an unlock would act on. Its e-mail address is
/// one of them unless it is `titled` above. Where there is room (`size`, in cells), each fact stands where it stood with the last caller.
pub fn lines(
    state: &State,
    look: &Appearance,
    account: &Account,
    titled: Option<&Untrusted>,
    size: (usize, usize),
) -> Vec<Line> {
    let (width, room) = size;
    let mut lines = troubles(look, account);
    let kept = KEPT.iter().find(|(roomy, _)| room >= *roomy).map_or(0, |(_, kept)| *kept);
    lines.resize(lines.len().max(kept), (String::new(), look.theme.plain));
    let mut say = |text: String, style: Style| lines.push((text, style));
    let stale = if state.desk.is_stale(&account.key, state.now.mono) { ", stale: r reads it again" } else { "" };
    let name = account.username.cell();
    let email = account.email.as_ref().filter(|email| Some(*email) != titled).map(Untrusted::cell);
    let with_email = email.as_ref().map(|email| format!("{name} {} {email}", look.glyphs.dot));
    let (first, beside) = match with_email {
        Some(line) if line.width() <= width => (line, None),
        _ => (name, email),
    };
    say(first, look.theme.plain);
    say(
        format!("id {}, as of {}{stale}", account.key.id.cell(), clock_seconds(account.as_of, &state.session.zone)),
        look.theme.muted,
    );
    // Callers are told apart by it; but where everything has room, a long one leaves the other lines their places.
    let is_low = room < LOW;
    let email = beside.map(|email| format!("E-mail: {email}"));
    if let Some(email) = email.clone().filter(|_| is_low) {
        say(email, look.theme.muted);
    }
    let bad = &account.bad_logins;
    let covers = match &bad.scope {
        Some(scope) => scope.cell(),
        None if account.is_read() => "the system's own count".to_owned(),
        None => "not read".to_owned(),
    };
    let moment = |word: &str, at: Option<Timestamp>| {
        at.map(|at| format!("{word} {}", clock(at, state.now.wall, &state.session.zone))).unwrap_or_default()
    };
    let (since, last_one) = (moment(" since", bad.since), moment(", last", bad.last));
    say(format!("bad logins: {covers}{since}{last_one}"), look.theme.muted);
    if let Some(problem) = &account.problem {
        say(problem.line(), look.theme.warning);
    }
    for fact in &account.facts {
        say(fact.line(), look.theme.muted);
    }
    if let Some(email) = email.filter(|_| !is_low) {
        say(email, look.theme.muted);
    }
    lines
}

/// What keeps the caller out, or may.
fn troubles(look: &Appearance, account: &Account) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut say = |text: String, style: Style| lines.push((text, style));
    if let Lock::Unknown { problem: Some(problem) } = &account.lock {
        say(problem.line(), look.theme.warning);
    }
    if account.lock.is_locked() && account.is_read() {
        say(cause(account), look.theme.danger);
    }
    if account.enabled == Some(false) {
        say("the account is disabled: an unlock does not enable it".to_owned(), look.theme.warning);
    }
    if let (Some(_), Some(warning)) = (account.barred, account.after_unlock_warning()) {
        say(warning.to_owned(), look.theme.warning);
    }
    if account.password.needs_change {
        let status = account.password.status.as_ref().map(Untrusted::cell).unwrap_or_default();
        say(format!("the password itself keeps the caller out: {status}"), look.theme.warning);
    }
    lines
}

/// Why it is locked, by layer where they differ, and who may have done it.
fn cause(account: &Account) -> String {
    let cause = |lock: &Lock| lock.cause().unwrap_or(Cause::Unknown).label();
    let causes: Vec<&str> = account.locked_layers().map(|layer| cause(&layer.lock)).collect();
    let names: Vec<&str> = account.locked_layers().map(|layer| layer.layer.0).collect();
    let told = match causes.split_first() {
        Some((first, rest)) if rest.iter().all(|other| other == first) => format!("{first} ({})", names.join(" and ")),
        _ => names.iter().zip(&causes).map(|(name, cause)| format!("{name}: {cause}")).collect::<Vec<_>>().join("; "),
    };
    let by = match (&account.locked_by, account.lock.cause()) {
        (Some(by), Some(Cause::Admin)) => format!(", by {}", by.cell()),
        (Some(by), _) => format!(", set through {}", by.cell()),
        (None, _) => String::new(),
    };
    format!("locked: {told}{by}")
}

/// Why these accounts are one person, or why they are not.
pub fn joined(person: &Person) -> Option<String> {
    if let Some(why) = &person.apart {
        return Some(format!("kept apart: {why}"));
    }
    let reasons: Vec<String> = person
        .evidence
        .iter()
        .map(|one| format!("{} {}", one.rule.word().replace('_', " "), one.value.cell()))
        .collect();
    (!reasons.is_empty()).then(|| format!("joined by {}", reasons.join(", ")))
}
