//! The note for the ticket: what was unlocked together, in whole sentences; copying it.

use crate::domain::{Account, Problem};
use crate::screens::desk::accounts::SystemRow;
use crate::screens::message::Effect;
use crate::screens::session_unlocks::SessionUnlock;
use crate::screens::state::State;
use crate::widgets::format;

/// A note on the unlocks that were confirmed together last and have ended, of the person on the desk; none when there
/// are none. Gives the person's name too.
fn note(state: &State) -> Option<(String, String)> {
    let person = state.desk.person()?;
    let is_theirs =
        |unlock: &&SessionUnlock| person.accounts.contains(&unlock.flow.order().key) && unlock.flow.outcome().is_some();
    let last = state.unlocks.iter().rev().find(is_theirs)?;
    let together = state.unlocks.iter().filter(is_theirs).filter(|one| one.confirmed_at == last.confirmed_at);
    let mut lines: Vec<String> = together.filter_map(|unlock| line(state, unlock)).collect();
    let unread: Vec<String> = unread(state);
    if !unread.is_empty() {
        lines.push(format!("Not read, so not unlocked: {}.", unread.join(", ")));
    }
    Some((last.person.cell(), lines.join("\n")))
}

/// Why there is no note to copy.
///
/// # Errors
/// The reason, for the footer.
pub fn available(state: &State) -> Result<(), String> {
    note(state).map(|_| ()).ok_or_else(|| "there is no outcome yet for this person to copy a note of".to_owned())
}

/// Copies the note.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let Some((person, note)) = note(state) else { return Vec::new() };
    state.copy(note, format!("the note on {person} was sent to your terminal's clipboard"))
}

fn line(state: &State, unlock: &SessionUnlock) -> Option<String> {
    let (outcome, problem) = unlock.flow.outcome()?;
    let zone = &state.session.zone;
    let at = format::moment(unlock.flow.steps().last()?.at, zone);
    let order = unlock.flow.order();
    let ticket =
        order.ticket.as_ref().map_or_else(|| "No ticket".to_owned(), |ticket| format!("Ticket {}", ticket.clipboard()));
    let why = problem.map(|problem| format!(" ({})", what_and_why(problem))).unwrap_or_default();
    let intent =
        unlock.flow.intent().map_or_else(|| "nothing was sent".to_owned(), |intent| format!("ledger intent {intent}"));
    let again = unlock.relocked.map(|relock| {
        format!(" LOCKED AGAIN at {}, {} later.", format::clock_seconds(relock.at, zone), format::stretch(relock.after))
    });
    let caution = unlock.flow.account().filter(|_| outcome.is_done()).and_then(Account::after_unlock_warning);
    let caution = caution.map(|words| format!(", but {words}")).unwrap_or_default();
    Some(format!(
        "{at}: {} ({}) in {}: {}{caution}{why}.{} {ticket}.\nAccount id {}, {intent}, by {}.",
        unlock.person.clipboard(),
        unlock.username.clipboard(),
        order.key.provider,
        outcome.in_words(),
        again.unwrap_or_default(),
        order.key.id.clipboard(),
        order.operator.clipboard(),
    ))
}

fn what_and_why(problem: &Problem) -> String {
    match problem.why.clipboard() {
        why if why.trim().is_empty() => problem.what.to_string(),
        why => format!("{}: {why}", problem.what),
    }
}

/// The systems that couldn't be read, each with its reason.
pub fn unread(state: &State) -> Vec<String> {
    let reason = |row: SystemRow<'_>| Some(format!("{} ({})", row.system(), format::reason(row.problem()?)));
    state.desk.system_rows().into_iter().filter_map(reason).collect()
}
