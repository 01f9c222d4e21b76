//! The two-line note for the ticket.

use crate::screens::session_unlocks::DeskUnlock;
use crate::screens::state::State;

/// A note on the last unlock that has ended of the person in the status pane; none when there is none. Gives
/// the person's name too.
#[must_use]
pub fn note(state: &State) -> Option<(String, String)> {
    let keys = state.desk.person()?.accounts;
    let is_theirs = |unlock: &&DeskUnlock| keys.contains(&unlock.flow.order().key) && unlock.flow.outcome().is_some();
    let unlock = state.unlocks.iter().rev().find(is_theirs)?;
    let (outcome, problem) = unlock.flow.outcome()?;
    let at = unlock
        .flow
        .steps()
        .last()?
        .at
        .to_zoned(state.session.zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S %Z")
        .to_string();
    let request = unlock.flow.order();
    let ticket = request
        .ticket
        .as_ref()
        .map_or_else(|| "No ticket".to_owned(), |ticket| format!("Ticket {}", ticket.clipboard()));
    let why = problem.map(|problem| format!(" ({})", problem.what)).unwrap_or_default();
    let intent =
        unlock.flow.intent().map_or_else(|| "nothing was sent".to_owned(), |intent| format!("ledger intent {intent}"));
    let text = format!(
        "{at}: {} ({}) in {}: {}{why}. {ticket}.\nAccount id {}, {intent}, by {}.",
        unlock.person.clipboard(),
        unlock.username.clipboard(),
        request.key.provider,
        outcome.word().replace('_', " "),
        request.key.id.clipboard(),
        request.operator.clipboard(),
    );
    Some((unlock.person.cell(), text))
}
