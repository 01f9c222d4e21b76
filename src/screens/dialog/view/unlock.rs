//! The questions before an unlock.

use std::collections::BTreeSet;

use ratatui::style::Style;

use crate::domain::{AccountKey, Cause, Lock, Untrusted};
use crate::flow::unlock::lock_words;
use crate::policy::VerificationRequirement;
use crate::screens::State;
use crate::screens::desk::ticket_note;
use crate::screens::desk::unlock_all::is_ruled_out;
use crate::screens::desk::view::account_facts::why_one_person;
use crate::screens::dialog::state::Confirm;
use crate::screens::tab::Tab;

use crate::screens::dialog::view::Content;
use crate::widgets::Appearance;
use crate::widgets::format::{self, clock_seconds, since_until};

pub fn unlock(state: &State, confirm: &Confirm, look: &Appearance) -> Content {
    let theme = &look.theme;
    let mut lines = vec![(confirm.person.cell(), theme.key)];
    let mut say = |text: String, style: Style| lines.push((text, style));
    if let Some(account) = state.desk.cache.get(&confirm.key) {
        let (since, until) = since_until(account, state.now.wall, &state.session.zone);
        let read = format!("read at {}", clock_seconds(account.as_of, &state.session.zone));
        let bad = match account.bad_logins.count {
            Some(_) => account.bad_logins.words(),
            None => "failed logins not reported".to_owned(),
        };
        let lock =
            if account.lock == Lock::NotReported { "lock state not reported".to_owned() } else { lock_words(account) };
        // Whoever was seen in this session, in the list that shows or not.
        let own = state.desk.rows.iter().find(|person| person.accounts.contains(&confirm.key));
        let others = state.desk.cache.iter().filter(|other| {
            other.label().same_name(confirm.person.as_data())
                && other.key != confirm.key
                && own.is_none_or(|person| !person.accounts.contains(&other.key))
        });
        let others: BTreeSet<String> = others.map(|account| account.username.cell()).collect();
        let others: Vec<String> = others.into_iter().collect();
        if !others.is_empty() {
            say(format!("another {} is there: {}", confirm.person.cell(), others.join(", ")), theme.warning);
        }
        say(format!("1 account: {} in {}", account.username.cell(), confirm.key.provider), theme.plain);
        say(format!("id {}", confirm.key.id.cell()), theme.plain);
        say(format::joined([lock, since, until, bad, read], ", "), theme.plain);
        match account.lock.cause() {
            Some(Cause::Admin) => {
                let by = account.locked_by.as_ref().map_or_else(|| "an administrator".to_owned(), Untrusted::cell);
                let text = format!("Locked on purpose, by {by}. Ask first; to open it all the same, type its id.");
                say(text, theme.danger);
            }
            Some(Cause::Unknown) => {
                say("The cause of this lock can't be told: it may be deliberate.".to_owned(), theme.warning);
            }
            _ => {}
        }
        if account.lock == Lock::NotReported {
            let text =
                "It reports no lock state: whether it is locked can't be seen, and its own answer is the only proof.";
            say(text.to_owned(), theme.warning);
        }
        if let Some(guess) = account.guess {
            say(format!("A guess: {guess}. Ask the caller; then type its id."), theme.danger);
        }
        if let Some(rule) = &confirm.rule {
            say(format!("{} (rule `{}`): type its id.", rule.says, rule.name), theme.danger);
        }
        if let Some(earlier) = &confirm.earlier {
            say(format!("Still open: {earlier}. To send a second one, type its id."), theme.danger);
        }
        if let Some(warning) = account.after_unlock_warning() {
            say(warning.to_owned(), theme.warning);
        }
    }
    lines.extend(audit(state, look));
    Content { title: "Unlock this account?", lines, chosen: None }
}

/// The ticket, and how the caller was verified where that is asked for.
pub fn audit(state: &State, look: &Appearance) -> Vec<(String, Style)> {
    let audit = state.audit();
    let ticket = audit.ticket.map(|ticket| format!("ticket: {}", ticket.cell()));
    let none = "ticket: none ({key:ticket_field} types one)";
    let mut lines = vec![(ticket.unwrap_or_else(|| none.to_owned()), look.theme.plain)];
    if state.policy.verification != VerificationRequirement::Off {
        let ways = state.policy.methods.join(", ");
        lines.push(match audit.verified {
            Some(method) => {
                (format!("caller verified by {} ({{key:method}}: another way)", method.cell()), look.theme.plain)
            }
            None => (format!("{{key:method}} says how the caller was verified: {ways}"), look.theme.warning),
        });
    }
    lines.extend(left_alone(state, look));
    lines
}

/// What this unlock says nothing about: the systems that couldn't be read, or not yet.
fn left_alone(state: &State, look: &Appearance) -> Vec<(String, Style)> {
    if state.tab() != Tab::Desk {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let unread = ticket_note::unread(state);
    if !unread.is_empty() {
        lines.push((format!("not read, so not unlocked: {}", unread.join(", ")), look.theme.danger));
    }
    let reading = state.desk.still_reading();
    if !reading.is_empty() {
        lines.push((format!("not read yet: {}", reading.join(", ")), look.theme.warning));
    }
    lines
}

/// Each account with its provider and immutable id; what is left alone is named too.
pub fn everywhere(state: &State, keys: &[AccountKey], person: &Untrusted, look: &Appearance) -> Content {
    let count = format::count(keys.len(), "account", "accounts");
    let mut lines = vec![(format!("{}: {count}", person.cell()), look.theme.key)];
    for account in state.desk.accounts() {
        let head = format!("{} {}", account.key.provider, account.key.id.cell());
        if keys.contains(&account.key) {
            let (since, _) = since_until(account, state.now.wall, &state.session.zone);
            let count = account.bad_logins.count.map(|_| account.bad_logins.words()).unwrap_or_default();
            let parts = [account.username.cell(), format::why(account).0, since, count];
            lines.push((format!("{head}: {}", format::joined(parts, ", ")), look.theme.plain));
            if account.lock.cause() == Some(Cause::Unknown) {
                lines.push(("  its cause can't be told: it may be deliberate".to_owned(), look.theme.warning));
            }
            if let Some(warning) = account.after_unlock_warning() {
                lines.push((format!("  {warning}"), look.theme.warning));
            }
            continue;
        }
        let why = match account.lock {
            Lock::NotReported => "it reports no lock state",
            _ if account.enabled == Some(false) => "disabled",
            Lock::Locked { .. } if is_ruled_out(state, account) => "by the policy",
            Lock::Locked { .. } => "locked on purpose",
            Lock::Open | Lock::Unknown { .. } => continue,
        };
        lines.push((format!("{head}: left alone, {why}"), look.theme.warning));
    }
    if let Some(joined) = state.desk.person().as_ref().and_then(why_one_person) {
        lines.push((joined, look.theme.muted));
    }
    lines.extend(audit(state, look));
    let title = if keys.len() == 1 { "Unlock this account?" } else { "Unlock all of these accounts?" };
    Content { title, lines, chosen: None }
}

pub fn ticket(state: &State, goes_on: bool, look: &Appearance) -> Content {
    let known = state.ticket.as_ref().map(|ticket| ticket.text.cell());
    let whose = state.desk.person().map(|person| format!("{}: ", person.name.cell())).unwrap_or_default();
    let text = match known.filter(|_| goes_on) {
        Some(known) => format!(
            "{whose}another caller, or a while later. Is it still {known}? {{key:yes}} keeps it; {}.",
            if state.draws { "an empty field is none" } else { "`-` is none" }
        ),
        None if goes_on => format!("{whose}the policy wants a ticket for each unlock: which helpdesk case is it?"),
        None => "The helpdesk case that the next unlocks are recorded with. Empty for none.".to_owned(),
    };
    Content { title: "Ticket", lines: vec![(text, look.theme.plain)], chosen: None }
}
